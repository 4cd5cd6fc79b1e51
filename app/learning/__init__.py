"""The way through a module: lessons, progress, practice questions, completion.

Owns ``lesson_progress``, ``practice_answers`` and ``completions``. Posts ``learning.completed``.
"""
