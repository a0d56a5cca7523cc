"""Which desks a referral may go to: open, answered by someone, giving the service, and not among those she fears.

And what speaks for each of them, in words: the catalogue's word on whom it takes, its languages, places and hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Refusal
from cadra.foundation.access.queries import feared
from cadra.foundation.catalogue import queries as catalogue
from cadra.foundation.catalogue.fitting import Mark, Needs, age_group, marks
from cadra.foundation.catalogue.models import Service, Status
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.network.models import Desk, DeskMember, User
from cadra.foundation.network.queries import covered_on, desk_people
from cadra.stages.support.models import ServiceReferral
from cadra.stages.support.queries.files import File

SHOWN = 30
WEIGHED = 200  # desks looked at before the first are shown
NEXT = 5
DAY = 24  # hours


@dataclass(frozen=True)
class Suggestion:
    """A desk that may be asked, and every reason for or against in words; `service`: what the catalogue knows."""

    desk: Desk
    service: Service | None
    marks: Sequence[Mark]

    @property
    def fits(self) -> bool:
        """Nothing is known that would have to be settled first."""
        return not any(mark.against for mark in self.marks)


def open_desks(actor: Actor, case_id: UUID) -> QuerySet[Desk]:
    """Desks a referral of this file may be sent to now.

    Left out: the Responsible Authority, closed desks and institutions, desks nobody answers at, the actor's own
    desks, kinds of institution the pack lets nothing be sent to, and all desks and institutions on her refusal list.
    """
    kinds = {kind for recipient in pack().recipients for kind in recipient.kinds}
    refused = Refusal.objects.filter(case_id=case_id, ended_at=None).values("principal")
    someone = DeskMember.objects.filter(user__is_active=True).exclude(user__principal__in=refused)
    covered = covered_on(today()) & Exists(someone.filter(desk=OuterRef("cover")))
    return (
        Desk.objects.select_related("institution")
        .filter(Exists(someone.filter(desk=OuterRef("pk"))) | covered)
        .filter(is_open=True, institution__is_active=True, institution__kind__in=kinds)
        .exclude(institution__is_responsible_authority=True)
        .exclude(principal__in=actor.principals)
        .exclude(principal__in=refused)
        .exclude(institution__principal__in=refused)
    )


def find(
    actor: Actor, case_id: UUID, *, service: str = "", area: str = "", words: str = "", without: Iterable[int] = ()
) -> list[Desk]:
    """Desks for a service, an area or words of a name, in the order of their names.

    A desk gives a service that the catalogue or its own list names; one that names none at all is shown when its kind
    of institution gives services (pack).
    """
    found = open_desks(actor, case_id).exclude(principal__in=list(without))
    giving = [kind.code for kind in pack().institution_kinds if kind.gives_services]
    told = Service.objects.filter(desk=OuterRef("pk"), status=Status.OPEN)
    if service:
        of_kind = Exists(told.filter(kind=service))
        silent = Q(services=[], institution__kind__in=giving) & ~Exists(told)
        found = found.filter(of_kind | Q(services__contains=[service]) | silent)
    if area:
        found = found.filter(_serving(area) | Exists(told.filter(catalogue.serving(area))))
    if words:
        found = found.filter(Q(name__icontains=words) | Q(institution__name__icontains=words))
    return list(found.order_by("institution__name", "name", "id")[:WEIGHED])


def _serving(area: str) -> Q:
    """Institutions that serve an area; where a shelter stands is never a way to find it."""
    region = pack().region_of(area)
    near = [area, *([region.code] if region else [])]
    in_the_open = Q(institution__areas__overlap=near) | Q(institution__municipality=area)
    return (
        Q(institution__serves_whole_country=True)
        | Q(institution__areas=[], institution__municipality="")
        | Q(institution__is_shelter=True, institution__areas__overlap=pack().shelter_areas([area]))
        | (Q(institution__is_shelter=False) & in_the_open)
    )


def desk_for(actor: Actor, case_id: UUID, desk_id: UUID) -> Desk | None:
    """One of the desks that may be chosen, or None."""
    return open_desks(actor, case_id).filter(pk=desk_id).first()


def suggestions(
    actor: Actor,
    file: File,
    service: str,
    *,
    leaving_out: Iterable[int] = (),
    area: str = "",
    words: str = "",
    asked: Needs | None = None,
) -> list[Suggestion]:
    """Desks to ask for a service, with the reasons: first those against which nothing is known, each by its name.

    `leaving_out`: principals of desks. `asked`: what else counts (children, wheelchair, tonight). Of her only sex, age
    and languages are used, to find words like "speaks Romani".
    """
    desks = find(actor, file.person.pk, service=service, area=area, words=words, without=leaving_out)
    needs = _needs(file, area, asked or Needs())
    offered: dict[UUID, list[Service]] = {}
    for row in catalogue.offered(desks, service) if service else []:
        offered.setdefault(row.desk_id, []).append(row)
    quick = usual_answers(desks)
    found = [_suggestion(desk, offered.get(desk.pk, []), needs, quick.get(desk.principal), service) for desk in desks]
    return sorted(found, key=lambda one: not one.fits)[:SHOWN]


def next_providers(actor: Actor, referral: ServiceReferral, file: File) -> list[Suggestion]:
    """Whom to ask next for the same service: nobody who was asked for it on this file."""
    asked = ServiceReferral.objects.filter(case_id=referral.case_id, service=referral.service)
    leaving_out = list(asked.values_list("desk", flat=True))
    return suggestions(actor, file, referral.service, leaving_out=leaving_out)[:NEXT]


def usual_answers(desks: Sequence[Desk]) -> dict[int, float]:
    """principal of a desk → hours it usually takes to answer; only where enough requests were answered."""
    if not desks:
        return {}
    fewest = pack().publishing.minimum_cell_inside
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT desk, hours FROM authz.usual_answer(%s, %s)", [[desk.principal for desk in desks], fewest]
        )
        return {desk: float(hours) for desk, hours in cursor.fetchall()}


def _needs(file: File, area: str, asked: Needs) -> Needs:
    plain = getattr(file.profile, "plain", {})
    age, sex = plain.get("age") or {}, str(plain.get("sex") or file.case.sex)
    child = pack().presumed_child(age.get("years"), age.get("basis", "")) if age else None
    if child is None and file.case.is_child:
        child = True
    return replace(
        asked,
        groups=age_group(sex, child),
        languages=tuple(plain.get("languages") or ()),
        area=area,
        foreign=file.case.is_foreign,
    )


def _suggestion(desk: Desk, offered: Sequence[Service], needs: Needs, hours: float | None, service: str) -> Suggestion:
    """Of several services of the kind, the one with the least to settle."""
    answers = [Mark(_answers_in(hours))] if hours is not None else []
    weighed = [(row, marks(row, needs)) for row in offered]
    if not weighed:
        unknown = [Mark(_("not in the catalogue: ring first"), against=True)] if service else []
        return Suggestion(desk, None, [*unknown, *answers])
    row, reasons = min(weighed, key=lambda pair: sum(mark.against for mark in pair[1]))
    return Suggestion(desk, row, [*reasons, *answers])


def _answers_in(hours: float) -> str:
    if hours > 2 * DAY:
        days = round(hours / DAY)
        return ngettext("answers in %(n)s day usually", "answers in %(n)s days usually", days) % {"n": days}
    whole = max(1, round(hours))
    return ngettext("answers in %(n)s hour usually", "answers in %(n)s hours usually", whole) % {"n": whole}


def people_to_tell(case_id: UUID, desk: Desk) -> list[User]:
    """Who answers at the desk and may know that something waits: nobody on her refusal list."""
    out = feared(case_id)
    return [person for person in desk_people(desk) if person.pk not in out]


def desk_at(principal: int) -> Desk | None:
    """The desk behind a principal."""
    return Desk.objects.select_related("institution").filter(principal=principal).first()


def capacities(desk: Desk) -> list[Recipient]:
    """As what this desk may receive something (pack): a kind of institution can stand in several capacities."""
    return pack().recipients.where(lambda recipient: desk.institution.kind in recipient.kinds)


def may_receive(recipient: Recipient, parts: frozenset[str]) -> list[str]:
    """Parts she may be asked for: what the pack allows this recipient, among what the sender sees. Core goes anyway."""
    return [str(part) for part in recipient.may_receive if str(part) in parts and str(part) != "core"]
