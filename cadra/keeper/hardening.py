"""Keeps what is in memory out of core files and away from debuggers."""

import ctypes
import os
import resource

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core files, not readable by a debugger of the same account, files made here are the owner's only."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    except (OSError, AttributeError):
        # Only Linux has prctl; elsewhere the limit above is all there is.
        return
