"""Course modules and their versions; reading course packages and bringing them in as drafts; release.

Owns ``modules``, ``module_versions``, ``module_lessons``, ``module_items``, ``module_pictures``,
``module_competences`` and ``module_steps``.
"""
