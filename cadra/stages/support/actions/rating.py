"""Keeping what she thinks of a service (mission S6). Those who gave it never learn what one person said."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person
from cadra.stages.support import policy
from cadra.stages.support.actions.common import NotNow, SupportError, keep, made_before, must_plan
from cadra.stages.support.models import Rated, Rating, ServiceReferral
from cadra.stages.support.queries import providers


@act
def rate(
    *,
    actor: Actor,
    person: Person,
    referral: ServiceReferral,
    answers: Mapping[str, str],
    words: str = "",
    form: str = "spoken",
    asked_on: dt.date | None = None,
    submission: UUID | None = None,
) -> Rating:
    """What she answered to the questions of the pack, beside earlier ratings. The same submission is one rating.

    `answers`: question → Rated; a question left out was not asked. NotNow before help has begun; SupportError when
    nothing was asked, or when the asker works for the provider.
    """
    must_plan(actor, person)
    submission = submission or uuid4()
    known = made_before(Rating, person, submission)
    if known is not None:
        return known
    desk = providers.desk_at(referral.desk)
    if desk is None or not policy.may_be_rated(referral):
        raise NotNow
    if not policy.may_rate(actor, desk):
        raise SupportError(_("Somebody who does not work for this provider asks her."))
    said = {one.code: answers.get(one.code, Rated.NOT_ASKED) for one in pack().rating_questions}
    if set(answers) - set(said) or set(said.values()) - set(Rated.values) or set(said.values()) == {Rated.NOT_ASKED}:
        raise SupportError(_("Choose an answer to at least one question she was asked"))
    row = Rating(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        referral=referral,
        service=referral.service,
        desk=referral.desk,
        provider=desk.institution.principal,
        answers={code: str(answer) for code, answer in said.items()},
        form=form,
        asked_on=asked_on or today(),
        asked_by=actor.user_id,
        asked_by_institution=actor.institution_principal,
    )
    keep(actor, person, "rated_service", row, words=words or None)
    return row
