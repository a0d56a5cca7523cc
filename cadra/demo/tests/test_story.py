"""The invented year has something true to show on every desk and list."""

import re
from typing import Any

import pytest
from django.urls import reverse

from cadra.demo import data, personas, story
from cadra.foundation.kernel.pack import pack
from cadra.record.people.queries import candidates
from cadra.stages.identification.models import State
from cadra.stages.support.models import DecisionOnOffer, ReferralState

pytestmark = pytest.mark.once


def values(house: Any, statement: str) -> set[Any]:
    return {row[0] for row in house.sql(statement)}


def count(house: Any, statement: str) -> int:
    return int(house.sql(f"SELECT count(*) FROM {statement}")[0][0])


def test_referrals_stand_in_every_state_and_some_are_late(year: Any) -> None:
    assert values(year, "SELECT DISTINCT state FROM identification_referral") == set(State.values)
    assert count(year, "identification_referral WHERE state = 'sent' AND answer_due_at < now()") >= 2
    assert count(year, "identification_referral WHERE state = 'sent' AND answer_due_at > now()") >= 2
    assert count(year, "identification_referral WHERE state = 'sent' AND is_child") >= 1
    assert count(year, "identification_referral WHERE state IN ('acknowledged','connected') AND assign_due_at < now()")


def test_decisions_have_every_outcome_and_one_waits_for_its_second_signature(year: Any) -> None:
    signed = "SELECT DISTINCT outcome FROM identification_decision WHERE signed_at IS NOT NULL"
    assert values(year, signed) == {"potential", "identified", "not_identified"}
    waiting = "SELECT proposed_by FROM identification_decision WHERE signed_at IS NULL AND returned_at IS NULL"
    assert {year.user("petrit").pk, year.user("sonila").pk} <= values(year, waiting)
    assert count(year, "identification_decision WHERE returned_at IS NOT NULL") >= 1
    assert count(year, "identification_interview WHERE number = 2") >= 5


def test_the_catalogue_shows_free_places_full_ones_old_numbers_and_a_licence_that_ran_out(year: Any) -> None:
    assert count(year, "catalogue_service") >= 30
    for state in (
        "free_places > 0 AND places_changed_at > now() - interval '24 hours'",
        "free_places = 0",
        "places_changed_at < now() - interval '24 hours'",
        "licence_until < authz.today()",
        "verified_at < now() - interval '6 months'",
    ):
        assert count(year, f"catalogue_service WHERE {state}") >= 1, state


def test_a_foreigners_time_to_recover_ends_within_days_and_bars_removal(year: Any) -> None:
    days = pack().limit("recovery_alert").value
    soon = f"WHERE bars_removal AND ends_on - authz.today() BETWEEN 0 AND {days}"
    assert count(year, f"identification_recoveryperiod {soon}") >= 1


def test_files_are_in_every_stage_and_some_wait_for_somebody_to_carry_them(year: Any) -> None:
    stages = values(year, "SELECT DISTINCT stage FROM cases_case")
    assert stages == {"identification", "support", "inclusion", "closed"}
    oak = year.user("marta").institution.principal
    assert count(year, f"cases_case WHERE holder = {oak} AND manager_id IS NULL") >= 2
    assert count(year, f"cases_case WHERE manager_id = '{year.user('marta').pk}'") >= 8
    assert count(year, f"cases_case WHERE manager_id = '{year.user('lule').pk}' AND is_child") >= 3


def test_services_were_answered_in_every_way_with_reasons_and_a_day_to_offer_again(year: Any) -> None:
    answers = values(year, "SELECT DISTINCT decision FROM support_offer")
    assert {"accepted", "partly", "declined", "not_now", ""} <= answers <= {*DecisionOnOffer.values, ""}
    assert count(year, "support_offerdecision WHERE decision = 'declined' AND cardinality(reasons) > 1") >= 1
    assert count(year, "support_offer WHERE offer_again_on >= authz.today()") >= 1
    assert count(year, "support_goal WHERE reached_on IS NOT NULL") >= 10
    assert count(year, "support_delivery") >= 100


def test_requests_to_providers_stand_in_every_state_and_one_is_late(year: Any) -> None:
    assert values(year, "SELECT DISTINCT state FROM support_servicereferral") == set(ReferralState.values)
    assert count(year, "support_servicereferral WHERE state = 'sent' AND answer_due_at < now()") >= 1
    desk = year.sql("SELECT principal FROM network_desk WHERE services @> ARRAY['medical']::varchar[] ORDER BY name")
    assert count(year, f"support_servicereferral WHERE desk = ANY (ARRAY{[row[0] for row in desk]})") >= 10


def test_consents_were_given_limited_refused_put_off_and_taken_back(year: Any) -> None:
    assert values(year, "SELECT DISTINCT answer FROM consent_consent") == {"given", "limited", "refused", "not_yet"}
    assert count(year, "consent_consent WHERE withdrawn_at IS NOT NULL") >= 1
    assert count(year, "access_refusal WHERE ended_at IS NULL") >= 3


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("support_assessment", 10),
        ("support_safetyplan", 5),
        ("support_incident", 1),
        ("tasks_task WHERE state = 'open'", 10),
        ("tasks_housetask", 3),
        ("interpreting_interpreter", 3),
        ("interpreting_assignment", 1),
        ("support_restriction WHERE ended_on IS NULL", 1),
        ("support_restriction WHERE ended_on IS NOT NULL", 1),
        ("support_rulesanswer", 10),
        ("support_houserules", 1),
        ("support_exclusion WHERE objection = 'objects' AND answered_by IS NULL", 1),
        ("budget_line", 2),
        ("budget_entry WHERE state = 'approved'", 3),
        ("budget_entry WHERE way = 'cash'", 1),
        ("documents_document", 1),
        ("documents_paper", 1),
        ("support_rating", 5),
        ("network_training", 5),
        ("network_nameduntrained", 1),
        ("cases_assignment WHERE state = 'accepted'", 1),
        ("cases_handover WHERE state = 'sent'", 1),
        ("network_user WHERE covered_by_id IS NOT NULL AND authz.today() BETWEEN absent_from AND absent_until", 1),
    ],
)
def test_every_list_has_work_in_it(year: Any, table: str, least: int) -> None:
    assert count(year, table) >= least


def test_someone_came_back_as_a_new_episode_and_an_emergency_waits_for_review(year: Any) -> None:
    assert count(year, "cases_episode WHERE number = 2") >= 2
    assert count(year, "access_breakglass WHERE reviewed_at IS NULL") == 1
    assert count(year, "access_breakglass WHERE reviewed_at IS NOT NULL") == 1


def test_the_year_has_the_shape_of_the_yearly_figures(year: Any) -> None:
    shape, total = data.document("shape"), count(year, "cases_case")
    assert shape["people"] == count(year, "identification_referral")
    for wanted, where in (
        (shape["children"], "is_child"),
        (shape["female"], "sex = 'female'"),
        (shape["found_by_mobile_units"], "entry_point = 'mobile_unit'"),
        (shape["forms"]["sexual_exploitation"], "forms @> ARRAY['sexual_exploitation']::varchar[]"),
    ):
        assert count(year, f"cases_case WHERE {where}") / total == pytest.approx(wanted, abs=0.06)
    assert 4 <= count(year, "cases_case WHERE is_foreign") <= 9
    assert 3 <= count(year, "cases_case WHERE status = 'identified'") <= 9
    regions = {pack().region_of(area).code for area in values(year, "SELECT DISTINCT area FROM cases_case") if area}  # type: ignore[union-attr]
    assert len(regions) == len(pack().regions())


def test_times_lie_within_the_year_and_in_order(year: Any) -> None:
    late = "identification_referral WHERE sent_at > now() OR acknowledged_at < sent_at OR assigned_at < connected_at"
    assert count(year, late) == 0
    assert count(year, "cases_case WHERE opened_at > now() OR opened_at < now() - interval '370 days'") == 0
    assert count(year, "cases_case WHERE first_help_at < first_contact_at OR closed_at < opened_at") == 0
    months = "SELECT DISTINCT date_trunc('month', sent_at) FROM identification_referral WHERE sent_at IS NOT NULL"
    assert len(values(year, months)) >= 12
    assert len(values(year, "SELECT DISTINCT date_trunc('month', at) FROM ledger_entry")) >= 12
    assert count(year, "ledger_entry WHERE at > now()") == 0


def test_the_desk_finds_the_one_whose_name_was_written_differently(year: Any) -> None:
    written, also = (data.document("names")["variant"][0][key] for key in ("written", "also"))
    with year.as_("rea") as rea:
        found = candidates(rea, names=[also], birth={}, besides=None)  # type: ignore[arg-type]
        names = [f"{name['given']} {name['family']}" for one in found for name in one.identity.plain["names"]]
    assert written in names


@pytest.mark.parametrize("key", [row["key"] for row in personas.listed()])
def test_every_persona_meets_a_page_that_works(year: Any, key: str) -> None:
    answer = year.client(key).get("/", follow=True)
    assert answer.status_code == 200


# Pages of the menu on which it is right that nothing stands, and why.
NOTHING_TRUE = {
    **dict.fromkeys(
        (("sonila", "/referrals/"), ("marta", "/referrals/"), ("sara", "/referrals/")), "sent none herself"
    ),
    **dict.fromkeys(((who, "/requests/") for who in ("marta", "sara", "lule")), "nobody asks her desk"),
    ("lule", "/budget/"): "her unit has no line of its own",
}
EMPTY = b'class="cadra-empty"'
BAR = b'class="cadra-bar"'


def menu(client: Any) -> list[str]:
    """Where the menu leads."""
    page = client.get("/", follow=True).content.decode()
    return re.findall(r'href="([^"]+)"', page.partition("<nav")[2].partition("</nav>")[0])


@pytest.mark.parametrize("key", [row["key"] for row in personas.listed()])
def test_every_page_of_a_personas_menu_has_something_true_to_show(year: Any, key: str) -> None:
    """Every list and desk: a page whose first list is empty says so with the component for it."""
    client = year.client(key)
    pages = {path: client.get(path, follow=True) for path in menu(client)}
    assert len(pages) >= 4
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    empty = {path for path, page in pages.items() if EMPTY in page.content}
    assert empty == {path for who, path in NOTHING_TRUE if who == key}


def test_every_page_of_figures_draws_something(year: Any) -> None:
    """Every chart: of those on a page, more are drawn than closed because they are about too few."""
    client = year.client("mona")
    for name in ("figures", "times", "help", "not_helped", "ratings"):
        page = client.get(reverse(f"monitoring:{name}")).content
        print(name, page.count(BAR), page.count(EMPTY))
        assert page.count(BAR) > page.count(EMPTY), name


def test_the_first_responders_drafts_and_the_desk_have_something_waiting(year: Any) -> None:
    drafts = year.client("ada").get("/referrals/").content.decode()
    desk = year.client("rea").get("/desk/").content.decode()
    assert drafts.count("/referrals/") > 2
    assert desk.count("/desk/") >= 8


def test_everybody_is_clearly_invented(year: Any) -> None:
    assert all(mail.endswith(".example") for mail in values(year, "SELECT email FROM network_user"))
    assert all(mail.endswith(".example") for mail in values(year, "SELECT email FROM network_institution"))
    phones = values(year, "SELECT phone FROM network_user UNION SELECT phone FROM network_desk")
    assert all(phone.startswith("+355 00 ") for phone in phones)


def test_telling_it_again_changes_nothing(year: Any) -> None:
    tables = values(year, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

    def rows() -> dict[str, int]:
        return {table: count(year, table) for table in sorted(tables) if not table.startswith("procrastinate")}

    before, said = rows(), []
    story.tell(said.append)
    assert rows() == before
    assert said == ["The story was told before; nothing is changed."]


def test_a_lawyer_said_yes_another_question_waits_and_files_are_handed_to_marta(year: Any) -> None:
    assert values(year, "SELECT DISTINCT state FROM cases_assignment") == {"asked", "accepted"}
    assert count(year, f"cases_handover WHERE state = 'sent' AND to_user = '{year.user('marta').pk}'") >= 1
