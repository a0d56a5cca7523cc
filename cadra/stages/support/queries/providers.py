"""Which desks a referral may go to: open, answered by someone, giving the service, and not among those she fears."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case as When_
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Refusal
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.network.models import Desk, DeskMember, User
from cadra.foundation.network.queries import desk_people
from cadra.stages.support.models import ServiceReferral

SHOWN = 30


def open_desks(actor: Actor, case_id: UUID) -> QuerySet[Desk]:
    """Desks a referral of this file may be sent to now.

    Left out: the Responsible Authority, closed desks and institutions, desks nobody answers at, the actor's own
    desks, kinds of institution the pack lets nothing be sent to, and all desks and institutions on her refusal list.
    """
    kinds = {kind for recipient in pack().recipients for kind in recipient.kinds}
    refused = Refusal.objects.filter(case_id=case_id, ended_at=None).values("principal")
    answers = DeskMember.objects.filter(
        Q(desk=OuterRef("pk")) | Q(desk__covers=OuterRef("pk")), user__is_active=True
    ).exclude(user__principal__in=refused)
    return (
        Desk.objects.select_related("institution")
        .filter(Exists(answers), is_open=True, institution__is_active=True, institution__kind__in=kinds)
        .exclude(institution__is_responsible_authority=True)
        .exclude(principal__in=actor.principals)
        .exclude(principal__in=refused)
        .exclude(institution__principal__in=refused)
    )


def find(
    actor: Actor, case_id: UUID, *, service: str = "", area: str = "", words: str = "", without: Iterable[int] = ()
) -> list[Desk]:
    """Desks for a service, an area or words of a name; those that name the service stand first.

    A desk that names no services is shown when its kind of institution gives services (pack).
    """
    found = open_desks(actor, case_id).exclude(principal__in=list(without))
    giving = [kind.code for kind in pack().institution_kinds if kind.gives_services]
    if service:
        found = found.filter(Q(services__contains=[service]) | Q(services=[], institution__kind__in=giving))
    if area:
        region = pack().region_of(area)
        near = [area, *([region.code] if region else [])]
        found = found.filter(
            Q(institution__areas__overlap=near)
            | Q(institution__municipality=area)
            | Q(institution__serves_whole_country=True)
            | Q(institution__areas=[], institution__municipality="")
        )
    if words:
        found = found.filter(Q(name__icontains=words) | Q(institution__name__icontains=words))
    first = When_(When(services__contains=[service], then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(found.order_by(first, "institution__name", "name", "id")[:SHOWN])


def desk_for(actor: Actor, case_id: UUID, desk_id: UUID) -> Desk | None:
    """One of the desks that may be chosen, or None."""
    return open_desks(actor, case_id).filter(pk=desk_id).first()


def suggestions(actor: Actor, referral: ServiceReferral, limit: int = 5) -> list[Desk]:
    """The next desks to ask for the same service: those nobody has asked for it on this file yet."""
    asked = ServiceReferral.objects.filter(case_id=referral.case_id, service=referral.service).values_list(
        "desk", flat=True
    )
    return find(actor, referral.case_id, service=referral.service, without=list(asked))[:limit]


def people_to_tell(case_id: UUID, desk: Desk) -> list[User]:
    """Who answers at the desk and may know that something waits: nobody on her refusal list."""
    refused = Refusal.objects.filter(case_id=case_id, ended_at=None).values("principal")
    return list(desk_people(desk).exclude(principal__in=refused))


def desk_at(principal: int) -> Desk | None:
    """The desk behind a principal."""
    return Desk.objects.select_related("institution").filter(principal=principal).first()


def desk_names(principals: Iterable[int]) -> dict[int, str]:
    """principal → "Institution, desk"."""
    wanted = set(principals)
    if not wanted:
        return {}
    desks = Desk.objects.filter(principal__in=wanted).select_related("institution")
    return {desk.principal: f"{desk.institution.name}, {desk.name}" for desk in desks}


def capacities(desk: Desk) -> list[Recipient]:
    """As what this desk may receive something (pack): a kind of institution can stand in several capacities."""
    return pack().recipients.where(lambda recipient: desk.institution.kind in recipient.kinds)


def may_receive(recipient: Recipient, parts: frozenset[str]) -> list[str]:
    """Parts she may be asked for: what the pack allows this recipient, among what the sender sees. Core goes anyway."""
    return [str(part) for part in recipient.may_receive if str(part) in parts and str(part) != "core"]
