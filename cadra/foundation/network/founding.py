"""Beginning: the Responsible Authority, the desk where referrals arrive, and the link for its first administrator.

Written as the tables' owner, as a migration is: nobody can sign in yet, and no page may do this. Typed on the machine
itself (`cadra found`), by whoever holds the owner's secret.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.accounts import AlreadyOpen, invitation_for
from cadra.foundation.network.models import Desk, Institution, Invitation, User

OWNER = "owner"
REGISTERS = "case_registration"  # what the pack says the Responsible Authority is there for


class AlreadyFounded(Exception):
    """There is a Responsible Authority, and somebody administers it."""


@dataclass(frozen=True)
class Authority:
    """The Responsible Authority as it is to stand in the directory, and the name of its desk."""

    name: str
    phone: str
    desk: str


@dataclass(frozen=True)
class Administrator:
    """Who is invited."""

    name: str
    email: str
    language: str


def authority() -> Institution | None:
    """The Responsible Authority, if there is one."""
    found = Institution.objects.using(OWNER).filter(is_responsible_authority=True, is_active=True)
    return found.first()


def is_administered(home: Institution) -> bool:
    """Has somebody there an open account to administer it with?"""
    here = User.objects.using(OWNER).filter(institution=home, is_active=True)
    return here.filter(holdings__role=Role.INSTITUTION_ADMIN).exists()


def kind_of_authority() -> str | None:
    """The kind of institution that registers files, as the pack has it."""
    return next((actor.kind for actor in pack().actors if actor.role == REGISTERS and actor.kind), None)


@transaction.atomic(using=OWNER)
def found(*, said: Authority, kind: str, administrator: Administrator) -> str:
    """Make the authority and its desk; the token of the link that opens its administrator's account, once.

    AlreadyFounded when there is one, also when somebody else typed the same a moment ago.
    """
    home = Institution(
        name=said.name, kind=kind, phone=said.phone, serves_whole_country=True, is_responsible_authority=True
    )
    try:
        with transaction.atomic(using=OWNER):
            home.save(using=OWNER, force_insert=True)
    except IntegrityError:
        raise AlreadyFounded from None
    Desk(institution=home, name=said.desk, phone=said.phone).save(using=OWNER, force_insert=True)
    ledger.record_on(OWNER, actor=ledger.Clock(), verb="founded", object_id=home.pk)
    return invite(home=home, administrator=administrator)


@transaction.atomic(using=OWNER)
def invite(*, home: Institution, administrator: Administrator) -> str:
    """A new link for the authority's administrator, while nobody has such an account; earlier links end.

    AlreadyFounded when somebody administers it; AlreadyOpen when there is an account with this address.
    """
    Institution.objects.using(OWNER).select_for_update().get(pk=home.pk)
    if is_administered(home):
        raise AlreadyFounded
    if User.objects.using(OWNER).filter(email__iexact=administrator.email).exists():
        raise AlreadyOpen
    waiting = Invitation.objects.using(OWNER).filter(institution=home, accepted_at=None, invited_by=None)
    waiting.update(expires_at=now())
    invitation, token = invitation_for(
        institution=home,
        name=administrator.name,
        email=administrator.email,
        roles=[Role.INSTITUTION_ADMIN],
        language=administrator.language,
    )
    invitation.save(using=OWNER, force_insert=True)
    ledger.record_on(OWNER, actor=ledger.Clock(), verb="invited", object_id=home.pk)
    return token
