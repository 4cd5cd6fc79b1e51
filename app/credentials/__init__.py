"""Certificates: issued once for a completed enrolment, frozen, verifiable by everybody who has the code.

Owns ``certificates``. Posts ``mail`` messages whose templates are in ``templates/credentials/mail``.
"""
