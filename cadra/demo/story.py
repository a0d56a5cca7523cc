"""The whole demonstration in order: network, personas, an invented year."""

import time
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections

from cadra.demo import data, network, personas
from cadra.demo.actors import Troupe
from cadra.demo.acts import Script, play
from cadra.demo.network import OWNER, Network
from cadra.demo.someone import Someone, everyone
from cadra.demo.telling import apart, first
from cadra.demo.telling.help import help_her
from cadra.demo.telling.pair import identify
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.models import Referral

Say = Callable[[str], object]
EVERY = 30

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
    cast = everyone(now(), spoken, people)
    told = _told()
    if cast and cast[-1].referral_id in told:
        say("The story was told before; nothing is changed.")
        return
    _live(say, net, cast, told, spoken)
    say(f"The story is told: {len(cast)} people in {time.monotonic() - began:.0f} s.")


def _told() -> Mapping[UUID, UUID]:
    """Referrals an earlier, interrupted telling made: id → the file they belong to."""
    return dict(Referral.objects.using(OWNER).values_list("pk", "case_id"))


def _live(say: Say, net: Network, cast: Sequence[Someone], told: Mapping[UUID, UUID], spoken: str) -> None:
    troupe = Troupe(net.users)
    with connection.cursor() as cursor:
        # Nobody waits for these answers: the disk may follow later. A crash in between tells the rest again.
        cursor.execute("SET synchronous_commit TO off")
    moment = now()
    try:
        for number, one in enumerate(cast, start=1):
            one.case_id = told.get(one.referral_id)
            if one.case_id is None:
                play(troupe, _script(one, net, moment, spoken).acts)
            if number % EVERY == 0:
                say(f"{number} of {len(cast)} people have come into view.")
        apart.refusals(troupe, net, cast)
        apart.emergencies(troupe, cast)
    finally:
        troupe.leave()
    with connections[OWNER].cursor() as cursor:
        cursor.execute(READ_LONG_AGO)
        cursor.execute("ANALYZE")


def _script(one: Someone, net: Network, moment: object, spoken: str) -> Script:
    script = Script(one, moment)  # type: ignore[arg-type]
    sent = first.refer(script, spoken)
    assigned = first.answer(script, net, sent) if sent else None
    if assigned:
        identify(script, assigned, spoken)
        help_her(script, net, assigned, spoken)
    return script
