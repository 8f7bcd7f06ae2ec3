"""Pages of scoring: the round, an appraiser's desk, the score sheet of a unit."""
