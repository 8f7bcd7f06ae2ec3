"""Letters on the board: what goes out, what did not arrive, and what came and waits for a person."""
