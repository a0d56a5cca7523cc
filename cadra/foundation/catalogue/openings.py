"""When a service answers: now, tonight; and whether what is said of it is fresh."""

import datetime as dt

from django.db.models import F, Q

from cadra.foundation.catalogue.models import Service
from cadra.foundation.kernel.clock import deadline, local, now
from cadra.foundation.kernel.pack import pack


def open_now(moment: dt.datetime | None = None) -> Q:
    """Services open at this moment on the country's clock; hours may run past midnight."""
    here = local(moment or now())
    day, before, hour = here.isoweekday(), (here - dt.timedelta(days=1)).isoweekday(), here.time()
    past_midnight = Q(closes__lte=F("opens"))
    today = Q(days__contains=[day], opens__lte=hour) & (Q(closes__gt=hour) | past_midnight)
    yesterday = Q(days__contains=[before], closes__gt=hour) & past_midnight
    return Q(day_and_night=True) | today | yesterday


def is_open(service: Service, moment: dt.datetime | None = None) -> bool:
    """The same about one service."""
    if service.day_and_night:
        return True
    if service.opens is None or service.closes is None:
        return False
    here = local(moment or now())
    past_midnight = service.closes <= service.opens
    if here.isoweekday() in service.days and service.opens <= here.time():
        return past_midnight or here.time() < service.closes
    before = (here - dt.timedelta(days=1)).isoweekday()
    return past_midnight and before in service.days and here.time() < service.closes


def tonight() -> Q:
    """Services that answer at night and have a free place, or count none."""
    return (Q(day_and_night=True) | Q(at_night=True)) & (Q(capacity=None) | Q(free_places__gt=0))


def is_full(service: Service) -> bool:
    """Places are counted and none is free."""
    return service.capacity is not None and not service.free_places


def places_are_old(service: Service) -> bool:
    """The number of free places was not touched for longer than the pack lets it count."""
    since = service.places_changed_at
    return service.capacity is not None and (since is None or deadline(since, pack().limit("places_fresh")) < now())


def look_again_at(service: Service) -> dt.datetime:
    """When its provider should look at it again."""
    return deadline(service.verified_at, pack().limit("service_verified"))


def licence_ran_out(service: Service) -> bool:
    """There was a licence, until a day that is past."""
    return service.licence_until is not None and service.licence_until < local(now()).date()
