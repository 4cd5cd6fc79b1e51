"""The public face: which modules and profiles there are, what a module contains, and when its next runs are.

Owns no tables: it reads what modules, runs, profiles, competences and trios own.
"""
