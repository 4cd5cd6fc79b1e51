"""Running the platform: start, health, worker, demo world. No tables of its own."""
