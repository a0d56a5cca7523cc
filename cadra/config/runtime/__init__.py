"""Running Çadra on one machine: secrets, PostgreSQL, roles, and the parent process over them all.

Nothing here imports Django, so the parent stays small and can prepare what the settings need.
"""
