"""The whole demonstration in order: network, personas, an invented year."""

import datetime as dt
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections
from procrastinate.contrib.django import app as queue
from procrastinate.testing import InMemoryConnector

from cadra.demo import data, network, personas
from cadra.demo.actors import Troupe
from cadra.demo.acts import Script, play
from cadra.demo.hours import invented_hours
from cadra.demo.network import OWNER, Network
from cadra.demo.someone import Someone, everyone
from cadra.demo.telling import apart, fair, first
from cadra.demo.telling.duties import away, duties, everybody_elses
from cadra.demo.telling.hands import somebody_of_her_own
from cadra.demo.telling.help import help_her
from cadra.demo.telling.interpreters import interpreters
from cadra.demo.telling.money import money
from cadra.demo.telling.pair import identify
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.models import Referral

Say = Callable[[str], object]
EVERY = 30
YEAR = dt.timedelta(days=366)
HANDS = 2
#: A forked writer keeps what was prepared; the story is told by a program with one thread.
FORK = multiprocessing.get_context("fork")

#: Messages of days gone by were read long ago: only the newest are still to be delivered.
READ_LONG_AGO = """
WITH newest AS (SELECT id FROM outbox_message WHERE state = 'queued' ORDER BY created_at DESC, id LIMIT 25)
UPDATE outbox_message SET state = 'sent', sent_at = created_at, link = ''
WHERE state = 'queued' AND id NOT IN (SELECT id FROM newest)
"""


def tell(say: Say, *, people: int | None = None) -> None:
    """Load what is not there yet; a second time does nothing. CommandError outside the demonstration.

    `people`: only so many of the ordinary ones and none of those drawn by hand.
    """
    if not settings.DEMO:
        raise CommandError("Invented people are only ever loaded into the demonstration (CADRA_DEMO=1).")
    if pack().code != data.document("shape")["country"]:
        say("The invented story is of another country than this copy; nothing is loaded.")
        return
    began, spoken = time.monotonic(), data.language()
    if network.exists():
        net = network.found()
    else:
        net = network.build(spoken)
        say(f"Invented {len(net.institutions)} institutions and {len(net.users)} colleagues.")
    personas.equip(net)
    cast = everyone(now(), people)
    if not cast or cast[-1].referral_id in _told():
        say("The story was told before; nothing is changed.")
        return
    _live(say, net, cast, spoken)
    say(f"The story is told: {len(cast)} people in {time.monotonic() - began:.0f} s.")


def _told() -> Mapping[UUID, UUID]:
    """Referrals an earlier, interrupted telling made: id → the file they belong to."""
    return dict(Referral.objects.using(OWNER).values_list("pk", "case_id"))


def _live(say: Say, net: Network, cast: Sequence[Someone], spoken: str) -> None:
    """Several hands write at once, each its own people; what ties two files together comes after all of them."""
    moment, told = now(), _told()
    new = [one for one in cast if one.referral_id not in told]
    apart_from = [one for one in new if one.again is None]
    hands = min(HANDS, os.cpu_count() or 1)
    counter = FORK.Value("i", len(cast) - len(new))

    def write(hand: int) -> None:
        _write(say, net, apart_from[hand::hands], moment, spoken, counter, len(cast))

    if not told:
        with _troupe(net) as troupe:
            fair.house_rules(troupe, spoken, moment - YEAR)
    connections.close_all()  # a connection is not shared with another process
    writers = [FORK.Process(target=write, args=(hand,)) for hand in range(hands)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(writer.exitcode for writer in writers):
        raise CommandError("A part of the story could not be told; the lines above say why.")
    told = _told()
    for one in cast:
        one.case_id = told.get(one.referral_id)
    _write(say, net, [one for one in new if one.again is not None], moment, spoken, counter, len(cast))
    with _troupe(net) as troupe:
        apart.refusals(troupe, net, cast)
        apart.emergencies(troupe, cast)
        money(troupe, net, cast, spoken)
        duties(troupe, spoken)
        everybody_elses(troupe, spoken)
        somebody_of_her_own(troupe, spoken)
        interpreters(troupe)
        fair.exclusion(troupe, spoken)
        away(troupe)
    with connections[OWNER].cursor() as cursor:
        cursor.execute(READ_LONG_AGO)
        cursor.execute("ANALYZE")


def _write(
    say: Say, net: Network, some: Sequence[Someone], moment: dt.datetime, spoken: str, counter: Any, total: int
) -> None:
    """Play the files of some people, and say how far all hands have come."""
    with _troupe(net) as troupe, invented_hours():
        for one in some:
            play(troupe, _script(one, net, moment, spoken).acts)
            with counter.get_lock():
                counter.value += 1
                if counter.value % EVERY == 0:
                    say(f"{counter.value} of {total} people have come into view.")


@contextmanager
def _troupe(net: Network) -> Iterator[Troupe]:
    """Everyone at work, on a connection that goes the quickest way: a failure only means telling it again.

    It does not wait for the disk, makes no savepoints (an error ends the telling), and wakes no worker: the
    outbox looks by itself.
    """
    troupe = Troupe(net.users)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    connection.features.uses_savepoints = False
    try:
        with queue.replace_connector(InMemoryConnector()):
            yield troupe
            troupe.leave()
    finally:
        connection.features.uses_savepoints = True
        connection.close()


def _script(one: Someone, net: Network, moment: dt.datetime, spoken: str) -> Script:
    script = Script(one, moment, spoken)
    sent = first.refer(script, spoken)
    assigned = first.answer(script, net, sent) if sent else None
    if assigned:
        identify(script, assigned, spoken)
        help_her(script, net, assigned, spoken)
    return script
