"""Pages of the rounds of a year: the year, one round, its lists."""
