"""The way through a module: lessons, progress, practice questions, completion.

Owns ``lesson_progress``, ``practice_answers`` and ``completions``. Posts ``learning.completed`` (payload
``enrolment_id``) once an enrolment meets its completion rule.
"""
