"""Reads of the mechanism: my work, the files, one file and what belongs to it."""
