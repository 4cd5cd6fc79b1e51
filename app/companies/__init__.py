"""Employers that send people: who they are, how large they are, and who is spoken to there.

One directory for all Trios, so that no company counts twice; what a Trio knows of a company beyond public facts is read
by that Trio alone.

Owns ``companies``, ``company_keys``, ``companies_kept_apart``, ``trio_companies``, ``company_figures``,
``company_sites``, ``company_contacts`` and ``company_aids``, and for reading in lists ``company_imports`` and
``company_import_rows``.
"""
