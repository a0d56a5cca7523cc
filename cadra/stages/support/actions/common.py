"""What the verbs of support share: who may, once per submission."""

from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.queries import live_grants
from cadra.foundation.kernel.together import together
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Case, Stage
from cadra.record.people.models import Person
from cadra.stages.support import policy


class SupportError(Exception):
    """Something a user can put right; its text is a sentence for her."""


class RefusedByHer(SupportError):
    """The desk, its institution or all who answer there are on her refusal list, or it can't be chosen."""

    def __init__(self) -> None:
        super().__init__(_("This desk can’t be chosen for this person. Choose another one."))


class NothingAgreed(SupportError):
    """She did not agree to something that would be sent."""


class SentDiffers(SupportError):
    """What would be sent is no longer what the sender looked at."""

    def __init__(self) -> None:
        super().__init__(
            _("Something changed since you looked. This is what they would read now: look again, then send.")
        )


class NotNow(SupportError):
    """The referral does not stand where this can be done."""

    def __init__(self) -> None:
        super().__init__(_("This can’t be done now: the request stands differently. Look at it again."))


class AnsweredMeanwhile(NotNow):
    """Somebody else moved the referral on since it was shown."""


class Rests(SupportError):
    """The file is closed: it is only read until it is opened again."""

    def __init__(self) -> None:
        super().__init__(_("This file is closed and can only be read. Open it again first."))


def must_plan(actor: Actor, person: Person) -> None:
    """404 unless the actor carries the file and its support part is open to her; `Rests` when it is closed."""
    grants, cases_found = together(live_grants(actor, person.pk), Case.objects.filter(case_id=person.pk))
    if not policy.may_plan(actor, [grant for grant in grants if grant.grantee in actor.principals]):
        raise Http404
    if cases_found and cases_found[0].stage == Stage.CLOSED:
        raise Rests


def once(submission: UUID) -> None:
    """Hold back a second sending of the same form until the first is done (transaction-long)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission)])


def happened(person: Person) -> None:
    """The file moves up in lists; its next date PostgreSQL has worked out already."""
    cases.touch(case_id=person.pk)


class NotOurs(SupportError):
    """Only the institution that has the file restricts or excludes in it."""

    def __init__(self) -> None:
        super().__init__(_("Only the institution that carries this file can do this."))


def must_hold(actor: Actor, person: Person) -> None:
    """`NotOurs` unless the actor's institution has the file."""
    if not Case.objects.filter(case_id=person.pk, holder=actor.institution_principal).exists():
        raise NotOurs
