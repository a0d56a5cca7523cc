"""Tasks go with the file: what one colleague had to do on it is another's."""

from uuid import UUID

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.record.people.models import Person
from cadra.record.tasks.actions.common import tell
from cadra.record.tasks.models import State, Task


@act
def pass_on(*, actor: Actor, person: Person, former: UUID) -> int:
    """What `former` still had to do on this file is the actor's from now on, where it is open to her. How many."""
    rows = list(
        Task.objects.select_for_update().filter(case_id=person.pk, assignee_id=former, state=State.OPEN).order_by("id")
    )
    vault.unseal(actor.ring, rows)
    open_to_her = [row for row in rows if row.plain["words"] is not vault.CLOSED]
    for row in open_to_her:
        row.assignee_id, row.given_by, row.accepted_at = actor.user_id, None, now()
        tell(actor, row, "given", to=str(actor.user_id))
        row.version += 1
        row.save()
    if open_to_her:
        ledger.record(
            actor=actor,
            verb="gave_task",
            subjects=[person.ledger_alias],
            compartments=sorted({row.sealed_under for row in open_to_her}),
        )
    return len(open_to_her)
