"""Safety before the form, a child until the opposite is shown, signs that are never proof."""

from typing import Any

import pytest
from django.urls import reverse

from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.forms.intake_told import IndicatorsForm
from cadra.stages.identification.models import Referral
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import posted


def stop(referral_id: Any, screen: str) -> str:
    return reverse("identification:now", args=[referral_id, screen])


@pytest.mark.parametrize("question", ["in_danger", "with_trafficker", "medical", "children"])
def test_a_yes_to_danger_shows_what_to_do_and_whom_to_ring(house: Any, question: str) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    response = posted.fill(ada, referral_id, "safety", **{question: "yes"})
    assert response.headers["Location"] == stop(referral_id, "safety")
    page = ada.get(response.headers["Location"]).content.decode()
    told = pack().safety_questions[question].answer("yes")
    for step in told.steps:
        assert step["en"].split("'")[0] in page
    for number in pack().numbers(told.ring):
        assert f'href="tel:{number.number.replace(" ", "")}"' in page


def test_without_danger_the_form_goes_on(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    response = posted.fill(ada, referral_id, "safety", medical="no", children="no")
    assert response.headers["Location"] == posted.address(referral_id, "person")


def test_danger_and_urgent_health_are_marked_for_the_desk(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "safety", in_danger="yes", medical="yes")
    assert house.sql("SELECT in_danger, urgent_health FROM identification_referral") == [(True, True)]
    posted.fill(ada, referral_id, "safety", in_danger="no", medical="no")
    assert house.sql("SELECT in_danger, urgent_health FROM identification_referral") == [(False, False)]


def test_a_sign_of_immediate_risk_stops_the_form_and_marks_danger(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    response = posted.fill(ada, referral_id, "indicators", {"sign-GEN12": "yes"})
    assert response.headers["Location"] == stop(referral_id, "indicators")
    assert "Do this now" in ada.get(response.headers["Location"]).content.decode()
    assert house.sql("SELECT in_danger FROM identification_referral") == [(True,)]


@pytest.mark.parametrize(
    ("years", "basis", "child"),
    [("16", "stated", True), ("24", "stated", False), ("", "stated", True), ("19", "estimated", True),
     ("30", "estimated", False), ("30", "disputed", True), ("17", "documented", True)],
)  # fmt: skip
def test_in_doubt_she_is_a_child_and_the_child_path_opens(house: Any, years: str, basis: str, child: bool) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    response = posted.fill(ada, referral_id, "person", years=years, basis=basis)
    assert house.sql("SELECT is_child FROM identification_referral") == [(child,)]
    expected = stop(referral_id, "person") if child else posted.address(referral_id, "contact")
    assert response.headers["Location"] == expected
    signs = ada.get(posted.address(referral_id, "indicators")).content.decode()
    assert ("Treated as a child" in signs) is child
    assert ("sign-CHI01" in signs) is child
    assert ("sign-SEX02" in signs) is not child


def test_the_child_page_names_who_protects_children(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "person", years="15")
    page = ada.get(stop(referral_id, "person")).content.decode()
    assert "Child Protection Unit, Lakeside" in page
    assert "116 111" in page


def test_to_a_child_it_is_said_in_words_for_a_child(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.start(ada)
    posted.fill(ada, referral_id, "person", years="12")
    page = ada.get(posted.address(referral_id, "explanations")).content.decode()
    assert pack().explanations["kept"].child_body["en"] in page
    assert pack().explanations["kept"].body["en"] not in page


def test_not_asked_is_not_no(house: Any) -> None:
    ada = house.client("ada")
    referral_id = posted.written(ada)
    posted.fill(
        ada, referral_id, "indicators", {"sign-GEN01": "no", "sign-GEN02": "not_asked", "sign-GEN03": "unknown"}
    )
    with house.as_("ada") as actor:
        kept = queries.draft_for(actor, referral_id, "indicators").answers["indicators"]["signs"]
    assert kept == {"GEN01": "no", "GEN03": "unknown"}
    page = ada.get(posted.address(referral_id, "indicators")).content.decode()
    assert 'id="sign-GEN01-no" value="no" checked' in page
    for untouched in ("GEN02", "GEN04", "LAB01"):
        assert f'id="sign-{untouched}-not_asked" value="not_asked" checked' in page


def test_chosen_forms_come_first_and_stand_open() -> None:
    form = IndicatorsForm(initial={"forms_seen": ["forced_marriage"]})
    groups = form.groups
    assert groups[0].group.code == "forced_marriage" and groups[0].open
    assert not any(group.open for group in groups[1:])


def test_elements_are_told_in_words_without_any_score() -> None:
    seen = queries.covered({"LAB09": "yes", "LAB02": "no", "GEN10": "unknown"}, child=False)
    assert [(element.code, found) for element, found in seen] == [("act", True), ("means", False), ("purpose", False)]


def test_for_a_child_the_means_are_not_looked_for() -> None:
    assert [element.code for element, _ in queries.covered({}, child=True)] == ["act", "purpose"]


def test_a_sign_of_the_other_age_keeps_its_answer(house: Any) -> None:
    """She was taken for a child first: what was marked then is not lost when her age is corrected."""
    ada = house.client("ada")
    referral_id = posted.written(ada)
    posted.fill(ada, referral_id, "person", years="15")
    posted.fill(ada, referral_id, "indicators", {"sign-CHI06": "yes"})
    posted.fill(ada, referral_id, "person", years="25")
    posted.fill(ada, referral_id, "indicators", {"sign-GEN01": "yes"})
    with house.as_("ada") as actor:
        kept = queries.draft_for(actor, referral_id, "indicators").answers["indicators"]["signs"]
    assert kept == {"GEN01": "yes", "CHI06": "yes"}


def test_an_unknown_value_is_refused_by_the_action(house: Any) -> None:
    with house.as_("ada") as actor:
        referral = actions.start_referral(actor=actor)
        with pytest.raises(TypeError):
            actions.save_screen(actor=actor, referral_id=referral.pk, screen="safety", score=9)
        assert Referral.objects.get(pk=referral.pk).screens == []
