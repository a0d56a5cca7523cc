"""No name, note or address can enter a log line, whatever a programmer passes to the logger."""

import json
import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cadra.config.logs import ALLOWED, AllowListFormatter
from cadra.config.requestlog import actor_mark

PLANTED = "Drita Plantedova"


@pytest.fixture
def written():
    """A logger and the lines it wrote."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(AllowListFormatter())
    logger = logging.getLogger("cadra.test_logs")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger, lines
    logger.removeHandler(handler)


def fail(name: str) -> None:
    story = f"{name} told me"
    try:
        raise KeyError(story)
    except KeyError as error:
        raise ValueError(f"can't save {name}") from error


def test_names_in_messages_arguments_and_extras_do_not_appear(written):
    logger, lines = written
    logger.warning("saving %s", PLANTED)
    logger.warning(f"saving {PLANTED}")
    logger.error("saved", extra={"event": PLANTED, "route": f"/people/{PLANTED}", "person": PLANTED})
    logger.error("saved", extra={"method": PLANTED, "status": PLANTED, "ms": PLANTED, "actor": PLANTED})
    assert len(lines) == 4
    assert all("Drita" not in line and "Plantedova" not in line for line in lines)


def test_an_exception_is_its_types_and_places_without_texts_or_variables(written):
    logger, lines = written
    try:
        fail(PLANTED)
    except ValueError:
        logger.exception("could not save %s", PLANTED)
    assert "Drita" not in lines[0]
    error = json.loads(lines[0])["error"]
    assert [one["type"] for one in error] == ["builtins.ValueError", "builtins.KeyError"]
    assert any(frame.endswith(" fail") and "test_logs.py" in frame for frame in error[0]["frames"])


def test_allowed_facts_of_the_right_shape_are_written(written):
    logger, lines = written
    facts = {"event": "page", "method": "GET", "route": "cases:file", "status": 404, "ms": 3.2, "count": 7}
    logger.info("x", extra={**facts, "actor": "0123456789abcdef", "request": "fedcba9876543210"})
    line = json.loads(lines[0])
    assert {name: line[name] for name in facts} == facts
    assert set(line) == {"time", "level", "at", *ALLOWED}


def test_djangos_own_records_give_method_route_and_status_but_no_path(written):
    logger, lines = written
    match = SimpleNamespace(view_name="people:person")
    request = SimpleNamespace(method="POST", path=f"/people/{PLANTED}/", resolver_match=match)
    logger.error("Internal Server Error: %s", request.path, extra={"status_code": 500, "request": request})
    line = json.loads(lines[0])
    assert (line["method"], line["route"], line["status"]) == ("POST", "people:person", 500)
    assert "Drita" not in lines[0]


def test_a_crash_of_a_whole_program_prints_no_value():
    script = (
        "import logging; from cadra.config.logs import AllowListFormatter, quieten_crashes\n"
        "handler = logging.StreamHandler(); handler.setFormatter(AllowListFormatter())\n"
        "logging.basicConfig(handlers=[handler]); quieten_crashes()\n"
        f"name = {PLANTED!r}; raise RuntimeError(name)"
    )
    crashed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert crashed.returncode == 1
    assert "RuntimeError" in crashed.stderr
    assert "Drita" not in crashed.stderr


def test_a_user_is_a_mark_that_is_stable_and_says_nothing():
    one = SimpleNamespace(user_id="6f1c")
    assert actor_mark(one) == actor_mark(SimpleNamespace(user_id="6f1c"))
    assert actor_mark(one) != actor_mark(SimpleNamespace(user_id="6f1d"))
    assert "6f1c" not in str(actor_mark(one))
    assert actor_mark(None) is None
