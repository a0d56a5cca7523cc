"""A preparing step that takes minutes says on the terminal how far it has come."""

import os
import time

import pytest

from cadra.config.runtime import parts

STORY = "import time\nfor n in (30, 60): print(f'{n} of 60 people', flush=True); time.sleep(0.7)"


class Told:
    """Stands in for the situation of a copy."""

    def environment(self, name: str) -> dict[str, str]:
        return dict(os.environ)


def test_each_line_is_said_while_the_step_still_runs_and_kept_in_its_log(tmp_path):
    said: list[tuple[float, str]] = []
    log = tmp_path / "story.log"
    ended = parts.run_step(Told(), log, "-c", STORY, say=lambda line: said.append((time.monotonic(), line)))
    assert ended == 0
    assert [line for _when, line in said] == ["  30 of 60 people", "  60 of 60 people"]
    assert said[1][0] - said[0][0] > 0.3
    assert log.read_text() == "30 of 60 people\n60 of 60 people\n"


@pytest.mark.parametrize("aloud", [True, False])
def test_a_step_that_fails_says_so(tmp_path, aloud):
    say = print if aloud else None
    assert parts.run_step(Told(), tmp_path / "log", "-c", "raise SystemExit(3)", say=say) == 3
