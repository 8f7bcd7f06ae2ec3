"""Pages of inspections: the year's choice, visits and orders."""
