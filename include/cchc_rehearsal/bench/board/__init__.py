"""The board under load: every page at years of history, and many readers at once."""
