"""What follows from a commit and nobody waits for: done when the answer is on its way to whoever asked.

Django's signals of a request are the only place that knows when that is; nothing else here listens to a signal.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import transaction

_log = logging.getLogger(__name__)
_request = threading.local()


def afterwards(errand: Callable[[], object]) -> None:
    """Do this once the transaction is committed: within a request after its answer has left, elsewhere at once.

    It may fail, or be lost with the process: say beside the call who finds it then.
    """
    transaction.on_commit(lambda: _keep(errand))


def _keep(errand: Callable[[], object]) -> None:
    errands = getattr(_request, "errands", None)
    if errands is None:
        _run(errand)
    else:
        errands.append(errand)


def _run(errand: Callable[[], object]) -> None:
    try:
        errand()
    except Exception:  # whoever asked has the answer: only the log is left to tell
        _log.exception("an errand failed", extra={"event": "errand.failed"})


def _begin(**_signal: Any) -> None:
    _request.errands = []


def _finish(**_signal: Any) -> None:
    errands, _request.errands = getattr(_request, "errands", None) or [], None
    for errand in errands:
        _run(errand)


request_started.connect(_begin, dispatch_uid="cadra.afterwards")
request_finished.connect(_finish, dispatch_uid="cadra.afterwards")
