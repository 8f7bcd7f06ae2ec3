"""Workbooks that units fill in: building, reading, marking and keeping them."""
