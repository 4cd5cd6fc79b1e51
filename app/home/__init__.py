"""The start page, each role's own page, what a company sees of its people, and the legal pages.

Owns no tables: it reads what all others own.
"""
