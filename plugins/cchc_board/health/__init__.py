"""Pages of the installation itself: how it runs, what is missing before live mode."""
