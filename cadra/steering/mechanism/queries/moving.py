"""Moving a file on: what is still open, what would end and who would be told, and the closings so far."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.cases.models import Closing, Stage, StageInterval, TeamMember
from cadra.steering.mechanism import panels, policy
from cadra.steering.mechanism.queries.colleagues import Names, names_of, second_lookers
from cadra.steering.mechanism.queries.opened import Opened, look, opened


@dataclass(frozen=True)
class StagePage:
    """A file on its way. `ending`: what closing would end; `seconds`: who would be asked to look a second time."""

    file: Opened
    stages: list[StageInterval]
    closings: list[Closing]
    team: list[TeamMember]
    unfinished: panels.StillOpen
    ending: list[Grant]
    seconds: list[UUID]
    names: Names

    @property
    def waits_in_identification(self) -> bool:
        return bool(self.file.case.stage == Stage.IDENTIFICATION)

    @property
    def next(self) -> Stage | None:
        """Where the file may be moved to at once, without a second look."""
        steps = policy.MOVES.get(Stage(self.file.case.stage), ())
        return next((stage for stage in steps if stage != Stage.CLOSED), None)

    @property
    def may_close(self) -> bool:
        """Whether a closing can be proposed."""
        return Stage(self.file.case.stage) in policy.MOVES and self.proposal is None

    @property
    def proposal(self) -> Closing | None:
        """The closing that waits for its second look."""
        return next((one for one in self.closings if not one.confirmed_at and not one.returned_at), None)

    @property
    def closed_by(self) -> Closing | None:
        """The closing by which the file rests now."""
        if not self.file.rests:
            return None
        return next((one for one in self.closings if one.confirmed_at), None)

    @property
    def kept_until(self) -> dt.datetime:
        """Until when the file is kept, if it is or stays closed."""
        return deadline(self.file.case.closed_at or now(), pack().limit("retention_file"))


def stage_page(actor: Actor, case_id: UUID) -> StagePage:
    """Everything that moving this file on would touch; 404 unless the actor carries it."""
    file, (stages, closings, team) = opened(
        actor,
        case_id,
        StageInterval.objects.filter(case_id=case_id).order_by("entered_at"),
        Closing.objects.filter(case_id=case_id).order_by("-proposed_at"),
        TeamMember.objects.filter(case_id=case_id, until=None).order_by("since"),
    )
    if not policy.may_move(actor, file.mine):
        raise Http404
    closings.sort(key=lambda one: one.proposed_at, reverse=True)
    vault.unseal(actor.ring, closings)
    ending = policy.ending(file.grants, file.case)
    seconds = [] if file.rests else second_lookers(file.case, actor.user_id)
    names = names_of(
        users=[
            *(one.user_id for one in team),
            *seconds,
            *(who for one in closings for who in (one.proposed_by, one.confirmed_by, one.returned_by)),
        ],
        principals=[grant.grantee for grant in ending],
    )
    look(file, "looked_at_stage", [Compartment.SUPPORT] if Compartment.SUPPORT in file.parts else [])
    return StagePage(file, stages, closings, team, panels.still_open(case_id), ending, seconds, names)
