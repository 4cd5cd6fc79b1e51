"""The public face: which modules and profiles there are, and when the next runs are. No tables of its own."""
