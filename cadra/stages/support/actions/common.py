"""What the verbs of support share: who may, once per submission, the next date of the file, telling people."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import my_grants
from cadra.foundation.kernel.clock import at
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case
from cadra.record.people.models import Person
from cadra.stages.support import policy
from cadra.stages.support.models import OPEN, Goal, Offer, Plan, ServiceReferral


class SupportError(Exception):
    """Something a user can put right; its text is a sentence for her."""


class RefusedByHer(SupportError):
    """The desk, its institution or all who answer there are on her refusal list, or it can't be chosen."""

    def __init__(self) -> None:
        super().__init__(_("This desk can’t be chosen for this person. Choose another one."))


class NothingAgreed(SupportError):
    """She did not agree to something that would be sent."""


class NotNow(SupportError):
    """The referral does not stand where this can be done."""

    def __init__(self) -> None:
        super().__init__(_("This can’t be done now: the request stands differently. Look at it again."))


class AnsweredMeanwhile(NotNow):
    """Somebody else moved the referral on since it was shown."""


def must_plan(actor: Actor, person: Person) -> None:
    """404 unless the actor carries the file and its support part is open to her."""
    if not policy.may_plan(actor, my_grants(actor, person.pk)):
        raise Http404


def once(submission: UUID) -> None:
    """Hold back a second sending of the same form until the first is done (transaction-long)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission)])


def happened(person: Person) -> None:
    """The file moves up, and its next date is the soonest of what support waits for (one query)."""
    found = (
        Case.objects.filter(case_id=person.pk)
        .values_list(
            _soonest(Plan.objects.all(), "review_on"),
            _soonest(Goal.objects.filter(reached_on=None, dropped_on=None), "due_on"),
            _soonest(Offer.objects.all(), "offer_again_on"),
            _soonest(ServiceReferral.objects.filter(state__in=OPEN), "next_due_at"),
        )
        .first()
    )
    *days, answer = found or (None, None, None, None)
    moments = [at(day + dt.timedelta(days=1)) for day in days if day]
    cases.touch(case_id=person.pk, next_due_at=min([*moments, *([answer] if answer else [])], default=None))


def _soonest(rows: QuerySet[Any], field: str) -> Subquery:
    """The earliest value of a field among a file's rows."""
    of_file = rows.filter(case_id=OuterRef("case_id"), **{f"{field}__isnull": False})
    return Subquery(of_file.order_by(field).values(field)[:1])
