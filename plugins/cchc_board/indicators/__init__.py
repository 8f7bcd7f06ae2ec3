"""Indicators: all of a round, one over all units, one figure of one unit."""
