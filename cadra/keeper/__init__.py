"""The keeper: a separate small program, the only process that holds keys and names in memory."""
