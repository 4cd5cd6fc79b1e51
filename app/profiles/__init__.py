"""Qualification profiles: what somebody in a role of the battery chain must be able to do; identity and versions.

Owns ``profiles``, ``profile_versions``, ``profile_competences`` and ``profile_steps``.
"""
