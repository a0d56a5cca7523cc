"""Explanations and consent: nothing chosen beforehand, nothing bundled, nothing agreed unexplained."""

import re
from typing import Any

import pytest

from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.tests import posted


@pytest.fixture
def ada(house: Any) -> Any:
    return house.client("ada")


@pytest.fixture
def draft(ada: Any) -> Any:
    referral_id = posted.written(ada)
    posted.fill(ada, referral_id, "explanations", posted.EXPLANATIONS)
    return referral_id


def kept(house: Any, referral_id: Any, screen: str) -> dict[str, Any]:
    with house.as_("ada") as actor:
        return queries.draft_for(actor, referral_id, screen).answers.get(screen, {})


@pytest.mark.parametrize("screen", ["safety", "person", "explanations", "consent"])
def test_nothing_is_chosen_beforehand(ada: Any, screen: str) -> None:
    page = ada.get(posted.address(posted.start(ada), screen)).content.decode()
    assert "<input" in page
    assert not re.search(r"<input[^>]* checked", page)


def test_every_recipient_is_asked_about_apart(ada: Any, draft: Any) -> None:
    page = ada.get(posted.address(draft, "consent")).content.decode()
    for recipient in pack().recipients_at_intake():
        assert f'name="answer-{recipient.code}"' in page
        for part in recipient.may_receive:
            assert f'name="parts-{recipient.code}" id="id_parts-{recipient.code}_' in page, part


def test_yes_to_some_parts_is_a_limited_yes(house: Any, ada: Any, draft: Any) -> None:
    posted.fill(ada, draft, "consent", {"answer-shelter": "given", "parts-shelter": ["contact"], "form": "spoken"})
    said = kept(house, draft, "consent")["answers"]
    assert said == {"shelter": {"answer": "limited", "compartments": ["contact"]}}


def test_yes_to_every_part_is_a_whole_yes(house: Any, ada: Any, draft: Any) -> None:
    parts = [str(part) for part in pack().recipients["health"].may_receive]
    posted.fill(ada, draft, "consent", {"answer-health": "limited", "parts-health": parts, "form": "written"})
    assert kept(house, draft, "consent")["answers"]["health"]["answer"] == "given"


@pytest.mark.parametrize("answer", ["refused", "not_yet"])
def test_whatever_is_not_a_yes_shares_nothing(house: Any, ada: Any, draft: Any, answer: str) -> None:
    posted.fill(ada, draft, "consent", {"answer-health": answer, "parts-health": ["health"], "form": "spoken"})
    assert kept(house, draft, "consent")["answers"]["health"] == {"answer": answer, "compartments": []}


def test_a_yes_without_parts_is_asked_again(ada: Any, draft: Any) -> None:
    response = posted.fill(ada, draft, "consent", {"answer-health": "given", "form": "spoken"})
    assert "A doctor or health centre: choose at least one" in response.content.decode()


def test_how_she_answered_is_needed(ada: Any, draft: Any) -> None:
    response = posted.fill(ada, draft, "consent", {"answer-health": "refused"})
    assert "Choose how she answered" in response.content.decode()


def test_a_gesture_needs_a_witness(ada: Any, draft: Any) -> None:
    response = posted.fill(ada, draft, "consent", {"answer-health": "refused", "form": "gesture"})
    assert "Write who was there" in response.content.decode()
    named = {"answer-health": "refused", "form": "gesture", "witness": "Nurse"}
    assert posted.fill(ada, draft, "consent", named).status_code == 302


def test_she_cannot_agree_to_what_was_not_explained(ada: Any) -> None:
    referral_id = posted.written(ada)
    agrees = {"answer-health": "given", "parts-health": ["contact"], "form": "spoken"}
    assert "only to what was explained" in posted.fill(ada, referral_id, "consent", agrees).content.decode()
    assert posted.fill(ada, referral_id, "consent", {"answer-health": "not_yet", "form": "spoken"}).status_code == 302


def test_no_consent_at_all_is_possible(ada: Any) -> None:
    assert posted.fill(ada, posted.written(ada), "consent", {}).status_code == 302


def test_what_was_explained_says_how_and_in_which_language(ada: Any) -> None:
    response = posted.fill(ada, posted.written(ada), "explanations", {"given": ["why"]})
    page = response.content.decode()
    assert "Choose how it was explained" in page and "Choose the language" in page


def test_her_language_is_shown_not_asked_again(ada: Any) -> None:
    page = ada.get(posted.address(posted.written(ada), "explanations")).content.decode()
    assert '<option value="sq" selected>' in page


def test_the_check_page_says_who_sees_what(ada: Any, draft: Any) -> None:
    posted.fill(ada, draft, "consent", {"answer-authority": "refused", "form": "spoken"})
    page = ada.get(posted.address(draft, "check")).content.decode()
    assert "Not asked: they receive nothing" in page
    assert "has not agreed that the Responsible Authority" in page
    assert pack().wording["legal_duty"].text["en"].split(",")[0] in page
    assert "they confirm by" in page
