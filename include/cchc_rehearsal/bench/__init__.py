"""Benchmarks: ratios measured in one run against a floor and against today's way of working."""
