"""Scoring: what the data say, what people decide, and what comes of it for each unit and list."""
