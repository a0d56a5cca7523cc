"""The cast: invented people who are always who they are. Nobody here exists.

Ada stops someone at the border, Besim is her colleague. Rea answers for the Responsible Authority, Dita protects data.
Petrit (police) and Sonila (social services) are the identification pair. Marta carries files at the shelter,
Sara supervises, Ina administers it. Kleo treats at the clinic. Zana works at another shelter: the outsider.
Mona monitors. Sys keeps the machines running and reads nothing. Lule is the child protection worker.
"""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import (
    Desk,
    DeskMember,
    Institution,
    RoleHolding,
    Training,
    Undertaking,
    User,
)

PASSWORD = "correct horse battery staple umbrella"

INSTITUTIONS: dict[str, dict[str, Any]] = {
    "border": {"name": "Border Police, Kapshticë crossing", "kind": "border_police"},
    "authority": {
        "name": "Responsible Authority",
        "kind": "responsible_authority",
        "is_responsible_authority": True,
        "serves_whole_country": True,
        "phone": "+355 00 000 001",
    },
    "police": {"name": "Police Directorate, South-East", "kind": "police"},
    "social": {"name": "State Social Service, South-East", "kind": "social_services"},
    "shelter": {"name": "House of the Oak", "kind": "shelter", "is_shelter": True},
    "shelter2": {"name": "House of the River", "kind": "shelter", "is_shelter": True},
    "clinic": {"name": "Clinic of the Lake", "kind": "health"},
    "municipality": {"name": "Child Protection Unit, Lakeside", "kind": "child_protection_unit"},
    "ministry": {"name": "Task Force Secretariat", "kind": "police"},
}
DESKS = {
    "authority": ("authority", "Intake desk"),
    "shelter": ("shelter", "Admission desk"),
    "clinic": ("clinic", "Reception"),
    "shelter2": ("shelter2", "Admission desk"),
}
#: They took every training that an interview, an identification or a child needs.
TRAINED = ("petrit", "sonila", "lule")
PEOPLE: dict[str, tuple[str, str, list[Role], str]] = {
    "ada": ("Ada Border", "border", [Role.FIRST_RESPONDER], ""),
    "besim": ("Besim Border", "border", [Role.FIRST_RESPONDER], ""),
    "rea": ("Rea Authority", "authority", [Role.RA_OFFICER], "authority"),
    "dita": ("Dita Protection", "authority", [Role.DATA_PROTECTION_OFFICER], ""),
    "petrit": ("Petrit Police", "police", [Role.IDENTIFICATION_POLICE], ""),
    "sonila": ("Sonila Social", "social", [Role.IDENTIFICATION_SOCIAL], ""),
    "marta": ("Marta Manager", "shelter", [Role.CASE_MANAGER], "shelter"),
    "sara": ("Sara Supervisor", "shelter", [Role.SUPERVISOR], ""),
    "ina": ("Ina Administrator", "shelter", [Role.INSTITUTION_ADMIN], ""),
    "kleo": ("Kleo Clinic", "clinic", [Role.SERVICE_PROFESSIONAL], "clinic"),
    "zana": ("Zana Outsider", "shelter2", [Role.CASE_MANAGER], "shelter2"),
    "lule": ("Lule Childcare", "municipality", [Role.CHILD_PROTECTION_WORKER], ""),
    "mona": ("Mona Monitor", "ministry", [Role.MONITOR], ""),
    "sys": ("Sys Admin", "ministry", [Role.SYSTEM_ADMIN], ""),
}


def settle() -> None:
    """Write the cast into an empty, migrated database (as its owner: nobody is signed in yet)."""
    houses = {key: Institution(**values) for key, values in INSTITUTIONS.items()}
    Institution.objects.using("owner").bulk_create(houses.values())
    desks = {
        key: Desk(institution=houses[home], name=name, phone="+355 00 000 002") for key, (home, name) in DESKS.items()
    }
    Desk.objects.using("owner").bulk_create(desks.values())
    version, password = pack().code_of_conduct.version, make_password(PASSWORD)  # hashed once: it is meant to be slow
    for first, (name, home, roles, desk) in PEOPLE.items():
        user = User(name=name, email=f"{first}@cadra.example", institution=houses[home], language="en")
        user.password = password
        user.save(using="owner", force_insert=True)
        for role in roles:
            RoleHolding.objects.using("owner").create(user=user, role=role)
        if desk:
            DeskMember.objects.using("owner").create(user=user, desk=desks[desk])
        Undertaking.objects.using("owner").create(user=user, version=version, language="en")
        if first in TRAINED:
            topics = [topic.code for topic in pack().training_topics if topic.needed_for]
            told = {"hours": 16, "provider": "Academy", "on": today(), "recorded_by": user.pk}
            Training.objects.using("owner").bulk_create(Training(user=user, topic=topic, **told) for topic in topics)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def join(house: Any, name: str, *, beside: str, at: str = "") -> None:
    """One more colleague with the roles of `beside`; `at`: in a new institution of the same kind, at its desk."""
    model = house.user(beside)
    home, desk = model.institution, None
    if at:
        home = Institution(name=at, kind=home.kind, is_shelter=home.is_shelter)
        home.save(using="owner", force_insert=True)
        desk = Desk(institution=home, name="Admission desk", phone="+355 00 000 003")
        desk.save(using="owner", force_insert=True)
    user = User(name=name.title(), email=f"{name}@cadra.example", institution=home, language="en")
    user.set_password(PASSWORD)
    user.save(using="owner", force_insert=True)
    for holding in RoleHolding.objects.using("owner").filter(user_id=model.pk):
        RoleHolding.objects.using("owner").create(user=user, role=holding.role)
    if desk is not None:
        DeskMember.objects.using("owner").create(user=user, desk=desk)
    Undertaking.objects.using("owner").create(user=user, version=pack().code_of_conduct.version, language="en")
    house.people[name] = User.objects.using("default").select_related("institution").get(pk=user.pk)


def join_authority(house: Any, name: str) -> None:
    """One more colleague, who administers the Responsible Authority."""
    join(house, name, beside="ina")
    authority = house.user("rea").institution_id
    house.sql("UPDATE network_user SET institution_id = %s WHERE email = %s", [authority, f"{name}@cadra.example"])
    house.people[name] = people()[name]


def people() -> dict[str, User]:
    """first name → user, with her institution."""
    found = User.objects.select_related("institution")
    return {user.email.split("@")[0]: user for user in found}
