"""Erasure is complete within thirty-one days: the epoch turns by itself (security.md, docs/threats.md)."""

from typing import Any

from procrastinate.contrib.django import app

from cadra.foundation.access import tasks
from cadra.foundation.vault.keeper import keeper
from cadra.stages.identification.tests import story


def test_the_epoch_turns_on_the_first_night_of_each_month() -> None:
    [planned] = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name == "access.turn_epoch"]
    assert planned.cron == "41 3 1 * *"


def test_when_it_turns_the_keys_are_under_a_new_epoch_and_files_open_as_before(house: Any) -> None:

    case_id = story.assigned(house)
    before = keeper().health()["epoch"]
    tasks.turn_epoch.func(0)
    assert keeper().health()["epoch"] == before + 1
    assert house.client("marta").get(f"/files/{case_id}/").status_code == 200
