"""Verbs of exchange: `importing` and `exporting` do the work, `runs` asks for it and keeps its state."""
