"""The round of scores of the synthetic province: what units claim and explain, what groups and council decide."""
