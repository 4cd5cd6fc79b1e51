"""Participation numbers: who counts, in which quarter, and which groups are too small to show. No tables of its own.

``rules.withholding`` decides what is withheld, ``rules.figures`` what the tables are, and ``rules.report`` puts both
into the one ``Report`` that page, CSV and API show, so that a number withheld in one of them is withheld in all.
"""
