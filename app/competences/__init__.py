"""The framework: process steps P01–P19 and X01–X08, competence areas C01–C14, their ESCO anchors.

Owns ``process_steps``, ``competences`` and ``competence_anchors``.
"""
