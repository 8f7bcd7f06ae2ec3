"""Pages of one unit."""
