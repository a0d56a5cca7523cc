"""What a form did not offer can't be posted into it: no wider consent, no other reader, no field of a model.

Security.md A6 and A7. Each form is sent as a person sends it, with something more; what comes of it is what came
of the form alone.
"""

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from cadra.foundation import vault
from cadra.foundation.access.policy import BREAK_GLASS_COMPARTMENTS
from cadra.foundation.kernel.pack import pack
from cadra.foundation.vault import SealedField
from cadra.stages.identification.tests.posted import PERSON
from cadra.stages.support.tests.scene import Scene, make_file
from tests import world as worlds
from tests.walls.forms import consent_typed, posted_forms, url
from tests.world import PARTS

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.once]

FEED = "feedfeed-feed-4eed-8eed-feedfeedfeed"
AGREED = {"core", "contact"}


@pytest.fixture
def scene(house: Any) -> Scene:
    return make_file(house)


# Consent, widened by whoever writes it down (A6) -----------------------------------------------------


def injected(house: Any) -> Iterator[dict[str, Any]]:
    """Put into a form, each could open more, longer, to others, or without her. None of them is a choice of it."""
    other = house.user("zana").institution.principal
    refused = house.user("sara").principal
    grant = str(house.sql("SELECT id FROM access_grant WHERE basis = 'custody'")[0][0])
    consent = str(house.sql("SELECT id FROM consent_consent")[0][0])
    for name in (
        "override",
        "force",
        "admin",
        "is_staff",
        "confirmed",
        "approved",
        "skip_consent",
        "emergency",
        "debug",
    ):
        yield from ({name: value} for value in ("true", "1", "on"))
    for name in ("grant", "grant_id", "grants", "consent_id", "explanation_id", "given_by", "id", "pk", "follows"):
        yield from ({name: value} for value in (grant, consent, FEED))
    for name in ("compartments", "compartment", "parts", "scope_parts", "lines", "categories"):
        yield from ({name: [*PARTS]}, {name: ",".join(PARTS)}, {f"{name}[]": [*PARTS]}, {name: json.dumps(PARTS)})
    for part in ("story", "justice", "child", "support"):
        yield from ({f"part_{part}": "yes"}, {f"parts.{part}": "on"}, {part: "yes"})
    for name in ("grantee", "principal", "to", "desk", "desk_id", "institution", "visible_to"):
        yield from ({name: str(value)} for value in (other, refused, 1))
    yield from ({"basis": basis} for basis in ("author", "legal_duty", "custody", "court_order", "break_glass"))
    yield from ({"scope": scope} for scope in ("file", "any", "*"))
    for name in ("starts_at", "until_at", "ends_at", "ended_at", "withdrawn_at", "expires"):
        yield from ({name: "2090-01-01"}, {name: ""})
    yield from ({name: FEED} for name in ("user_id", "recorded_by", "case_id", "person_id", "institution_id"))
    yield from ({"purpose": "everything"}, {"capacity": "police"}, {"answer": "override"}, {"state": "accepted"})
    yield from ({"until_year": "2090"}, {"until_year": "1990"}, {"until_day": "31", "until_month": "2"})
    yield from ({"asked_for": [*PARTS]}, {"agreed": [*PARTS]}, {"recipient": str(other)}, {"recipient": "0"})
    yield from ({"answer": answer, "then": "open"} for answer in ("refused", "not_yet"))


def grants(house: Any) -> list[tuple[Any, ...]]:
    return house.sql(  # type: ignore[no-any-return]
        "SELECT id, grantee, scope, basis, compartments, starts_at, until, consent_id FROM access_grant"
    )


def beyond(house: Any, scene: Scene, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Grants among these that are more than she agreed to: the clinic, contact, by this consent, for its term."""
    clinic = {scene.clinic.principal: "referral", house.user("kleo").institution.principal: "file"}
    longest = dt.datetime.now(dt.UTC) + dt.timedelta(days=10 * 366)
    consents = {
        row[0]: row[1:] for row in house.sql("SELECT id, recipient, compartments, withdrawn_at FROM consent_consent")
    }
    found = []
    for row in rows:
        _id, grantee, scope, basis, parts, starts, until, consent = row
        said = consents.get(consent)
        good = (
            clinic.get(grantee) == scope
            and basis == "consent"
            and set(parts) <= AGREED
            and abs((starts - dt.datetime.now(dt.UTC)).total_seconds()) < 120
            and until < longest
            and said is not None
            and said[0] == grantee
            and set(parts) <= set(said[1])
            and said[2] is None
        )
        found += [] if good else [row]
    return found


@pytest.mark.parametrize("what", ["consent", "refer"])
def test_nothing_more_is_opened_than_she_agreed_to(house: Any, scene: Scene, what: str) -> None:
    path, typed, _table = posted_forms(house, scene)[what]
    client, asked, opened = house.client("marta"), 0, 0
    before = {row[0] for row in grants(house)}
    answers = house.sql("SELECT count(*) FROM consent_consent")[0][0]
    for more in injected(house):
        response = client.post(path, {**typed, **more, "submission": str(uuid4())})
        assert response.status_code < 500, more
        asked += 1
        opened += response.status_code == 302
    made = [row for row in grants(house) if row[0] not in before]
    assert beyond(house, scene, made) == []
    assert asked >= 130
    assert opened > asked / 2, "most of them do what the form alone does"
    assert made
    wrong = house.sql(
        "SELECT recipient, compartments, recorded_by FROM consent_consent WHERE NOT compartments <@ %s "
        "AND recipient_kind = 'health' OR recipient_kind = 'health' AND recorded_by <> %s",
        [sorted(AGREED), house.user("marta").pk],
    )
    assert wrong == []
    assert house.sql("SELECT count(*) FROM consent_consent")[0][0] > answers


@pytest.mark.parametrize("what", ["consent", "refer"])
def test_who_may_not_share_opens_nothing_whatever_is_posted(house: Any, scene: Scene, what: str) -> None:
    path, typed, _table = posted_forms(house, scene)[what]
    before, consents = grants(house), house.sql("SELECT count(*) FROM consent_consent")
    extras = list(injected(house))
    asked = 0
    for name in ("kleo", "zana", "ina", "mona", "dita", "ada", "sys", None):
        client = house.client(name)
        for more in extras[:: 4 if name else 8]:
            response = client.post(path, {**typed, **more, "submission": str(uuid4())})
            assert response.status_code == (404 if name else 302), (name, more)
            asked += 1
    assert asked >= 150
    assert grants(house) == before
    assert house.sql("SELECT count(*) FROM consent_consent") == consents


def test_an_emergency_opens_two_hours_and_never_where_she_is(house: Any) -> None:
    world = worlds.build(house)
    [(reference,)] = house.sql("SELECT reference FROM cases_case WHERE case_id = %s", [world.case_id])
    typed = {"reference": reference, "reason": "danger_to_life", "understood": "on"}
    known = {row[0] for row in grants(house)}
    hours = dt.timedelta(hours=pack().limit("break_glass").value)
    opening = ("lule", "zana", "besim")
    for name, more in zip(itertools.cycle([*opening, "sara"]), injected(house), strict=False):
        house.client(name).post(url("mechanism:emergency"), {**typed, **more})
    made = [row for row in grants(house) if row[0] not in known]
    assert {row[1] for row in made} == {house.user(name).principal for name in opening}, "Sara is refused by her"
    assert {(row[2], row[3]) for row in made} == {("file", "break_glass")}
    assert all(set(row[4]) <= {"core", *BREAK_GLASS_COMPARTMENTS} for row in made)
    assert all(row[6] - row[5] <= hours for row in made)
    without = {name: value for name, value in typed.items() if name != "understood"}
    assert house.client("ada").post(url("mechanism:emergency"), {**without, "override": "1"}).status_code == 200
    for name in ("mona", "sys", "ina", "dita"):
        assert house.client(name).post(url("mechanism:emergency"), {**typed, "override": "1"}).status_code == 404
    assert len([row for row in grants(house) if row[0] not in known]) == len(made)


def test_a_withdrawal_is_of_her_file_and_of_no_other(house: Any, scene: Scene) -> None:
    """Consent of one file under the address of another; and by people who do not carry it."""
    other = make_file(house)
    [consent] = [row[0] for row in house.sql("SELECT id FROM consent_consent WHERE case_id = %s", [other.person.pk])]
    path = url("mechanism:consent_withdraw", scene.person.pk, consent)
    assert house.client("marta").post(path, {"case_id": str(other.person.pk)}).status_code == 404
    right = url("mechanism:consent_withdraw", other.person.pk, consent)
    assert {house.client(name).post(right, {"override": "1"}).status_code for name in ("kleo", "zana", "mona")} == {404}
    assert house.sql("SELECT count(*) FROM consent_consent WHERE withdrawn_at IS NOT NULL") == [(0,)]


# Every field of every model, in every form (A7) ------------------------------------------------------

WORD = "Massenzuweisung"
# What differs between two equal deeds: kinds of columns, and words within others.
VOLATILE = {"uuid", "timestamptz", "bytea", "_int4", "xid8"}
ONES_OWN = re.compile(
    r'"email": "[^"]*"|AL-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|'
    r'"xact": "\d+"|"principal": \d+|sha256\.[a-z2-7]{52}|[0-9a-f]{64}'
)


def planted(offered: set[str]) -> dict[str, str]:
    """A value for every field of every model of ours that the page does not offer."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("cadra."):
            continue
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname} - offered:
                found.setdefault(name, value_for(field))
    return found


def value_for(field: Any) -> str:
    if field.choices:
        return str(list(field.choices)[-1][0])
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return FEED
    if isinstance(field, models.BooleanField):
        return "true"
    if isinstance(field, models.IntegerField | models.AutoField):
        return "987654"
    if isinstance(field, models.DateTimeField):
        return "2031-07-07 07:07"
    return "2031-07-07" if isinstance(field, models.DateField) else WORD


def forms_of(house: Any, scene: Scene) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """what → (who, address, what is typed)."""
    case = scene.person.pk
    rows = {f"{kind}-INITIAL_FORMS": "0" for kind in ("names", "documents", "channels")}
    rows |= {f"{kind}-TOTAL_FORMS": "0" for kind in ("names", "documents", "channels")}
    draft = house.client("ada").post(url("identification:start"), {}).headers["Location"].split("/")[2]
    desk = str(scene.clinic.pk)
    return {
        **{what: ("marta", path, typed) for what, (path, typed, _table) in posted_forms(house, scene).items()},
        "contact": ("marta", url("mechanism:contact_edit", case), {**rows, "hours": "After ten", "version": "1"}),
        "profile": ("marta", url("mechanism:profile", case), {"called": "Lira", "age_basis": "stated", "version": "1"}),
        "refusal": ("marta", url("mechanism:refusal_new", case, house.user("zana").principal), {}),
        "team": ("marta", url("mechanism:take", case), {}),
        "help": ("marta", url("support:help_new", case), {"service": "medical", "kind": "service", "words": "Given"}),
        "screen": ("ada", url("identification:screen", draft, "person"), PERSON),
        "draft": ("ada", url("identification:start"), {}),
        "colleague": ("ina", url("network:colleague", house.user("sara").pk), {"roles": ["supervisor"]}),
        "invite": (
            "ina",
            url("network:invite"),
            {"name": "New", "email": f"{desk[:8]}@cadra.example", "language": "sq", "roles": ["case_manager"]},
        ),
        "account": ("marta", url("access:undertaking"), {"agree": "yes"}),
    }


def offered_by(client: Any, path: str) -> set[str]:
    """The names of the fields on the page."""
    return set(re.findall(r'name="([^"]+)"', client.get(path).content.decode()))


def snapshot(house: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """table → key → row, of every table there is."""
    tables = [row[0] for row in house.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return {
        table: {
            str(row.get("id") or row.get("token_hash") or json.dumps(row, sort_keys=True)): row
            for row in (json.loads(text) for (text,) in house.sql(f"SELECT to_jsonb(t)::text FROM {table} t"))
        }
        for table in tables
    }


def deeds(house: Any, before: Any, after: Any) -> set[str]:
    """What was done: rows added, with what does not differ between two equal deeds, and columns changed."""
    volatile = {
        (table, column)
        for table, column, kind in house.sql(
            "SELECT table_name, column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        if kind in VOLATILE or column == "id"
    }
    found = set()
    for table, rows in after.items():
        # what the browser is told; that there is work; wording, kept by whoever sends first
        if table.startswith(("access_session", "procrastinate_", "support_wordingedition")):
            continue
        for key, row in rows.items():
            kept = {name: value for name, value in row.items() if (table, name) not in volatile}
            if key not in before[table]:
                found.add(f"{table} + {json.dumps(kept, sort_keys=True)}")
            elif row != before[table][key]:
                columns = [name for name in row if row[name] != before[table][key][name]]
                found.add(f"{table} ~ {columns}")
        found |= {f"{table} -" for key in before[table] if key not in rows}
    return found


FORMS = ("note", "consent", "goal", "offer", "refer", "contact", "profile", "refusal", "team", "help", "screen",
         "draft", "colleague", "invite", "account")  # fmt: skip


@pytest.mark.parametrize("what", FORMS)
def test_fields_a_page_does_not_offer_are_not_written(house: Any, scene: Scene, what: str) -> None:
    who, path, typed = forms_of(house, scene)[what]
    client = house.client(who)
    extra = {name: value for name, value in planted(offered_by(client, path)).items() if name not in typed}
    assert len(extra) > 100
    counted = {"submission": str(uuid4()), "version": typed.get("version")}
    clean = {**typed, **{name: value for name, value in counted.items() if value}}
    before = snapshot(house)
    alone = client.post(path, {**extra, **clean, "submission": str(uuid4())})
    after = snapshot(house)
    polluted = deeds(house, before, after)
    assert alone.status_code in (200, 302), alone.status_code
    text = json.dumps(after)
    assert [mark for mark in (FEED, WORD, "987654", "2031-07-07") if mark in text] == []
    assert words_opened(house, WORD) == []
    assert extra_effects(house, scene, what, polluted) == set()


def extra_effects(house: Any, scene: Scene, what: str, polluted: set[str]) -> set[str]:
    """What the form alone, sent for another file just like it, does not do."""
    twin = make_file(house)
    who, path, typed = forms_of(house, twin)[what]
    if what == "invite":
        typed = {**typed, "email": "another@cadra.example"}
    before = snapshot(house)
    house.client(who).post(path, {**typed, "submission": str(uuid4())})
    alone = deeds(house, before, snapshot(house))
    return {ONES_OWN.sub("", deed) for deed in polluted} - {ONES_OWN.sub("", deed) for deed in alone}


def words_opened(house: Any, word: str) -> list[str]:
    """Tables in which a sealed word says it, read by whoever may read everything."""
    found = []
    with house.as_("rea") as rea:
        for model in apps.get_models():
            if any(isinstance(field, SealedField) for field in model._meta.fields) and hasattr(model, "case_id"):
                rows = vault.unseal(rea.ring, list(model._default_manager.all()))
                found += [model._meta.db_table for row in rows if word in json.dumps(row.plain, default=str)]
    return found


def test_the_search_for_unintended_writes_sees_them(house: Any, scene: Scene) -> None:
    """The control: what the form offers is written, and found."""
    before = snapshot(house)
    typed = {"text": WORD, "part": "support", "submission": str(uuid4())}
    house.client("marta").post(url("mechanism:notes", scene.person.pk), typed)
    assert words_opened(house, WORD) == ["cases_note"]
    assert any(deed.startswith("cases_note +") for deed in deeds(house, before, snapshot(house)))
    assert consent_typed(house)["recipient"]
