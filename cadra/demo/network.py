"""The invented institutions, desks and colleagues. Names of places come from the country pack.

Written as the tables' owner: the first colleagues of a mechanism are made before anybody can sign in.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.db import transaction

from cadra.demo import data, services
from cadra.foundation.catalogue.models import Service
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Area
from cadra.foundation.network.models import (
    Desk,
    DeskMember,
    Institution,
    RoleHolding,
    Training,
    Undertaking,
    User,
)

OWNER = "owner"
MAIL = "cadra.example"  # a domain that by its rules belongs to nobody
PHONE = "+355 00 {:03d} {:03d}"  # a number nobody can have
EACH = "each"
COUNTRY = "country"


@dataclass
class Network:
    """What was built: by the keys of the data files (`police:6`: the police of the sixth region)."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def exists() -> bool:
    """Whether this copy has institutions already, invented or real."""
    return Institution.objects.using(OWNER).exists()


def email_of(key: str) -> str:
    """The address of a colleague, from her key."""
    return f"{key}@{MAIL}"


@transaction.atomic(using=OWNER)
def build(language: str) -> Network:
    """Write the whole network in one go; names in `language`."""
    made = Network()
    for row in data.table("institutions"):
        for key, regions in _places(row):
            _institution(made, key, row, regions, language)
    Institution.objects.using(OWNER).bulk_create(made.institutions.values())
    Desk.objects.using(OWNER).bulk_create(made.desks.values())
    Service.objects.using(OWNER).bulk_create(services.of(made.institutions, made.desks))
    _colleagues(made, language)
    return made


def found() -> Network:
    """The network as an earlier start built it."""
    known = Network()
    for user in User.objects.select_related("institution").filter(email__endswith=f"@{MAIL}"):
        known.users[user.email.removesuffix(f"@{MAIL}")] = user
    for row in data.table("colleagues"):
        known.institutions[row["institution"]] = known.users[row["key"]].institution
    keys = {institution.pk: key for key, institution in known.institutions.items()}
    for desk in Desk.objects.select_related("institution"):
        known.desks[keys[desk.institution_id]] = desk
    return known


def _places(row: dict[str, str]) -> list[tuple[str, list[Area]]]:
    """(key, regions) of each institution a row stands for."""
    regions = pack().regions()
    if row["where"] == EACH:
        return [(f"{row['key']}:{number}", [region]) for number, region in enumerate(regions, start=1)]
    if row["where"] == COUNTRY:
        return [(row["key"], [])]
    return [(row["key"], [regions[(int(number) - 1) % len(regions)] for number in row["where"].split(";")])]


def _institution(made: Network, key: str, row: dict[str, str], regions: list[Area], language: str) -> None:
    number = len(made.institutions) + 1
    area = regions[0].label(language) if regions else ""
    slug = re.sub(r"\W+", "-", key)
    made.institutions[key] = institution = Institution(
        name=row[f"name_{language}"].format(area=area),
        kind=pack().institution_kinds[row["kind"]].code,
        areas=[region.code for region in regions],
        serves_whole_country=not regions,
        municipality=_municipality(regions) if row["shelter"] == "no" else "",
        phone=PHONE.format(number, 0),
        email=f"office@{slug}.example",
        hours=row[f"hours_{language}"],
        is_responsible_authority=key == "authority",
        is_shelter=row["shelter"] == "yes",
    )
    if row[f"desk_{language}"]:
        made.desks[key] = Desk(
            institution=institution,
            name=row[f"desk_{language}"],
            services=[code for code in row["services"].split(";") if code in pack().services],
            phone=PHONE.format(number, 1),
            hours=row[f"hours_{language}"],
        )


def _municipality(regions: list[Area]) -> str:
    return pack().municipalities(regions[0].code)[0].code if len(regions) == 1 else ""


def _colleagues(made: Network, language: str) -> None:
    rows = data.table("colleagues")
    rung_first: set[str] = set()  # institutions with a focal point: the first who answers at the desk
    for number, row in enumerate(rows, start=1):
        first = row["desk"] == "yes" and row["institution"] not in rung_first
        rung_first |= {row["institution"]} if first else set()
        made.users[row["key"]] = user = User(
            name=row["name"],
            email=email_of(row["key"]),
            phone=PHONE.format(900, number),
            institution=made.institutions[row["institution"]],
            sex=row["sex"],
            languages=[code for code in row["languages"].split(";") if code in pack().languages],
            language=language,
            is_focal_point=first,
        )
        user.set_unusable_password()  # the personas are given theirs apart (personas.py)
    User.objects.using(OWNER).bulk_create(made.users.values())
    RoleHolding.objects.using(OWNER).bulk_create(
        RoleHolding(user=made.users[row["key"]], role=role) for row in rows for role in row["roles"].split(";")
    )
    DeskMember.objects.using(OWNER).bulk_create(
        DeskMember(user=made.users[row["key"]], desk=made.desks[row["institution"]])
        for row in rows
        if row["desk"] == "yes"
    )
    version = pack().code_of_conduct.version
    Undertaking.objects.using(OWNER).bulk_create(
        Undertaking(user=user, version=version, language=language) for user in made.users.values()
    )
    _trainings(made)
    for user in made.users.values():
        user.refresh_from_db(using=OWNER)
        user._state.db = None


#: Who of those who identify has not been trained yet, and whose training runs out soon.
UNTRAINED, SOON = ("police-9", "social-3"), ("sonila", "lule", "police-2")
ACADEMY = "Academy of the Lake"


def _trainings(made: Network) -> None:
    """Those who interview, identify and work with children were trained for it; others in what their house chose."""
    day = today()
    rows = []
    for place, row in enumerate(data.table("colleagues")):
        needed = row["roles"].startswith(("identification_", "child_protection")) and row["key"] not in UNTRAINED
        for topic in pack().training_topics:
            if (needed and topic.needed_for) or (not topic.needed_for and row["institution"] == "oak" and place % 2):
                rows.append(
                    Training(
                        user=made.users[row["key"]],
                        topic=topic.code,
                        hours=8 + 4 * (place % 4),
                        provider=ACADEMY,
                        on=day - dt.timedelta(days=500 + place),
                        until=day + dt.timedelta(days=25 if row["key"] in SOON else 600),
                        recorded_by=made.users[row["key"]].pk,
                    )
                )
    Training.objects.using(OWNER).bulk_create(rows)
