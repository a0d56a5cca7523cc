"""Names in memory: how they are spelt alike, found, weighed, and kept sealed on disk."""
