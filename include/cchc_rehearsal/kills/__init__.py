"""Kills: every step of a year, ended by SIGKILL at a drawn moment, repeated, and held against a year without any."""
