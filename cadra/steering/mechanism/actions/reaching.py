"""How she may be reached is kept; where she is may have changed, and then her safety is looked at again."""

import contextlib
from typing import Any

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.record.people import actions as people
from cadra.record.people.models import Contact, Person
from cadra.stages.support import actions as support
from cadra.stages.support.queries.safety import review_waits

MOVE = "move"  # a code every pack has (kernel.pack.needed)


@act
def save_contact(*, actor: Actor, person: Person, version: int = 0, **values: Any) -> Contact:
    """Keep how she may be reached. Another place than before asks for a look at her safety plan, once, where the actor
    carries the file."""
    before = list(Contact.objects.filter(case_id=person.pk))
    vault.unseal(actor.ring, before)
    row = people.save_contact(actor=actor, person=person, version=version, **values)
    was = _place(before[0].plain.get("whereabouts")) if before else ()
    moved = any(was) and was != _place(values.get("whereabouts"))
    if moved and not review_waits(person.pk, MOVE):
        with contextlib.suppress(Http404):  # of the pair, say: the file is carried, and its plan made, by others
            support.ask_safety_review(actor=actor, person=person, event=MOVE)
    return row


def _place(where: Any) -> tuple[str, ...]:
    return tuple(str((where or {}).get(name) or "").strip() for name in ("place", "address"))
