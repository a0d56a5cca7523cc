"""The desk's pages: what waits, what was sent, comparing, connecting, registering, naming."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.stages.identification.actions import desk
from cadra.stages.identification.tests import story

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
MOST = 12


def page(name: str, *arguments: Any) -> str:
    return reverse(f"identification:{name}", args=arguments)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def asked(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as app, CaptureQueriesContext(connections["gate"]) as gate:
        assert client.get(url).status_code == 200
    return sum(not one["sql"].startswith(FRAME) for one in (*gate.captured_queries, *app.captured_queries))


def test_an_empty_desk_says_when_something_will_appear(house: Any) -> None:
    assert "A new referral appears here" in text(house.client("rea").get(page("desk")))


def test_danger_comes_first_then_the_clock(house: Any) -> None:
    story.sent(house, called="Firstcome")
    story.acknowledged(house, called="Laterclock")
    story.sent(house, called="Dangernow", danger=True)
    seen = text(house.client("rea").get(page("desk")))
    assert seen.index("Dangernow") < seen.index("Firstcome") < seen.index("Laterclock")
    assert "3 referrals wait" in seen


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=acknowledged", {"Waits"}),
        ("?danger=on", {"Danger"}),
        ("?child=on", {"Kid"}),
        ("?late=on", set()),
        ("?state=sent&danger=on", {"Danger"}),
        ("?state=nonsense", {"Waits", "Danger", "Kid"}),
    ],
)
def test_filters_show_only_what_they_say(house: Any, query: str, shown: set[str]) -> None:
    story.acknowledged(house, called="Waits")
    story.sent(house, called="Danger", danger=True)
    story.sent(house, called="Kid", age={"basis": "documented", "years": 15})
    seen = text(house.client("rea").get(page("desk") + query))
    assert {name for name in ("Waits", "Danger", "Kid") if f"called {name}" in seen} == shown


def test_the_desk_turns_its_pages_without_losing_or_repeating_a_line(house: Any) -> None:
    first = story.sent(house)
    with house.as_("rea"):
        case_id = story.referral(first).case_id
    # Many referrals at once, as if sent: the same file serves as theirs, this is about the list alone.
    house.sql(
        "INSERT INTO identification_referral (id, case_id, visible_to, refused_to, author_id, institution_id, state,"
        " screens, entry_point, area, forms, in_danger, urgent_health, is_child, version, started_at, sent_at,"
        " answer_due_at) SELECT gen_random_uuid(), case_id, visible_to, refused_to, author_id, institution_id, state,"
        " screens, entry_point, area, forms, n %% 3 = 0, false, false, 1, started_at, sent_at,"
        " answer_due_at + (n %% 4) * interval '1 hour' FROM identification_referral, generate_series(1, 59) n"
        " WHERE case_id = %s",
        [case_id],
    )
    client, url, seen = house.client("rea"), page("desk"), []
    for _ in range(4):
        answer = client.get(url)
        found = answer.context["found"]
        seen += [line.referral.pk for line in found.lines]
        if not found.older:
            break
        url = page("desk") + f"?after={found.older}"
    assert len(seen) == len(set(seen)) == 60


def test_a_wrong_cursor_is_not_found(house: Any) -> None:
    assert house.client("rea").get(page("desk") + "?after=nonsense").status_code == 404


def test_receipt_is_confirmed_with_one_click_and_pressing_twice_is_harmless(house: Any) -> None:
    referral_id = story.sent(house)
    client = house.client("rea")
    for _ in range(2):
        answer = client.post(page("acknowledge", referral_id), follow=True)
        assert "Compare with earlier files" in text(answer)
    assert client.get(page("acknowledge", referral_id)).status_code == 405
    received = house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'acknowledged'")
    assert received == [(1,)]


def test_the_page_says_what_was_sent_and_keeps_papers_closed(house: Any) -> None:
    referral_id = story.sent(house)
    client = house.client("rea")
    seen = text(client.get(page("desk_item", referral_id)))
    for words in ("called Dee", "A man answered for her.", "Is not free to leave", "Who?", "Act", "no score"):
        assert words in seen
    assert "Canary" not in seen
    assert "+355 00 111" not in seen
    assert "Canary" in text(client.get(page("desk_item", referral_id) + "?open=identity"))
    assert "+355 00 111" in text(client.get(page("desk_item", referral_id) + "?open=contact"))
    looks = house.sql("SELECT compartments FROM ledger_entry WHERE verb = 'looked_at_referral' ORDER BY id")
    assert [set(one) for (one,) in looks] == [
        {"core", "story"},
        {"core", "identity", "story"},
        {"core", "contact", "story"},
    ]


def test_a_match_shows_part_by_part_what_agrees(house: Any) -> None:
    story.registered(house)
    second = story.acknowledged(
        house, names=[{"given": "Kanari", "family": "Drita", "note": ""}], birth={"date": "2002-04-22", "year": 2002}
    )
    answer = house.client("rea").get(page("match", second))
    (one,) = answer.context["strong"]
    assert [(part.title, part.agrees) for part in one.parts] == [("Name", True), ("Born", None)]
    assert "spelt differently" in text(answer)
    assert "Near: some days" in text(answer)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ([{"given": "Drita", "family": "Canary", "note": ""}], "The same"),
        ([{"given": "Dritá", "family": "canary", "note": ""}], "signs over letters"),
        ([{"given": "Canary", "family": "Drita", "note": ""}], "another order"),
    ],
)
def test_in_what_two_names_agree_is_said_in_words(house: Any, names: Any, word: str) -> None:
    story.registered(house)
    second = story.acknowledged(house, names=names)
    assert word in text(house.client("rea").get(page("match", second)))


def test_a_name_alone_is_not_shown_as_a_match(house: Any) -> None:
    story.registered(house)
    second = story.acknowledged(house, birth={}, age={"basis": "estimated", "years": None})
    answer = house.client("rea").get(page("match", second))
    assert answer.context["strong"] == []
    assert len(answer.context["weak"]) == 1
    assert "A name alone is not a match" in text(answer)


def test_she_who_gave_no_name_is_compared_with_nobody(house: Any) -> None:
    story.registered(house)
    second = story.acknowledged(house, names=[], birth={})
    assert "She gave no name of her own" in text(house.client("rea").get(page("match", second)))


def test_connecting_needs_a_second_confirmation(house: Any) -> None:
    first, second = story.registered(house), story.acknowledged(house)
    with house.as_("rea"):
        known = story.person_of(first)
    client, url = house.client("rea"), page("connect", second, known.pk)
    assert "cannot be undone" in text(client.get(url))
    assert "Tick the box if you are sure" in text(client.post(url, {}))
    with house.as_("rea"):
        assert story.referral(second).state == "acknowledged"
    assert known.reference in text(client.post(url, {"sure": "on"}, follow=True))
    with house.as_("rea"):
        assert story.referral(second).case_id == known.pk
    # Pressed again, or from an old page: nothing more happens.
    assert client.post(url, {"sure": "on"}).status_code == 302


def test_registering_needs_a_second_confirmation_and_notes_who_she_is_not(house: Any) -> None:
    story.registered(house)
    second = story.acknowledged(house)
    client, url = house.client("rea"), page("register", second)
    assert "tells everything twice" in text(client.get(url))
    assert "Tick the box if you are sure" in text(client.post(url, {}))
    client.post(url, {"sure": "on"})
    assert house.sql("SELECT count(*) FROM identification_notthesame") == [(1,)]
    assert client.post(url, {"sure": "on"}).status_code == 302
    with house.as_("rea"):
        assert story.referral(second).state == "connected"


def test_not_the_same_person_is_noted_and_shown(house: Any) -> None:
    first, second = story.registered(house), story.acknowledged(house)
    with house.as_("rea"):
        known = story.person_of(first).pk
    answer = house.client("rea").post(page("apart", second, known), follow=True)
    assert "Told apart: not the same person" in text(answer)


def test_a_file_is_found_by_its_reference_however_typed(house: Any) -> None:
    first, second = story.registered(house), story.acknowledged(house, names=[], birth={})
    with house.as_("rea"):
        known = story.person_of(first)
    client = house.client("rea")
    typed = known.reference.lower().replace("-", " ")
    answer = client.get(page("match", second), {"reference": typed})
    assert answer.headers["Location"] == page("connect", second, known.pk)
    assert "no file with this reference" in text(client.get(page("match", second), {"reference": "AL-1234"}))


def _named(house: Any, **other: str) -> dict[str, str]:
    people = {"police": "petrit", "social": "sonila", **other}
    chosen = {place: str(house.user(name).pk) for place, name in people.items()}
    return {**chosen, "holder": str(house.user("marta").institution_id)}


def test_a_pair_and_a_holder_are_named(house: Any) -> None:
    referral_id = story.registered(house)
    client, url = house.client("rea"), page("assign", referral_id)
    assert "She prefers a woman" in text(client.get(url))
    assert "Choose a police officer" in text(client.post(url, {}))
    answer = client.post(url, _named(house), follow=True)
    assert "Given to a pair" in text(answer)
    again = client.get(url)
    assert again.context["form"]["police"].value() == str(house.user("petrit").pk)


def test_nobody_is_named_for_a_file_that_was_closed_meanwhile(house: Any) -> None:
    referral_id = story.registered(house)
    house.sql("UPDATE cases_case SET stage = 'closed', closed_at = now()")
    answer = house.client("rea").post(page("assign", referral_id), _named(house), follow=True)
    assert "This step is not open now" in text(answer)
    assert house.sql("SELECT count(*) FROM identification_pair") == [(0,)]


def test_an_absent_officer_is_named_only_knowingly(house: Any) -> None:
    referral_id = story.registered(house)
    house.sql(
        "UPDATE network_user SET absent_from = authz.today() - 1, absent_until = authz.today() + 9"
        " WHERE email LIKE 'petrit@%%'"
    )
    client, url = house.client("rea"), page("assign", referral_id)
    assert "Absent until" in text(client.get(url))
    assert "Petrit Police: absent now" in text(client.post(url, _named(house)))
    assert client.post(url, {**_named(house), "absent": "on"}).status_code == 302


def test_an_officer_she_refused_is_marked_and_cannot_be_named(house: Any) -> None:
    referral_id = story.registered(house)
    with house.as_("rea") as rea:
        access.refuse(actor=rea, case_id=story.person_of(referral_id).pk, principal=house.user("petrit").principal)
    client, url = house.client("rea"), page("assign", referral_id)
    assert "does not want this person to see her file" in text(client.get(url))
    answer = client.post(url, _named(house))
    assert answer.status_code == 200
    assert "Choose someone else" in text(answer)


def test_officers_are_filtered_by_sex_and_language(house: Any) -> None:
    referral_id = story.registered(house)
    house.sql("UPDATE network_user SET sex = 'female', languages = '{sq,el}' WHERE email LIKE 'sonila@%%'")
    client, url = house.client("rea"), page("assign", referral_id)
    seen = text(client.get(url + "?sex=female&language=el"))
    assert "Sonila Social" in seen
    assert "Petrit Police" not in seen


def test_no_page_of_the_desk_asks_more_than_it_needs(house: Any) -> None:
    known = story.registered(house)
    acknowledged, sent = story.acknowledged(house), story.sent(house)
    with house.as_("rea"):
        person_id = story.person_of(known).pk
    client = house.client("rea")
    urls = [
        page("desk"),
        page("desk_item", sent),
        page("match", acknowledged),
        page("register", acknowledged),
        page("connect", acknowledged, person_id),
        page("assign", known),
    ]
    assert {url: found for url in urls if (found := asked(client, url)) > MOST} == {}


@pytest.fixture
def places(house: Any) -> list[str]:
    """Every address of the desk, of a real referral."""
    referral_id, known = story.sent(house, called="Korbi"), story.registered(house)
    with house.as_("rea"):
        person_id = story.person_of(known).pk
    one = [page(name, referral_id) for name in ("desk_item", "acknowledge", "match", "register", "assign")]
    return [page("desk"), *one, *(page(name, referral_id, person_id) for name in ("apart", "connect"))]


@pytest.mark.parametrize("name", ["ada", "besim", "petrit", "marta", "zana", "dita", "mona", "sys", "kleo", "lule"])
def test_nobody_but_the_authority_finds_the_desk(house: Any, places: list[str], name: str) -> None:
    client = house.client(name)
    for url in places:
        for method in (client.get, client.post):
            answer = method(url)
            assert answer.status_code in (404, 405), url
            assert b"Korbi" not in answer.content


def test_a_referral_that_does_not_exist_is_not_found(house: Any) -> None:
    client = house.client("rea")
    for name in ("desk_item", "match", "register", "assign"):
        assert client.get(page(name, uuid4())).status_code == 404


#: What a page draws anew each time for everybody: its form tokens.
DRAWN_ANEW = re.compile(rb'name="(csrfmiddlewaretoken|submission)" value="[^"]*"|nonce="[^"]*"')


def _what_ada_sees(house: Any, receipt_id: UUID) -> tuple[bytes, bytes]:
    client = house.client("ada")
    seen = [client.get(url).content for url in (page("receipt", receipt_id), page("receipts"))]
    return DRAWN_ANEW.sub(b"", seen[0]), DRAWN_ANEW.sub(b"", seen[1])


def test_the_sender_sees_the_same_bytes_whether_she_was_known_or_not(house: Any) -> None:
    first = story.registered(house)
    receipts = "SELECT row_to_json(r)::text, r.xmin::text, reference FROM identification_receipt r WHERE id = %s"
    hit, miss = story.acknowledged(house), story.acknowledged(house, names=[{"given": "Nobody", "family": "Else"}])
    before = {one: (_what_ada_sees(house, one), house.sql(receipts, [one])) for one in (hit, miss)}
    with house.as_("rea"):
        known = story.person_of(first).pk
    rea = house.client("rea")
    rea.post(page("connect", hit, known), {"sure": "on"})
    rea.post(page("register", miss), {"sure": "on"})
    for one in (hit, miss):
        rea.post(page("assign", one), _named(house))
        for now, then in zip(_what_ada_sees(house, one), before[one][0], strict=True):
            assert now.splitlines() == then.splitlines()
        # Not one write reached the receipt: neither its words nor its row changed.
        assert house.sql(receipts, [one]) == before[one][1]
    with house.as_("rea"):
        assert {story.referral(one).state for one in (hit, miss)} == {"assigned"}
    # And the two pages are one page, but for the reference and the time on them.
    pages = []
    for one in (hit, miss):
        seen = before[one][0][0].decode().replace(before[one][1][0][2], "REFERENCE").replace(str(one), "ID")
        pages.append(re.sub(r"<time[^>]*>[^<]*</time>|[0-9]+ [A-Z][a-z]+ [0-9]{4}, [0-9]{2}:[0-9]{2}", "TIME", seen))
    assert pages[0] == pages[1]


def test_after_receipt_no_step_leaves_the_sender_a_message(house: Any) -> None:
    first = story.registered(house)
    hit, miss = story.acknowledged(house), story.acknowledged(house, names=[{"given": "Nobody", "family": "Else"}])
    posted = "SELECT count(*) FROM outbox_message WHERE recipient = %s"
    ada = house.user("ada").pk
    before = house.sql(posted, [ada])
    with house.as_("rea") as rea:
        desk.connect_known(actor=rea, referral=story.referral(hit), known=story.person_of(first))
        desk.register_new(actor=rea, referral=story.referral(miss))
    story.assign(house, hit)
    story.assign(house, miss)
    assert house.sql(posted, [ada]) == before
