"""The unit's own page: an application of its own, beside the board, on its own address; nobody signs in to it."""
