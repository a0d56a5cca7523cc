"""Whose services may I keep? Reading is for everyone signed in."""

from django.db.models import Q

from cadra.foundation.access.actor import Actor
from cadra.foundation.catalogue.models import Service
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import Desk


def desks_of(actor: Actor) -> tuple[int, ...]:
    """Principals of the desks the actor answers at; none without a role that works with files."""
    return actor.principals[1:-1]


def kept(actor: Actor, *, desk: str = "desk__") -> Q:
    """Services (or, with `desk=""`, desks) the actor keeps: an administrator all of her institution, whoever answers
    at a desk those of her desks at home."""
    at_home = Q(institution_id=actor.institution_id)
    if actor.has(Role.INSTITUTION_ADMIN):
        return at_home
    return at_home & Q(**{f"{desk}principal__in": desks_of(actor)})


def may_keep(actor: Actor, service: Service) -> bool:
    """Whether the actor may change what the catalogue says of this service."""
    return may_keep_at(actor, service.desk)


def may_keep_at(actor: Actor, desk: Desk) -> bool:
    """Whether the actor may offer something at this desk."""
    if desk.institution_id != actor.institution_id:
        return False
    return actor.has(Role.INSTITUTION_ADMIN) or desk.principal in desks_of(actor)


def keeps_any(actor: Actor) -> bool:
    """Whether there is anything the actor could keep."""
    return actor.has(Role.INSTITUTION_ADMIN) or bool(desks_of(actor))
