"""Pages of what the department writes, signs and sends."""
