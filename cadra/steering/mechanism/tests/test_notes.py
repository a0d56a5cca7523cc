"""Notes go into one part of the file, are read by whoever that part is open to, and no editor overwrites another."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from cadra.record.cases import actions as cases
from cadra.record.cases.models import Note


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def write(client: Any, file: Any, text: str = "She slept well.", part: str = "support", key: Any = None) -> Any:
    data = {"submission": str(key or uuid4()), "text": text, "part": part}
    return client.post(url("notes", file.pk), data, follow=True)


def test_a_note_is_read_by_whoever_its_part_is_open_to(house: Any, carried: Any) -> None:
    assert b"Note saved" in write(house.client("marta"), carried).content
    assert b"She slept well." in house.client("sara").get(url("notes", carried.pk)).content
    with house.as_("rea") as rea:
        cases.write_note(actor=rea, person=carried, compartment="justice", text="The hearing is on Monday.")
    assert b"hearing" not in house.client("marta").get(url("notes", carried.pk)).content
    assert b"hearing" in house.client("rea").get(url("notes", carried.pk)).content


def test_into_a_part_that_is_closed_nothing_is_written(house: Any, carried: Any) -> None:
    write(house.client("marta"), carried, part="health")
    with house.as_("rea"):
        assert not Note.objects.exists()


def test_sent_twice_it_is_one_note(house: Any, carried: Any) -> None:
    client, key = house.client("marta"), uuid4()
    write(client, carried, key=key)
    write(client, carried, key=key)
    with house.as_("marta"):
        assert Note.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_too_little_and_too_much_are_said_and_kept(house: Any, carried: Any, text: str) -> None:
    page = write(house.client("marta"), carried, text=text)
    assert b"Something needs your attention" in page.content
    assert text.strip().encode() in page.content


@pytest.mark.parametrize("text", ["Дрита говорила тихо", "تحدثت بهدوء", "😀 <script>alert(1)</script>", "ë" * 300])
def test_any_script_is_kept_as_it_was_written(house: Any, carried: Any, text: str) -> None:
    client = house.client("marta")
    write(client, carried, text=text)
    page = client.get(url("notes", carried.pk)).content.decode()
    assert text.replace("<", "&lt;").replace(">", "&gt;") in page


def test_two_editors_the_second_sees_both_texts_and_loses_nothing(house: Any, carried: Any) -> None:
    client = house.client("marta")
    write(client, carried, text="First.")
    with house.as_("marta"):
        note = Note.objects.get()
    page = url("note", carried.pk, note.pk)
    shown = client.get(page).context["form"].initial["version"]
    assert client.post(page, {"text": "From the desk.", "version": shown}).status_code == 302
    second = client.post(page, {"text": "From the telephone.", "version": shown})
    assert second.status_code == 409
    assert b"From the desk." in second.content
    assert b"From the telephone." in second.content
    version = second.context["form"].data["version"]
    assert client.post(page, {"text": "Both.", "version": version}).status_code == 302
    assert b"Both." in client.get(url("notes", carried.pk)).content


def test_nobody_corrects_another_ones_note(house: Any, carried: Any) -> None:
    write(house.client("marta"), carried)
    with house.as_("marta"):
        note = Note.objects.get()
    client = house.client("sara")
    assert client.get(url("note", carried.pk, note.pk)).status_code == 404
    assert client.post(url("note", carried.pk, note.pk), {"text": "x", "version": 1}).status_code == 404


def test_older_notes_come_on_the_next_page(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        for number in range(23):
            cases.write_note(actor=marta, person=carried, compartment="support", text=f"Note number {number}.")
    client = house.client("marta")
    first = client.get(url("notes", carried.pk))
    assert b"Note number 22." in first.content
    assert b"Note number 2." not in first.content
    assert b"Note number 2." in client.get(first.context["older_url"]).content


@pytest.mark.parametrize("before", ["nonsense", "2026-13-45", "1870-01-01"])
def test_a_wrong_address_is_not_found(house: Any, carried: Any, before: str) -> None:
    assert house.client("marta").get(url("notes", carried.pk), {"before": before}).status_code == 404
