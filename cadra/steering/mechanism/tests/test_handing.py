"""From one hand to the next: nothing moves before a yes, everything with it; nobody's file is without anybody."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis, Refusal
from cadra.foundation.kernel.roles import Role
from cadra.record.cases.models import Case, Handover, TeamMember
from cadra.record.tasks.models import Task
from cadra.record.tasks.tests.scene import away, back, leave, task
from cadra.stages.support import actions as support
from cadra.steering.mechanism.queries import home
from cadra.steering.mechanism.queries.caseload import Load, caseload, weight_of, worker_page
from cadra.steering.mechanism.tests import hands
from tests.house import fixture_of


def _setting(house: Any) -> Any:
    hands.newcomer(house, "nora", "marta", Role.CASE_MANAGER)
    return hands.taken(house)


file = fixture_of(_setting)


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def send(house: Any, file: Any, to: str = "nora", by: str = "marta", **more: Any) -> Any:
    typed = {
        "to_user": str(house.user(to).pk),
        "words": "She sleeps badly before hearings",
        "wants": "Keep the Thursday walk",
        "version": "0",
        "then": "send",
        **more,
    }
    return house.client(by).post(url("handover", file.pk), typed, follow=True)


def answer(house: Any, file: Any, who: str = "nora", then: str = "yes", words: str = "") -> Any:
    return house.client(who).post(url("handover", file.pk), {"then": then, "words": words}, follow=True)


def state(house: Any) -> list[str]:
    return [one for (one,) in house.sql("SELECT state FROM cases_handover ORDER BY made_at")]


def waiting(house: Any, name: str) -> set[str]:
    """Kinds of what waits for her on My work."""
    with house.as_(name) as actor:
        return {one.kind for group in home.home(actor).groups.values() for one in group if one.mine}


def test_with_the_yes_file_tasks_and_team_go_over_and_not_before(house: Any, file: Any) -> None:
    row = task(house, file)
    with house.as_("marta") as marta:
        support.add_goal(actor=marta, person=file, words="A room of her own")
    page = send(house, file)
    assert b"Until then Marta Manager carries the file" in page.content
    assert hands.manager(house, file) == "marta"
    shown = house.client("nora").get(url("handover", file.pk)).content
    for words in (b"She sleeps badly", b"Keep the Thursday walk", b"Call the school", b"A room of her own"):
        assert words in shown
    assert "take_over" in waiting(house, "nora")
    for _time in range(2):
        answer(house, file)
    assert (hands.manager(house, file), state(house)) == ("nora", ["accepted"])
    with house.as_("nora") as nora:
        assert Task.objects.get(pk=row.pk).assignee_id == nora.user_id
        team = TeamMember.objects.filter(case_id=file.pk, role="case_manager", until=None)
        assert [one.user_id for one in team] == [nora.user_id]
    assert "file" not in waiting(house, "marta")
    assert house.client("marta").post(url("handover", file.pk), {"then": "save"}).status_code == 404


def test_a_no_leaves_everything_where_it_is_and_tells_why(house: Any, file: Any) -> None:
    send(house, file)
    assert b"Say in a few words why" in answer(house, file, then="no").content
    answer(house, file, then="no", words="I leave in May")
    assert (hands.manager(house, file), state(house)) == ("marta", ["declined"])
    assert "handover" in waiting(house, "marta")
    assert b"I leave in May" in house.client("marta").get(url("handover", file.pk)).content
    send(house, file)
    assert state(house) == ["declined", "sent"]


def test_silence_comes_back_to_who_sent_it(house: Any, file: Any) -> None:
    send(house, file)
    away(house, "nora")
    assert "handover" not in waiting(house, "marta")
    house.sql("UPDATE cases_handover SET answer_by = now() - interval '1 hour'")
    assert "handover" in waiting(house, "marta")
    assert hands.answerers(house, file) == {"marta"}


def test_sent_twice_is_sent_once(house: Any, file: Any) -> None:
    for _time in range(2):
        send(house, file)
    assert state(house) == ["sent"]
    assert house.sql("SELECT count(*) FROM outbox_message WHERE recipient = %s", [house.user("nora").pk]) == [(1,)]


def test_two_who_write_one_briefing_see_each_other_and_lose_nothing(house: Any, file: Any) -> None:
    send(house, file, then="save", words="Marta wrote this")
    page = send(house, file, by="sara", then="save", words="Sara wrote that")
    assert b"A colleague wrote in this hand-over meanwhile" in page.content
    assert b"Marta wrote this" in page.content
    assert b"Sara wrote that" in page.content
    with house.as_("marta"):
        assert Handover.objects.get().version == 1


def test_it_is_kept_and_told_to_nobody_until_it_is_sent(house: Any, file: Any) -> None:
    send(house, file, then="save", to_user="", words="Half a")
    assert b"Half a" in house.client("marta").get(url("handover", file.pk)).content
    assert house.sql("SELECT count(*) FROM outbox_message WHERE recipient = %s", [house.user("nora").pk]) == [(0,)]
    assert house.client("zana").get(url("handover", file.pk)).status_code == 404
    assert b"Choose who takes the file over" in send(house, file, to_user="", version="1").content


def test_nobody_feared_or_away_takes_a_file_over(house: Any, file: Any) -> None:
    away(house, "nora")
    assert b"Nora New" not in house.client("marta").get(url("handover", file.pk)).content
    back(house, "nora")
    with house.as_("marta") as marta:
        access.refuse(actor=marta, case_id=file.pk, principal=house.user("nora").principal)
    assert b"Nora New" not in house.client("marta").get(url("handover", file.pk)).content
    send(house, file)
    assert state(house) == []
    with house.as_("marta") as marta, pytest.raises(Error), transaction.atomic():
        Handover.objects.create(
            case_id=file.pk,
            written_by=marta.user_id,
            to_user=house.user("nora").pk,
            briefing=b"",
            ahead=b"",
            answer=b"",
        )


def test_only_her_own_yes_moves_a_file(house: Any, file: Any) -> None:
    send(house, file)
    for name in ("marta", "sara", "zana"):
        answer(house, file, who=name)
    assert (hands.manager(house, file), state(house)) == ("marta", ["sent"])
    with house.as_("marta"), pytest.raises(Error), transaction.atomic():
        Handover.objects.update(state="accepted")


def test_who_leads_names_somebody_for_a_file_nobody_carries(house: Any, file: Any) -> None:
    house.sql("UPDATE cases_case SET manager_id = NULL")
    send(house, file, by="sara")
    answer(house, file)
    assert hands.manager(house, file) == "nora"


def test_the_former_one_keeps_nothing_of_her_own(house: Any, file: Any) -> None:
    marta = house.user("marta")
    with house.as_("rea") as rea:
        own = access.NewGrant(file.pk, marta.principal, ["core", "support", "health"], "custody", Basis.CUSTODY)
        access.give(actor=rea, grants=[own])
    send(house, file)
    answer(house, file)
    house.sql(
        "UPDATE network_user SET institution_id = %s WHERE id = %s", [house.user("zana").institution_id, marta.pk]
    )
    house.sql("DELETE FROM network_deskmember WHERE user_id = %s", [marta.pk])
    house.tokens.clear()
    house.people["marta"] = type(marta).objects.select_related("institution").get(pk=marta.pk)
    with house.as_("marta") as moved:
        assert not Case.objects.filter(case_id=file.pk).exists()
        assert not Handover.objects.exists()
        assert not moved.ring.keys([(file.pk, part) for part in ("core", "support", "health")])


def test_when_an_account_closes_her_files_wait_for_who_leads_at_once(house: Any, file: Any) -> None:
    assert "falling" not in waiting(house, "sara")
    leave(house, "marta")
    assert "falling" in waiting(house, "sara")
    page = house.client("sara").get("/").content
    assert b"1 file of Marta Manager, who is not there: you answer for it" in page
    away(house, "sara")
    assert hands.answerers(house, file) == {"rea"}
    assert "falling" in waiting(house, "rea")


def test_a_whole_caseload_in_one_flow(house: Any, file: Any) -> None:
    files = [file, *(hands.taken(house, called=name, family=name) for name in ("Elira", "Mira"))]
    sara, marta, nora = house.client("sara"), house.client("marta"), house.user("nora")
    away(house, "marta", days=90)
    here = url("worker", house.user("marta").pk)
    assert house.client("nora").get(here).status_code == 404
    assert house.client("zana").get(here).status_code == 404
    page = sara.post(here, {"everybody": str(nora.pk), str(files[2].pk): ""}, follow=True)
    assert b"Kept for 3 files" in page.content
    assert state(house) == ["draft"] * 3
    # Left, and resumed by the colleague herself: nothing is sent without words.
    assert b"Nothing is ready to be sent" in marta.post(here, {"then": "send"}, follow=True).content
    for one in files[:2]:
        send(house, one, then="save", version="1")
    page = sara.post(here, {"then": "send"}, follow=True)
    assert b"2 hand-overs sent" in page.content
    assert b"Sent to Nora New" in page.content
    client = house.client("nora")
    listed = client.get(url("handovers")).content
    assert listed.count(b"She sleeps badly") == 2
    ids = [str(pk) for (pk,) in house.sql("SELECT id FROM cases_handover WHERE state = 'sent'")]
    assert b"You carry 2 files more now" in client.post(url("handovers"), {"file": ids}, follow=True).content
    assert [hands.manager(house, one) for one in files] == ["nora", "nora", "marta"]


@pytest.mark.parametrize("by", ["herself", "desk"])
def test_the_list_of_a_worker_offers_nobody_feared_and_asks_once(house: Any, file: Any, by: str) -> None:
    files = [file, *(hands.taken(house, called=name, family=name) for name in ("Elira", "Mira"))]
    hands.newcomer(house, "odeta", "marta", Role.CASE_MANAGER, desk="kleo")
    odeta = house.user("odeta")
    feared = odeta.principal if by == "herself" else odeta.desk_places.get().desk.principal
    asked = []
    for refusing in files[:2]:
        with house.as_("marta") as marta:
            access.refuse(actor=marta, case_id=refusing.pk, principal=feared)
        with house.as_("sara") as sara, CaptureQueriesContext(connection) as questions:
            page = worker_page(sara, house.user("marta").pk)
        asked.append(len(questions))
    assert {load.user.name for load in page.others if load.user} >= {"Nora New", "Odeta New"}
    assert page.kept_out == {one.pk: {odeta.pk} for one in files[:2]}
    assert asked[0] == asked[1]
    shown = house.client("sara").get(url("worker", house.user("marta").pk)).content
    # Once for all files together, and once for each file that does not refuse her.
    assert (shown.count(b"Odeta New ("), shown.count(b"Nora New (")) == (2, 4)


def test_what_each_carries_is_counted_and_weighed_in_few_questions(house: Any, file: Any) -> None:
    hands.taken(house, called="Elira", family="Elira")
    house.sql(
        "UPDATE cases_case SET in_danger = true, stage_due_at = now() - interval '1 day' WHERE case_id = %s", [file.pk]
    )
    with house.as_("sara") as sara:
        with CaptureQueriesContext(connection) as asked:
            loads = {load.user.email.split("@")[0]: load for load in caseload(sara) if load.user}
        assert len(asked) <= 7
        own = [weight_of(case) for case in Case.objects.filter(manager_id=house.user("marta").pk)]
    marta: Load = loads["marta"]
    assert (marta.files, marta.weight, marta.danger, marta.overdue) == (2, sum(own), 1, 1)
    assert loads["nora"].files == 0
    with house.as_("nora") as nora:
        assert [load.user.pk for load in caseload(nora) if load.user] == [nora.user_id]
    assert house.client("ada").get(url("caseload")).status_code == 404
    for sort in ("weight", "files", "overdue", "name", "nonsense"):
        assert b"Marta Manager" in house.client("sara").get(url("caseload"), {"sort": sort}).content


STEP = st.sampled_from(
    [
        *("send", "yes", "no", "back", "there", "nobody"),
        *(f"{verb} {who}" for verb in ("away", "close", "fear") for who in ("marta", "nora")),
        "away sara",
    ]
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=7))
@example(steps=["nobody", "away marta", "fear nora"])
def test_whatever_happens_somebody_answers_and_my_work_says_who(house: Any, file: Any, steps: list[str]) -> None:
    for name in ("marta", "nora", "sara"):
        back(house, name)
    with house.as_("rea") as rea:
        for refusal in Refusal.objects.filter(case_id=file.pk, ended_at=None):
            access.lift_refusal(actor=rea, refusal=refusal)
    house.sql("UPDATE cases_handover SET state = 'withdrawn', settled_at = now()")
    house.sql("UPDATE cases_case SET manager_id = %s", [house.user("marta").pk])
    gone: set[str] = set()
    for step in steps:
        house.tokens.clear()
        verb, _space, who = step.partition(" ")
        carrier = hands.manager(house, file)
        if verb == "send":
            send(house, file, by="sara", to="nora" if carrier != "nora" else "marta", version=_version(house))
        elif verb in ("yes", "no"):
            for name in {"marta", "nora"} - gone:
                answer(house, file, who=name, then=verb, words="No")
        elif verb == "back":
            house.client("sara").post(url("handover", file.pk), {"then": "back"})
        elif verb == "away":
            away(house, who, "nora" if who == "marta" else None)
        elif verb == "there":
            for name in ("marta", "nora", "sara"):
                back(house, name)
            gone.clear()
        elif verb == "close":
            leave(house, who)
            gone.add(who)
        elif verb == "fear":
            with house.as_("rea") as rea:
                access.refuse(actor=rea, case_id=file.pk, principal=house.user(who).principal)
        else:
            house.sql("UPDATE cases_case SET manager_id = NULL")
        _somebody_answers(house, file, gone)


def _version(house: Any) -> str:
    [(version,)] = house.sql("SELECT COALESCE(max(version), 0) FROM cases_handover WHERE state = 'draft'")
    return str(version)


def _somebody_answers(house: Any, file: Any, gone: set[str]) -> None:
    house.tokens.clear()
    answering = hands.answerers(house, file)
    assert answering
    feared = {name for (name,) in house.sql(
        "SELECT split_part(u.email, '@', 1) FROM access_refusal f JOIN network_user u ON u.principal = f.principal "
        "WHERE f.ended_at IS NULL"
    )}  # fmt: skip
    assert not answering & (feared | gone)
    carrier = hands.manager(house, file)
    for name in ({"sara", "rea"} | answering) - gone:
        with house.as_(name) as actor:
            found = home.home(actor)
            shown = {one.kind for group in found.groups.values() for one in group if one.mine}
            carries = (
                bool(found.without_manager) or carrier == name or house.user(carrier).pk in _covered(house, name)
                if carrier != "None"
                else bool(found.without_manager)
            )
        assert ("falling" in shown or carries) == (name in answering), (name, carrier, answering, shown)


def _covered(house: Any, name: str) -> set[Any]:
    rows = house.sql("SELECT authz.stood_in_by(%s)", [house.user(name).pk])
    return {pk for (pk,) in rows}
