"""Final tests: attempts, answers, scoring. The items belong to the module version.

Owns ``attempts`` and ``attempt_answers``. Posts ``assessment.submitted`` (payload ``enrolment_id``) once an attempt is
handed in.
"""
