"""Reading the catalogue: one page of a search, one service, what an institution keeps, what it should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.catalogue import openings, policy
from cadra.foundation.catalogue.models import Access, Service, Status
from cadra.foundation.catalogue.words import fold, kinds_called
from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.work import WorkItem
from cadra.foundation.network.models import Desk, Institution

PAGE = 25
KEPT = 200  # services one institution keeps, at most shown
DOMAIN = "domain:"
WORDS = 6  # of a search that are read


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `need`: a kind of service, or `domain:` and a domain of the pack. Empty: anything."""

    need: str = ""
    area: str = ""
    language: str = ""
    group: str = ""
    children: bool = False
    wheelchair: bool = False
    now: bool = False
    tonight: bool = False
    words: str = ""
    institution: UUID | None = None

    @property
    def kinds(self) -> list[str] | None:
        """Kinds of service that answer the need; None: any."""
        if not self.need:
            return None
        if not self.need.startswith(DOMAIN):
            return [self.need]
        domain = self.need.removeprefix(DOMAIN)
        return [one.code for one in pack().services if domain in one.domains]


def matching(wanted: Wanted) -> QuerySet[Service]:
    """Open services of open desks that answer what is looked for."""
    found = Service.objects.filter(status=Status.OPEN, desk__is_open=True, institution__is_active=True)
    if wanted.kinds is not None:
        found = found.filter(kind__in=wanted.kinds)
    for field, code in (("languages", wanted.language), ("serves", wanted.group)):
        if code:
            found = found.filter(**{f"{field}__contains": [code]})
    if wanted.wheelchair:
        found = found.filter(access__contains=[Access.WHEELCHAIR])
    if wanted.children:
        found = found.filter(children_welcome=True)
    if wanted.now:
        found = found.filter(openings.open_now())
    if wanted.tonight:
        found = found.filter(openings.tonight())
    if wanted.area:
        found = found.filter(serving(wanted.area))
    if wanted.institution:
        found = found.filter(institution_id=wanted.institution)
    for word in fold(wanted.words).split()[:WORDS]:
        found = found.filter(Q(found_by__contains=word) | Q(kind__in=kinds_called(word)))
    return found


def serving(area: str) -> Q:
    """Services that serve this area. A shelter answers only to areas that may be told of a shelter."""
    region = pack().region_of(area)
    inside = [one.code for one in pack().municipalities(area)] if region and region.code == area else []
    told = pack().shelter_areas([area])
    near = {area, *inside, *([region.code] if region else [])}
    return (
        Q(whole_country=True)
        | Q(areas__overlap=sorted(near), institution__is_shelter=False)
        | Q(areas__overlap=told, institution__is_shelter=True)
    )


def search(wanted: Wanted, *, after: str = "") -> tuple[list[Service], str]:
    """One page in the order of the names of institutions, and the cursor of the next ('' at the end)."""
    found = matching(wanted).select_related("institution", "desk")
    return keyset.page(found, ("institution__name", "id"), after, PAGE)


def institution_named(institution_id: UUID | None) -> Institution | None:
    """The institution a search is narrowed to."""
    return Institution.objects.filter(pk=institution_id, is_active=True).first() if institution_id else None


def service(service_id: UUID) -> Service:
    """One service that is or was offered; 404 when there is none."""
    rows = Service.objects.select_related("institution", "desk", "verified_by").filter(institution__is_active=True)
    found = rows.filter(pk=service_id).exclude(status=Status.ENDED).first()
    if found is None:
        raise Http404
    return found


def own(actor: Actor) -> list[Service]:
    """What the actor keeps, in the order of desks and kinds."""
    found = Service.objects.select_related("institution", "desk", "verified_by").filter(policy.kept(actor))
    return list(found.order_by("desk__name", "kind", "id")[:KEPT])


def own_one(actor: Actor, service_id: UUID, *, lock: bool = False) -> Service:
    """One of them; 404 when it is another's. `lock`: held until the transaction ends."""
    rows = Service.objects.select_related("institution", "desk", "verified_by").filter(policy.kept(actor))
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=service_id).first()
    if found is None:
        raise Http404
    return found


def own_desks(actor: Actor) -> list[Desk]:
    """Desks the actor may offer something at."""
    found = Desk.objects.select_related("institution").filter(policy.kept(actor, desk=""))
    return list(found.order_by("name", "id"))


def counted(actor: Actor) -> list[Service]:
    """Services whose places the actor's desks count, for the two taps on the desk's page."""
    desks = policy.desks_of(actor)
    if not desks:
        return []
    found = Service.objects.select_related("institution", "desk").filter(
        desk__principal__in=desks, institution_id=actor.institution_id, status=Status.OPEN, capacity__isnull=False
    )
    return list(found.order_by("desk__name", "kind", "id")[:KEPT])


def offered(desks: Sequence[Desk], kind: str) -> list[Service]:
    """Open services of this kind at these desks."""
    found = Service.objects.select_related("institution", "desk").filter(status=Status.OPEN, kind=kind, desk__in=desks)
    return list(found.order_by("institution__name", "desk__name", "id"))


def longest_unverified(actor: Actor) -> QuerySet[Service]:
    """The service of the actor's keeping that was looked at the longest ago."""
    if not policy.keeps_any(actor):
        return Service.objects.none()
    kept = Service.objects.filter(policy.kept(actor)).exclude(status=Status.ENDED)
    return kept.order_by("verified_at")[:1]


def work(unverified: Sequence[Service]) -> list[WorkItem]:
    """What the catalogue asks of its keepers: one line when something was not looked at for too long."""
    title = _("Look again at what the catalogue says of your services")
    return [
        WorkItem("catalogue", title, reverse("catalogue:own"), "", due_at=due)
        for due in map(openings.look_again_at, unverified)
        if due < now()
    ]
