"""Trios, their partner organisations, and the companies (KMU) whose people learn.

Owns ``organisations``, ``trios``, ``partnerships`` and ``companies``.
"""
