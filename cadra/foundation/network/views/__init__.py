"""The directory, one's own institution, and the members of the mechanism."""
