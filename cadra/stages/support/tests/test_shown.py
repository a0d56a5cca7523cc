"""What a provider saw can be shown again to the byte, a year and a pack later, and the ledger proves it."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from cadra.foundation import vault
from cadra.foundation.kernel.clock import now, pretend
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.loading import COUNTRIES
from cadra.foundation.ledger import queries as ledger
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Consent
from cadra.stages.support.models import Extract, WordingEdition
from cadra.stages.support.queries import requests
from cadra.stages.support.sheets import Edition, current, page, sections
from cadra.stages.support.tests.scene import Scene

ALL = {"parts": ["identity", "contact", "health"], "asked_for": ["identity", "contact", "health"], "answer": "given"}


@pytest.fixture
def changed_pack(tmp_path: Path, settings: Any) -> Any:
    """Call it, and the country words its services, languages and purposes otherwise."""

    def change() -> None:
        folder = tmp_path / "al"
        folder.mkdir()
        for file in (COUNTRIES / "al").iterdir():
            text = file.read_text(encoding="utf-8")
            if file.name in ("services.csv", "languages.csv", "purposes.csv", "recipients.csv", "age_bases.csv"):
                head, *rows = text.splitlines()
                text = "\n".join(
                    [head, *(row.replace("For ", "Now for ").replace("Health", "Wellness") for row in rows)]
                )
                text = text.replace("Albanian", "Shqip-worded").replace("Stated", "Said").replace("doctor", "physician")
            (folder / file.name).write_text(text, encoding="utf-8")
        settings.COUNTRIES_DIR = str(tmp_path)

    return change


def section(page_: str) -> str:
    return '<section class="cadra-sent"' + page_.split('<section class="cadra-sent"')[1].split("</section>")[0]


def drawn(actor: Any, referral: Any, language: str) -> str:
    shown = requests.request(actor, referral)
    return page(shown.edition, shown.parts, language)


def test_a_year_and_a_pack_later_the_same_bytes_are_drawn(
    scene: Scene, house: Any, changed_pack: Any, settings: Any
) -> None:
    sent = scene.refer(agreement=scene.agreement(**ALL))
    clinic, read = house.client("kleo"), {}
    for language in ("en", "sq"):
        clinic.cookies["cadra-language"] = language
        read[language] = section(clinic.get(f"/requests/{sent.pk}/").content.decode())
    before = current().digest
    changed_pack()
    assert current().digest != before
    house.sql("UPDATE people_profile SET called = NULL")
    settings.DEMO = True
    with pretend(now() + dt.timedelta(days=400)), house.as_("kleo") as kleo:
        for language in ("en", "sq"):
            again = drawn(kleo, sent, language)
            assert again.removesuffix("</section>") == read[language]
    assert "Lirije Canarya" in read["en"] and "2 March 2007" in read["en"]
    assert "Albanian" in read["en"] and "Shqip" in read["sq"]
    clinic.cookies["cadra-language"] = "en"
    assert section(clinic.get(f"/requests/{sent.pk}/").content.decode()) == read["en"]


def test_what_is_sent_after_the_change_is_worded_anew(scene: Scene, house: Any, changed_pack: Any) -> None:
    old = scene.refer()
    changed_pack()
    new = scene.refer()
    with house.as_("kleo") as kleo:
        assert "Shqip-worded" in drawn(kleo, new, "en")
        assert "Shqip-worded" not in drawn(kleo, old, "en")
    assert WordingEdition.objects.count() == 2
    assert str(pack().purposes["health"].text["en"]).startswith("Now for")


def test_layout_one_is_drawn_as_it_always_was() -> None:
    """If this fails, a template, Django or a filter changed: keep 1.html as it was and draw the new look in 2.html."""
    words = {
        "words": {
            "asks": "What is asked",
            "part.health": "Health",
            "not_again": "Again",
            "note_of": "Note of %(date)s",
        },
        "pack": {"languages": {"sq": "Albanian"}},
        "months": [f"%(day)s m{number} %(year)s" for number in range(1, 13)],
    }
    parts = [
        (
            "message",
            [{"code": "asks", "label": {"w": "asks"}, "value": "Two lines\n& <b>signs</b> 'é' \"q\" %(date)s"}],
        ),
        ("core", [{"code": "x", "label": {"p": "languages", "c": "sq"}, "value": {"l": ["a", "b"], "s": ", "}}]),
        (
            "health",
            [
                {
                    "code": "n",
                    "label": {"w": "note_of", "a": {"date": {"d": "2026-05-02"}}},
                    "value": {"p": "languages", "c": "gone"},
                }
            ],
        ),
    ]
    edition = Edition("", 1, {"en": words})
    assert [row for one in sections(edition, parts, "en") for row in one.rows][1:] == [
        ("Albanian", "a, b"),
        ("Note of 2 m5 2026", "gone"),
    ]
    drawn = page(edition, parts, "en")
    assert hashlib.sha256(drawn.encode()).hexdigest() == LAYOUT_ONE


LAYOUT_ONE = "8dfca6c9f27a4cfb0f83c6e209a69c1ef4e339685c3b27226d442be75a4a0f11"


def test_the_ledger_proves_what_was_sent_and_says_nothing_of_it(scene: Scene, house: Any) -> None:
    sent = scene.refer(agreement=scene.agreement(**ALL))
    house.client("kleo").get(f"/requests/{sent.pk}/")
    marta = house.client("marta")
    shown = marta.get(scene.url("referral_shown", sent.pk)).content.decode()
    assert "the ledger bears it out" in shown
    assert "Kleo Clinic" in shown and "+355 69 000 0000" in shown
    assert "Lirije" not in shown and "Sent; closed here" in shown
    with house.as_("marta"):
        entry = next(one for one in ledger.about(scene.person.ledger_alias, sent.pk) if one.verb == "referred")
    assert entry.outcome.startswith("sha256.") and len(entry.outcome) == 59
    # The same words sent again leave another mark: nobody can try out what they might be.
    again = scene.refer(agreement=scene.agreement(**ALL))
    with house.as_("marta"):
        [other] = [one for one in ledger.about(scene.person.ledger_alias, again.pk) if one.verb == "referred"]
    assert other.outcome != entry.outcome


@pytest.mark.parametrize("part", ["core", "identity", "contact"])
def test_a_part_changed_behind_everyones_back_is_found_out(scene: Scene, house: Any, part: str) -> None:
    """Even by whoever owns the tables and has a key; of a part closed to the reader by its digest."""
    sent = scene.refer(agreement=scene.agreement(**ALL))
    with house.as_("kleo") as kleo:
        row = Extract.objects.get(referral=sent, compartment_of_row=part)
        vault.unseal(kleo.ring, [row])
        content: Any = row.plain["content"]
        content["lines"][0]["value"] = "Somebody else"
        vault.seal(kleo.ring, row, content=content)
    house.sql("ALTER TABLE support_extract DISABLE TRIGGER USER")
    house.sql("UPDATE support_extract SET content = %s WHERE id = %s", [row.content, row.pk])
    page_ = house.client("marta").get(scene.url("referral_shown", sent.pk)).content.decode()
    assert "not what the ledger says" in page_


def test_a_part_closed_to_the_reader_is_no_sign_of_a_change(scene: Scene, house: Any) -> None:
    """Her consent for the shelter ends; what the clinic was sent of it stays as it was."""
    sent = scene.refer()
    with house.as_("marta") as marta:
        agreed = Consent.objects.get(recipient=marta.institution_principal)
        consents.withdraw(actor=marta, person=scene.person, consent=agreed)
    page_ = house.client("marta").get(scene.url("referral_shown", sent.pk)).content.decode()
    assert "The proof needs all parts." in page_
    assert "not what the ledger says" not in page_
    house.sql("ALTER TABLE support_extract DISABLE TRIGGER USER")
    house.sql("DELETE FROM support_extract WHERE compartment = 'core'")
    page_ = house.client("marta").get(scene.url("referral_shown", sent.pk)).content.decode()
    assert "not what the ledger says" in page_


def test_a_wording_is_kept_once_named_by_its_text_and_never_changed(scene: Scene, house: Any) -> None:
    scene.refer(), scene.refer()
    assert WordingEdition.objects.count() == 1
    with house.as_("marta"):
        with pytest.raises(IntegrityError), transaction.atomic():
            WordingEdition.objects.create(digest="0" * 64, body="{}")
        for change in (lambda: WordingEdition.objects.update(body="x"), lambda: WordingEdition.objects.all().delete()):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()
    [(body,)] = house.sql("SELECT body FROM support_wordingedition")
    for hers in ("Lira", "Lirije", "check-up", scene.person.reference):
        assert hers not in body


def test_only_who_sees_the_file_sees_what_was_shown(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    for name in ("kleo", "zana", "ada", "mona"):
        assert house.client(name).get(scene.url("referral_shown", sent.pk)).status_code == 404, name
