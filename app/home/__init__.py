"""The start page and each role's own page. No tables of its own."""
