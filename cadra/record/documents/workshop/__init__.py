"""Where files from strangers are opened: a process of its own that can do nothing but compute.

Nothing here imports Django or the rest of the house. `child` is the program; `confine` takes its rights away.
"""
