"""The forms that units fill in: building, reading, marking, signing."""
