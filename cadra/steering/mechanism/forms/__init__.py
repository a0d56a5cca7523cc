"""Forms of the mechanism's pages."""
