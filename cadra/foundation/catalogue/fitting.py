"""Does a service fit what is known of someone's needs? Each answer with its reason, so that people decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.catalogue import openings
from cadra.foundation.catalogue.models import Access, Group, Service
from cadra.foundation.kernel.pack import pack


@dataclass(frozen=True)
class Needs:
    """What is known and may count. `groups`: those she may belong to (both where it is not known)."""

    groups: tuple[Group, ...] = ()
    languages: tuple[str, ...] = ()
    area: str = ""
    foreign: bool = False
    children: bool = False
    wheelchair: bool = False
    tonight: bool = False


@dataclass(frozen=True)
class Mark:
    """One reason in words; `against`: something to settle before asking this provider."""

    text: str
    against: bool = False


def marks(service: Service, needs: Needs) -> list[Mark]:
    """Everything that speaks for a service, or has to be settled first, in a fixed order."""
    return [
        *_whom(service, needs),
        *_tongue(service, needs),
        *_reach(service, needs),
        *_places(service),
        *_hours(service, needs),
        *_licence(service),
    ]


def _whom(service: Service, needs: Needs) -> list[Mark]:
    found = []
    taken = [one for one in needs.groups if one in service.serves]
    if taken:
        found.append(Mark(_("takes %(whom)s") % {"whom": _groups(taken)}))
    elif needs.groups:
        found.append(Mark(_("does not take %(whom)s") % {"whom": _groups(needs.groups)}, True))
    if needs.foreign and not service.foreigners:
        found.append(Mark(_("does not take foreigners"), True))
    if needs.children:
        welcome = service.children_welcome
        found.append(Mark(_("children welcome") if welcome else _("children can’t come along"), not welcome))
    if needs.wheelchair:
        way_in = Access.WHEELCHAIR in service.access
        found.append(Mark(_("wheelchair gets in") if way_in else _("no way in for a wheelchair is known"), not way_in))
    return found


def _tongue(service: Service, needs: Needs) -> list[Mark]:
    if not needs.languages:
        return []
    spoken = [pack().languages.label(code) for code in needs.languages if code in service.languages]
    if spoken:
        return [Mark(_("speaks %(languages)s") % {"languages": _listed(spoken)})]
    wanted = _listed(pack().languages.label(code) for code in needs.languages)
    return [Mark(_("does not speak %(languages)s: an interpreter is needed") % {"languages": wanted}, True)]


def _reach(service: Service, needs: Needs) -> list[Mark]:
    if service.whole_country:
        return [Mark(_("whole country"))]
    areas = shown_areas(service)
    if not areas:
        return []
    names = _listed(pack().place_label(code) for code in areas)
    if needs.area and not _serves(areas, needs.area):
        return [Mark(_("serves only %(areas)s") % {"areas": names}, True)]
    return [Mark(_("serves %(areas)s") % {"areas": names})]


def _places(service: Service) -> list[Mark]:
    if service.capacity is None:
        return []
    free = service.free_places or 0
    if not free:
        return [Mark(_("no free place"), True)]
    words = free_places(free)
    if openings.places_are_old(service):
        return [Mark(_("%(places)s, an old number: ask") % {"places": words}, True)]
    return [Mark(words)]


def free_places(free: int) -> str:
    """ "2 free places"."""
    return ngettext("%(n)s free place", "%(n)s free places", free) % {"n": free}


def _hours(service: Service, needs: Needs) -> list[Mark]:
    if service.day_and_night:
        return [Mark(_("day and night"))]
    found = [Mark(_("open now"))] if openings.is_open(service) else []
    if service.at_night:
        return [*found, Mark(_("answers at night"))]
    return [*found, Mark(_("nobody answers at night"), True)] if needs.tonight else found


def _licence(service: Service) -> list[Mark]:
    return [Mark(_("its licence ran out"), True)] if openings.licence_ran_out(service) else []


def shown_areas(service: Service) -> list[str]:
    """Areas as they may be told: of a shelter never smaller than the pack allows."""
    if service.institution.is_shelter:
        return pack().shelter_areas(service.areas)
    return list(service.areas)


def _serves(areas: Sequence[str], area: str) -> bool:
    region = pack().region_of(area)
    around = {area, *([region.code] if region else [])}
    return any(one in around or _inside(one, area) for one in areas)


def _inside(one: str, area: str) -> bool:
    place = pack().areas.get(one)
    return place is not None and place.parent == area


def _groups(groups: Iterable[Group]) -> str:
    return _listed(str(Group(one).label).lower() for one in groups)


def _listed(words: Iterable[object]) -> str:
    return ", ".join(str(one) for one in words)


def age_group(sex: str, is_child: bool | None) -> tuple[Group, ...]:
    """The groups someone may belong to, from what is known; both where one thing is not known."""
    female = {True: Group.GIRLS, False: Group.WOMEN}
    male = {True: Group.BOYS, False: Group.MEN}
    by_sex = {"female": (female,), "male": (male,)}.get(sex, ())
    if not by_sex:
        return ()
    ages = (is_child,) if is_child is not None else (False, True)
    return tuple(sexes[age] for sexes in by_sex for age in ages)
