"""Dated runs of a module version: sessions, seats, enrolment, waiting list, attendance.

Owns ``runs``, ``run_sessions``, ``enrolments``, ``enrolment_events`` and ``attendances``. Posts ``runs.finished``
(payload ``run_id``) once when the last attendance list of a run is closed, and ``mail`` messages whose templates are
in ``templates/runs/mail``.
"""
