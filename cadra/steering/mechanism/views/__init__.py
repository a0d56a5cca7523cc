"""Pages of the mechanism."""
