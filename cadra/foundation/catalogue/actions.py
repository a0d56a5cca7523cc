"""Keeping the catalogue: a provider says what it offers, how many places are free, and that it is still so."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.catalogue import policy, queries
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.telling import CatalogueError, Told, say
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import now
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Desk


class ChangedMeanwhile(CatalogueError):
    """Somebody else saved since the page was shown."""

    def __init__(self) -> None:
        super().__init__(_("Someone changed this meanwhile. Look at it as it is now, and save again."))


class MoreThanThereAre(CatalogueError):
    """A number of free places below none or above all."""

    def __init__(self) -> None:
        super().__init__(_("There can’t be fewer free places than none, or more than places."))


@act
def add(*, actor: Actor, desk: Desk, told: Told, submission: UUID) -> Service:
    """Put a service into the catalogue; the same form sent twice is one service. All its places are free at first."""
    if not policy.may_keep_at(actor, desk):
        raise Http404
    known = Service.objects.filter(submission=submission, institution_id=actor.institution_id).first()
    if known is not None:
        return known
    row = Service(submission=submission, institution=desk.institution, desk=desk, verified_by_id=actor.user_id)
    say(row, told)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # sent twice at once: the other one was quicker
        return Service.objects.get(submission=submission, institution_id=actor.institution_id)
    ledger.record(actor=actor, verb="offered_service", object_id=row.pk)
    return row


@act
def change(*, actor: Actor, service: Service, told: Told, version: int) -> Service:
    """Say it anew; whoever saves has looked at it, so it counts as verified."""
    row = queries.own_one(actor, service.pk, lock=True)
    if row.version != version:
        raise ChangedMeanwhile
    say(row, told)
    _looked(actor, row)
    row.version += 1
    row.save()
    ledger.record(actor=actor, verb="changed_service", object_id=row.pk)
    return row


@act
def verify(*, actor: Actor, service: Service) -> Service:
    """It is all still so."""
    row = queries.own_one(actor, service.pk, lock=True)
    _looked(actor, row)
    row.save(update_fields=["verified_at", "verified_by"])
    ledger.record(actor=actor, verb="verified_service", object_id=row.pk)
    return row


@act
def set_places(*, actor: Actor, service: Service, free: int, seen: int | None) -> Service:
    """So many places are free now. `seen`: the number the page showed; a tap sent twice counts once."""
    row = queries.own_one(actor, service.pk, lock=True)
    if row.capacity is None or not 0 <= free <= row.capacity:
        raise MoreThanThereAre
    if seen is not None and row.free_places not in (seen, free):
        raise ChangedMeanwhile
    row.free_places, row.places_changed_at = free, now()
    row.save(update_fields=["free_places", "places_changed_at"])
    ledger.record(actor=actor, verb="counted_places", object_id=row.pk)
    return row


def _looked(actor: Actor, row: Service) -> None:
    row.verified_at, row.verified_by_id = now(), actor.user_id
