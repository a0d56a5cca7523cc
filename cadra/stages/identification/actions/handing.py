"""Giving files that no institution holds to one, many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.holding import hold
from cadra.foundation.kernel.acts import act
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Institution
from cadra.record.cases import custody
from cadra.record.people.models import Person
from cadra.stages.identification.queries import unheld


@dataclass(frozen=True)
class Handed:
    """How many were given now, were not to be given any more, and whose person does not want this institution."""

    given: int
    gone: int
    unwilling: int


@act
def hand_over(*, actor: Actor, case_ids: Collection[UUID], holder: Institution) -> Handed:
    """Give these files to an institution that holds files. What a colleague has given meanwhile stays as it is.

    404 unless the actor answers at the desk and the institution holds files.
    """
    wanted = sorted(set(case_ids))
    if not custody.may_hold(holder) or len(wanted) > unheld.PAGE:
        raise Http404
    for case_id in wanted:
        hold(case_id)
    found = {
        case.case_id: case for case in unheld.unheld(actor).filter(case_id__in=wanted).select_for_update(of=("self",))
    }
    against = custody.unwilling(actor, list(found), holder)
    persons = Person.objects.filter(pk__in=found.keys() - against)
    files = [(person, found[person.pk]) for person in persons]
    if files:
        custody.give(actor=actor, files=files, holder=holder)
        ledger.record(
            actor=actor,
            verb="handed_over",
            subjects=[person.ledger_alias for person, _ in files],
            purpose="custody",
            object_id=holder.pk,
        )
    return Handed(len(files), len(wanted) - len(found), len(against))
