"""Page 'Hôm nay': what waits for a person, and the acts that settle it."""
