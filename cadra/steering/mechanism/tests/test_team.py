"""Somebody of her own: asked, told in neutral words, accepted or declined; and never somebody she fears."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import Error, IntegrityError
from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import queries as ledger
from cadra.foundation.network.models import Desk, DeskMember, RoleHolding, User
from cadra.record.cases.models import Assignment, TeamMember
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries import candidates
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests import hands
from cadra.steering.mechanism.tests.building import agree
from tests.house import fixture_of

PLACE = "lawyer"


def _setting(house: Any) -> Any:
    hands.lawyer(house)
    return hands.taken(house)


file = fixture_of(_setting)


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def ask(house: Any, file: Any, who: str = "lira", place: str = PLACE, **more: Any) -> Any:
    typed = {"who": str(house.user(who).pk), "why": "A hearing is near", "submission": str(uuid4()), **more}
    return house.client("marta").post(url("ask", file.pk, place), typed, follow=True)


def asked(house: Any) -> Any:
    [(row_id,)] = house.sql("SELECT id FROM cases_assignment WHERE state = 'asked'")
    return row_id


def parts_of(house: Any, name: str, file: Any) -> set[str]:
    with house.as_(name) as actor:
        every = ("core", "identity", "contact", "story", "support", "health", "justice", "child")
        page = opened(actor, file.pk)[0]
        keys = actor.ring.keys([(file.pk, part) for part in every])
        assert set(page.parts) == {part for _case, part in keys}
        return set(page.parts)


def test_before_a_yes_nothing_is_open_and_after_it_what_she_agreed_to(house: Any, file: Any) -> None:
    with house.as_("marta") as marta:
        agree(marta, file, house.user("lira").institution, ["identity", "justice"], kind=PLACE)
    page = ask(house, file)
    assert b"You stay responsible until somebody accepts" in page.content
    assert b"Asked, not accepted yet. Marta Manager stays responsible" in page.content
    lira, row_id = house.client("lira"), asked(house)
    assert house.sql("SELECT kind, link FROM outbox_message WHERE recipient = %s", [house.user("lira").pk]) == [
        ("waiting", url("asked", row_id))
    ]
    assert file.reference.encode() in lira.get("/").content
    question = lira.get(url("asked", row_id))
    assert b"A hearing is near" in question.content
    assert b"Dee" not in question.content
    assert lira.get(url("file", file.pk)).status_code == 404
    assert lira.post(url("asked", row_id), {"then": "yes"}).status_code == 302
    # What Marta does not see herself she could not give.
    assert parts_of(house, "lira", file) == {"core", "identity"}
    assert b"Dee" in lira.get(url("file", file.pk)).content
    assert b"Lira New" in house.client("marta").get(url("team", file.pk)).content


def test_without_her_consent_a_lawyer_sees_the_name_she_goes_by(house: Any, file: Any) -> None:
    ask(house, file)
    house.client("lira").post(url("asked", asked(house)), {"then": "yes"})
    assert parts_of(house, "lira", file) == {"core"}
    assert house.client("lira").get(url("profile", file.pk)).status_code == 404


def test_a_no_goes_back_to_who_asked_with_its_reason(house: Any, file: Any) -> None:
    ask(house, file)
    row_id, lira = asked(house), house.client("lira")
    assert b"Say in a few words why" in lira.post(url("asked", row_id), {"then": "no", "words": " "}).content
    assert lira.post(url("asked", row_id), {"then": "no", "words": "I know his family"}).status_code == 302
    assert lira.get(url("asked", row_id)).status_code == 404
    marta = house.client("marta")
    assert b"Declined, ask somebody else" in marta.get("/").content
    assert b"I know his family" in marta.get(url("assignment", file.pk, row_id)).content
    assert house.sql("SELECT count(*) FROM access_grant WHERE purpose = 'lawyer' AND ended_at IS NULL") == [(0,)]
    marta.post(url("assignment", file.pk, row_id))
    assert b"Declined, ask somebody else" not in marta.get("/").content


def test_nothing_pressed_is_no_yes(house: Any, file: Any) -> None:
    ask(house, file)
    row_id = asked(house)
    assert b"Say yes or no" in house.client("lira").post(url("asked", row_id), {"words": ""}).content
    assert house.sql("SELECT state FROM cases_assignment") == [("asked",)]


def test_whoever_is_found_by_her_name_is_asked_however_many_there_are(house: Any, file: Any) -> None:
    office = house.user("lira").institution
    for number in range(candidates.SHOWN):
        user = User(name=f"A Lawyer {number}", email=f"a{number}@cadra.example", institution=office, language="en")
        user.save(using="owner", force_insert=True)
        RoleHolding.objects.using("owner").create(user=user, role=Role.LAWYER)
    marta, page = house.client("marta"), url("ask", file.pk, PLACE)
    assert b"Lira New" not in marta.get(page).content
    marta.post(f"{page}?words=lira", {"who": str(house.user("lira").pk), "why": "", "submission": str(uuid4())})
    assert house.sql("SELECT user_id FROM cases_assignment") == [(house.user("lira").pk,)]


def test_silence_comes_back_as_overdue_and_is_a_date_of_the_file(house: Any, file: Any) -> None:
    ask(house, file)
    assert b"Asked, not answered yet" in house.client("marta").get("/").content
    house.sql("UPDATE cases_assignment SET answer_by = now() - interval '1 hour'")
    assert b"No answer, ask again or somebody else" in house.client("marta").get("/").content
    assert house.sql(
        "SELECT c.next_due_at = a.answer_by FROM cases_case c JOIN cases_assignment a USING (case_id)"
    ) == [(True,)]


def test_sent_twice_is_asked_once(house: Any, file: Any) -> None:
    submission = str(uuid4())
    for _time in range(2):
        ask(house, file, submission=submission)
    assert house.sql("SELECT count(*) FROM cases_assignment") == [(1,)]
    assert house.sql("SELECT count(*) FROM access_grant WHERE purpose = 'lawyer'") == [(1,)]


def test_whoever_cannot_go_on_loses_everything_at_once(house: Any, file: Any) -> None:
    ask(house, file)
    row_id, lira = asked(house), house.client("lira")
    lira.post(url("asked", row_id), {"then": "yes"})
    lira.post(url("asked", row_id), {"then": "no", "words": "I fall ill"})
    assert lira.get(url("file", file.pk)).status_code == 404
    with house.as_("lira") as actor:
        assert not actor.ring.keys([(file.pk, "core")])
    with house.as_("marta"):
        assert not TeamMember.objects.filter(case_id=file.pk, role=PLACE, until=None).exists()
    assert b"Declined, ask somebody else" in house.client("marta").get("/").content


def test_whoever_carries_the_file_ends_a_place(house: Any, file: Any) -> None:
    ask(house, file)
    row_id = asked(house)
    house.client("lira").post(url("asked", row_id), {"then": "yes"})
    assert house.client("marta").post(url("assignment", file.pk, row_id)).status_code == 302
    assert house.client("lira").get(url("file", file.pk)).status_code == 404


@pytest.mark.parametrize("whole_house", [False, True])
def test_a_colleague_she_fears_can_never_be_asked(house: Any, file: Any, whole_house: bool) -> None:
    lira = house.user("lira")
    with house.as_("marta") as marta:
        opening = opened(marta, file.pk)[0]
        feared = lira.institution.principal if whole_house else lira.principal
        actions.refuse(actor=marta, file=opening, principal=feared)
    assert b"Lira New" not in house.client("marta").get(url("ask", file.pk, PLACE)).content
    ask(house, file)
    with house.as_("marta") as marta, pytest.raises(actions.CannotAsk):
        asking = actions.Asking(PLACE, lira.pk)
        actions.ask(actor=marta, file=opened(marta, file.pk)[0], asking=asking, submission=uuid4())
    # PostgreSQL itself refuses, whatever the program believes.
    with house.as_("marta") as marta, pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            case_id=file.pk,
            place=PLACE,
            user_id=lira.pk,
            institution_id=lira.institution_id,
            asked_by=marta.user_id,
            answer_by=file.created_at,
            words=b"",
        )
    assert house.sql("SELECT count(*) FROM cases_assignment") == [(0,)]


def test_fear_named_later_takes_question_and_place_away(house: Any, file: Any) -> None:
    ask(house, file)
    row_id = asked(house)
    house.client("lira").post(url("asked", row_id), {"then": "yes"})
    house.client("marta").post(url("refusal_new", file.pk, house.user("lira").institution.principal))
    assert house.sql("SELECT state FROM cases_assignment") == [("ended",)]
    assert house.client("lira").get(url("asked", row_id)).status_code == 404
    assert b"Lira New" not in house.client("marta").get(url("team", file.pk)).content.split(b"Before")[0]


def test_only_whoever_was_asked_answers(house: Any, file: Any) -> None:
    ask(house, file)
    row_id = asked(house)
    for name in ("marta", "sara", "zana", "kleo"):
        assert house.client(name).post(url("asked", row_id), {"then": "yes"}).status_code == 404
    with house.as_("marta"), pytest.raises(Error), transaction.atomic():
        Assignment.objects.filter(pk=row_id).update(state="accepted")
    with house.as_("marta"), pytest.raises(Error), transaction.atomic():
        Grant.objects.filter(purpose=PLACE).update(scope="file")


def test_against_her_wish_takes_a_reason_that_is_kept(house: Any, file: Any) -> None:
    house.sql("UPDATE network_user SET sex = 'male' WHERE id = %s", [house.user("lira").pk])
    hands.wish(house, file, "female")
    shown = house.client("marta").get(url("ask", file.pk, PLACE)).content
    assert b"not whom she wished for" in shown
    assert b"Say why this goes against her wish" in ask(house, file).content
    assert house.sql("SELECT count(*) FROM cases_assignment") == [(0,)]
    ask(house, file, against="The only one who speaks her language; she agreed")
    assert house.sql("SELECT against_wish FROM cases_assignment") == [(True,)]
    assert "against_her_wish" in {one.purpose for one in ledger.trail(file.ledger_alias)}
    page = house.client("marta").get(url("assignment", file.pk, asked(house)))
    assert b"The only one who speaks her language" in page.content


def test_a_colleague_who_has_not_said_is_asked_without_a_reason(house: Any, file: Any) -> None:
    hands.wish(house, file, "female")
    ask(house, file)
    assert house.sql("SELECT against_wish FROM cases_assignment") == [(False,)]


def test_who_covers_a_desk_she_fears_is_not_asked_meanwhile(house: Any, file: Any) -> None:
    office = house.user("lira").institution_id
    own, feared = (Desk(institution_id=office, name=name) for name in ("Own", "Feared"))
    Desk.objects.using("owner").bulk_create([own, feared])
    DeskMember.objects.using("owner").create(user_id=house.user("lira").pk, desk_id=own.pk)
    with house.as_("rea") as rea:
        number = Desk.objects.get(pk=feared.pk).principal
        access.refuse(actor=rea, case_id=file.pk, principal=number)
    assert b"Lira New" in house.client("marta").get(url("ask", file.pk, PLACE)).content
    days = {"cover_id": own.pk, "cover_from": today(), "cover_until": today()}
    Desk.objects.using("owner").filter(pk=feared.pk).update(**days)
    assert b"Lira New" not in house.client("marta").get(url("ask", file.pk, PLACE)).content
