"""Logs as JSON lines in which only listed facts appear, so that nothing a person said or is called ever does.

A log record's message and its arguments are never written: either may carry data, and nothing can tell
whether it does. What stays: where the record was made, a slug saying what happened, and a few facts of
known shape. An exception is its type and its places in the code, without its text and without any variable.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

CODE = Path(__file__).resolve().parents[2]
MOST_FRAMES = 40
SLUG = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
MARK = re.compile(r"[0-9a-f]{8,64}")


def _slug(value: Any) -> bool:
    return isinstance(value, str) and SLUG.fullmatch(value) is not None


def _mark(value: Any) -> bool:
    return isinstance(value, str) and MARK.fullmatch(value) is not None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# Every fact a log line may carry, and what it must look like. Anything else is left out.
ALLOWED: dict[str, Callable[[Any], bool]] = {
    "event": _slug,  # what happened: "page", "worker.started"
    "method": lambda value: value in METHODS,
    "route": _slug,  # the name of the URL pattern, never the path
    "status": lambda value: _whole(value) and 100 <= value <= 599,
    "ms": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "count": _whole,
    "actor": _mark,  # a keyed hash of the user's id
    "request": _mark,  # random, one for each request
}


class AllowListFormatter(logging.Formatter):
    """Writes one JSON object per record, made of `ALLOWED` facts alone."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "at": f"{record.name}:{record.module}:{record.lineno}",
        }
        facts = {**_facts_of_django(record), **_facts_of_queue(record), **record.__dict__}
        line |= {name: facts[name] for name, fits in ALLOWED.items() if name in facts and fits(facts[name])}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line)


def _facts_of_django(record: logging.LogRecord) -> dict[str, Any]:
    """Django adds the request and the status to its own records; only method and route name are taken."""
    request = getattr(record, "request", None)
    if request is None or not hasattr(request, "method"):
        return {}
    match = getattr(request, "resolver_match", None)
    return {
        "event": "request",
        "method": request.method,
        "route": getattr(match, "view_name", None),
        "status": getattr(record, "status_code", None),
    }


def _facts_of_queue(record: logging.LogRecord) -> dict[str, Any]:
    """The background queue names what it did in `action`; its job's arguments are left out."""
    action = getattr(record, "action", None)
    return {"event": action} if _slug(action) else {}


def describe(error: BaseException) -> list[dict[str, Any]]:
    """The exception and what caused it: types and places, without texts and variables."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(chain) < 5:
        seen.add(id(current))
        kind = type(current)
        chain.append({"type": f"{kind.__module__}.{kind.__qualname__}", "frames": _frames(current.__traceback__)})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace, limit=-MOST_FRAMES)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """The file below our code or below site-packages; a machine's folders say nothing useful."""
    path = Path(filename)
    if path.is_relative_to(CODE) and "site-packages" not in path.parts:
        return str(path.relative_to(CODE))
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return path.name


def quieten_crashes() -> None:
    """Send what Python would print of an unhandled error, values and all, through the formatter instead."""
    logger = logging.getLogger("cadra.crash")

    def crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
            return
        logger.critical("crash", exc_info=(kind, error, trace), extra={"event": "crash"})

    def thread_crashed(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            crashed(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            crashed(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = crashed
    threading.excepthook = thread_crashed
    sys.unraisablehook = unraisable
