"""The figures move with what professionals really do, step by step."""

from typing import Any

from django.db import transaction

from cadra.foundation.kernel.clock import today
from cadra.stages.identification.tests import story
from cadra.stages.support import actions as support
from cadra.stages.support.tests import scene
from cadra.steering.monitoring import counting
from cadra.steering.monitoring.suppression import Count

ONE = Count(1, 1)


def lines(name: str) -> dict[str, dict[str, Count]]:
    """A subject's lines this year."""
    with transaction.atomic(using=counting.ROLE):
        return counting.count(name, today().year).tally.lines


def test_a_referral_moves_from_waiting_to_done_at_each_step(house: Any) -> None:
    story.sent(house)
    assert lines("referrals")["acknowledged"] == {"waiting": ONE}
    case_id = story.assigned(house)
    found = lines("referrals")
    assert found["acknowledged"] == found["assigned"] == {"waiting": ONE, "done": ONE}
    story.sign(house, case_id, story.proposed(house, case_id))
    assert lines("referrals")["decided"] == {"waiting": ONE, "done": ONE}
    assert lines("persons")["status"] == {"potential": ONE}


def test_a_request_and_the_help_it_brings_are_counted(house: Any) -> None:
    someone = scene.make_file(house)
    assert lines("persons")["help"] == {"waiting": ONE}
    request = someone.started()
    assert lines("requests")["state"] == {"started": ONE}
    assert lines("requests")["begun"] == {"done": ONE}
    with house.as_("kleo") as kleo:
        support.deliver(actor=kleo, referral=request)
    assert lines("persons")["help"] == {"came": ONE}
