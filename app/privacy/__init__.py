"""What people can do with what is known about them, and how long it is kept.

See it, take it along, take back a consent, be erased: all of it by the registers that every capability keeps of its own
tables (``personal.py``).

Owns ``retention_days`` and ``account_notices``. Posts ``mail`` messages (``templates/privacy/mail``). It is the one
capability that deletes and changes rows of others: only as their owners declare it there (docs/adr/0009).
"""
