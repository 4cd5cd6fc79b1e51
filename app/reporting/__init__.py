"""Participation numbers: who counts, in which quarter, and which groups are too small to show. No tables of its own yet."""
