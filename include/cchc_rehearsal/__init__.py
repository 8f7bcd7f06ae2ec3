"""A synthetic province, deterministic by seed, and a year of its units' behaviour; the truth stands beside it."""
