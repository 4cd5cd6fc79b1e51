"""Trios and their partner organisations: who takes part, as what, since when, and how a Trio shows itself.

Owns ``organisations``, ``trios``, ``partnerships``, ``trio_logos`` and ``trio_legal_pages``.
"""
