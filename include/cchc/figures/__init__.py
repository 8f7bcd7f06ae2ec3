"""The figures of a round: three witnesses, precedence, consolidation, corrections, facts, how a figure is shown."""
