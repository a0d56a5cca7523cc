"""A problem told in one plain sentence, with what to do about it."""


class Trouble(Exception):
    """What went wrong and what to do, for the person who typed the command; shown without a traceback."""
