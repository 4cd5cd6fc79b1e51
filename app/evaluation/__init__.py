"""Questionnaires and anonymous answers: counters and loose texts, never a row per person's answer.

Owns ``questionnaires``, ``run_evaluations``, ``evaluation_counters``, ``evaluation_texts`` and ``evaluation_voters``.
Posts nothing: a message would carry the time of an answer.
"""
