"""How fast the pages are, against a bare Flask page in the same run, on the demo world and on one far larger."""
