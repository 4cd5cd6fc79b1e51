"""Course modules and their versions: brought in as course packages, released, shared with other Trios.

Owns ``modules``, ``module_versions``, ``module_lessons``, ``module_items``, ``module_pictures``,
``module_competences``, ``module_steps`` and
``module_shares``.
"""
