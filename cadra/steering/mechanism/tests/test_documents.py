"""Documents: sealed while they arrive, shown only as pictures, each look written down, gone with the grant."""

import io
import socket
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant
from cadra.foundation.vault import KeeperUnavailable
from cadra.record.documents import arriving, converting
from cadra.record.documents.models import Document, Making, Paper
from cadra.record.documents.store import store
from cadra.record.documents.tests import samples
from cadra.record.documents.workshop import calling, wire

STORED = Path(settings.DATA_DIR) / "documents"


def url(name: str, *args: Any) -> str:
    return reverse(f"mechanism:{name}", args=args)


def send(client: Any, file: Any, *contents: bytes, kind: str = "school", key: Any = None, **more: Any) -> Any:
    files = [SimpleUploadedFile(f"Drita Canary {n}.pdf", one, "text/html") for n, one in enumerate(contents)]
    data = {"submission": str(key or uuid4()), "kind": kind, "title": "Kanarinastrofa", "files": files, **more}
    return client.post(url("document_new", file.pk), data, follow=True)


def the_document(house: Any, name: str = "marta") -> Document:
    with house.as_(name):
        return Document.objects.get()


@pytest.fixture
def kept(house: Any, carried: Any) -> Document:
    """A paper of three pages that Marta added and the worker made ready."""
    assert b"document kept" in send(house.client("marta"), carried, samples.pdf(3)).content
    assert converting.convert_due() == 1
    return the_document(house)


def test_it_is_looked_at_page_by_page_as_a_picture(house: Any, carried: Any, kept: Document) -> None:
    client = house.client("sara")
    assert b"Kanarinastrofa" in client.get(url("documents", carried.pk)).content
    page = client.get(url("document", carried.pk, kept.pk) + "?page=3")
    assert b"Page 3 of 3" in page.content
    assert b"data:image/jpeg;base64," in page.content
    told = house.sql("SELECT verb, compartments FROM ledger_entry WHERE object_id = %s ORDER BY id", [kept.pk])
    assert told == [("added_document", ["support"]), ("looked_at_document", ["core", "support"])]
    assert client.get(url("document", carried.pk, kept.pk) + "?page=4").status_code == 404


def test_nothing_in_clear_ever_lies_on_the_disk(house: Any, carried: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    seen: list[bytes] = []
    real = arriving.Arrival.feed

    def watched(self: Any, piece: bytes) -> None:
        real(self, piece)
        seen.append(whole_disk(tmp_path))

    monkeypatch.setattr(arriving.Arrival, "feed", watched)
    photograph = samples.jpeg(900, 700)
    needles = [photograph[at : at + 24] for at in range(2000, len(photograph) - 24, 9000)]
    send(house.client("marta"), carried, photograph, kind="school")
    converting.convert_due()
    seen.append(whole_disk(tmp_path))
    assert len(seen) > 2
    assert [one for one in needles if any(one in disk for disk in seen)] == []
    assert samples.SECRET not in seen[-1]
    assert len(seen[-1]) > len(photograph)  # it does lie there, sealed


def whole_disk(temporary: Path) -> bytes:
    """Every byte in the folders of the copy and of temporary files, also of files without a name still open."""
    named = [one for root in (STORED, temporary) for one in root.rglob("*") if one.is_file()]
    unnamed = [one for one in Path("/proc/self/fd").iterdir() if "deleted" in target(one) or "/#" in target(one)]
    return b"".join(read(one) for one in [*named, *unnamed])


def target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_original_is_taken_along_for_a_reason_and_nothing_of_the_maker_with_it(
    house: Any, carried: Any, kept: Document
) -> None:
    client, page = house.client("marta"), url("document_original", carried.pk, kept.pk)
    assert b"Choose an answer" in client.post(page, {"reason": ""}).content
    response = client.post(page, {"reason": "hers"})
    assert response["Content-Disposition"] == f'attachment; filename="document-{str(kept.pk)[:8]}.pdf"'
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"
    assert response.content.startswith(b"%PDF-")
    assert samples.SECRET not in response.content
    assert ("took_document", "hers") in house.sql(
        "SELECT verb, purpose FROM ledger_entry WHERE object_id = %s", [kept.pk]
    )
    assert house.client("rea").get(url("document", carried.pk, kept.pk)).status_code == 200


def test_a_grant_that_ends_takes_every_byte_with_it(house: Any, carried: Any, kept: Document) -> None:
    client = house.client("marta")
    pages = [url(name, carried.pk, kept.pk) for name in ("document", "document_original", "document_remove")]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    with house.as_("rea") as rea:
        access.end(actor=rea, grants=list(Grant.objects.filter(case_id=carried.pk, basis="custody")), reason="test")
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert client.post(pages[1], {"reason": "hers"}).status_code == 404
    assert b"Kanarinastrofa" not in client.get(url("documents", carried.pk)).content


def test_a_kind_of_a_closed_part_is_not_offered_and_not_kept(house: Any, carried: Any) -> None:
    client = house.client("marta")
    assert b'value="medical"' not in client.get(url("document_new", carried.pk)).content
    send(client, carried, samples.png(), kind="medical")
    with house.as_("rea"):
        assert not Document.objects.exists()
    send(house.client("rea"), carried, samples.png(), kind="medical")
    document = the_document(house, "rea")
    assert client.get(url("document", carried.pk, document.pk)).status_code == 404


def test_a_paper_of_who_she_is_opens_for_a_purpose_alone(house: Any, carried: Any) -> None:
    client = house.client("marta")
    send(client, carried, samples.jpeg(), kind="identity_paper")
    converting.convert_due()
    document = the_document(house)
    assert b"Kanarinastrofa" not in client.get(url("documents", carried.pk)).content
    page = url("document", carried.pk, document.pk)
    asked = client.get(page).content
    assert b"Why do you need to see who she is?" in asked
    assert b"data:image" not in asked
    for other in ("document_remove", "document_original"):
        assert client.get(url(other, carried.pk, document.pk)).url == page
    assert b"data:image/jpeg" in client.post(page, {"purpose": "correct_record"}, follow=True).content
    looks = house.sql("SELECT purpose FROM ledger_entry WHERE verb = 'looked_at_document'")
    assert looks == [("correct_record",)]
    asking = house.sql("SELECT 1 FROM ledger_entry WHERE verb = 'looked_at_documents' AND compartments = '{core}'")
    assert len(asking) >= 1, "her name stood above the question"


def test_sent_twice_it_is_kept_once(house: Any, carried: Any) -> None:
    client, key = house.client("marta"), uuid4()
    for _time in range(2):
        send(client, carried, samples.png(), samples.jpeg(), key=key)
    with house.as_("marta"):
        assert Document.objects.count() == Making.objects.count() == 2


@pytest.mark.parametrize("name", samples.disguised())
def test_what_is_no_document_is_not_kept_and_said_in_a_sentence(house: Any, carried: Any, name: str) -> None:
    before = whole_store()
    page = send(house.client("marta"), carried, samples.disguised()[name])
    assert b"Something needs your attention" in page.content
    assert b"Send one of these" in page.content or b"The file is empty" in page.content or b"program" in page.content
    assert (whole_store(), len(house.sql("SELECT FROM documents_document"))) == (before, 0)


def whole_store() -> set[str]:
    return {str(one) for one in STORED.rglob("*") if one.is_file()}


def test_one_byte_too_many_is_said_and_not_kept(house: Any, carried: Any) -> None:
    page = send(house.client("marta"), carried, samples.pdf() + bytes(wire.LARGEST + 1 - len(samples.pdf())))
    assert b"larger than 25 MB" in page.content
    assert house.sql("SELECT FROM documents_document") == []


def test_what_the_worker_cannot_open_is_thrown_away_with_a_sentence(house: Any, carried: Any) -> None:
    client = house.client("marta")
    send(client, carried, samples.pdf(password="x"))
    document = the_document(house)
    assert client.get(url("document", carried.pk, document.pk))["Refresh"] == "3"
    house.sql("UPDATE documents_making SET begun_at = begun_at - interval '3 minutes'")
    assert not client.get(url("document", carried.pk, document.pk)).has_header("Refresh"), "left alone it ends"
    converting.convert_due()
    page = client.get(url("document", carried.pk, document.pk))
    assert b"locked with a password" in page.content
    assert client.post(url("document_original", carried.pk, document.pk), {"reason": "hers"}).status_code == 404
    assert not any(str(document.pk) in one for one in whole_store())


def test_the_secret_handed_to_the_worker_is_gone_when_its_errand_is_done(
    house: Any, carried: Any, kept: Document
) -> None:
    assert house.sql("SELECT octet_length(handed), state FROM documents_making") == [(0, "ready")]
    assert not any(one.endswith("arrived") for one in whole_store() if str(kept.pk) in one)


def test_a_worker_killed_in_between_leaves_it_to_the_next(house: Any, carried: Any, monkeypatch: Any) -> None:
    send(house.client("marta"), carried, samples.pdf())
    with monkeypatch.context() as during:
        during.setattr(calling, "work", killed)
        with pytest.raises(KeyboardInterrupt):
            converting.convert_due()
    assert converting.convert_due() == 0  # the lease is not over
    house.sql("UPDATE documents_making SET next_try = now()")
    assert converting.convert_due() == 1
    assert house.sql("SELECT state FROM documents_making") == [("ready",)]


def test_a_keeper_away_for_long_loses_no_document(house: Any, carried: Any, monkeypatch: Any) -> None:
    send(house.client("marta"), carried, samples.pdf())
    with monkeypatch.context() as during:
        during.setattr(converting, "system_keeper", away)
        for _time in range(converting.MOST_ATTEMPTS + 2):
            assert converting.convert_due() == 1
            house.sql("UPDATE documents_making SET next_try = now()")
    assert converting.convert_due() == 1
    assert house.sql("SELECT state FROM documents_making") == [("ready",)]


def away() -> None:
    raise KeeperUnavailable


def killed(*_given: Any, **_named: Any) -> None:
    raise KeyboardInterrupt


def test_bytes_changed_on_the_disk_are_not_shown(house: Any, carried: Any, kept: Document) -> None:
    with store().open(kept.pk, "page-0001") as sealed:
        changed = bytearray(sealed.read())
    changed[500] ^= 1
    store().put(kept.pk, "page-0001", io.BytesIO(bytes(changed)))
    page = house.client("marta").get(url("document", carried.pk, kept.pk)).content
    assert b"not as they were kept" in page
    assert b"data:image" not in page


def test_removed_it_is_out_of_sight_with_its_reason_and_stays_sealed(house: Any, carried: Any, kept: Document) -> None:
    client = house.client("marta")
    assert client.post(url("document_remove", carried.pk, kept.pk), {"reason": "her_wish"}).status_code == 302
    assert client.get(url("document", carried.pk, kept.pk)).status_code == 404
    listed = client.get(url("documents", carried.pk)).content
    assert b"She does not want it kept" in listed
    assert b"Kanarinastrofa" not in listed
    assert any(str(kept.pk) in one for one in whole_store())


def test_bytes_without_a_document_are_thrown_away_at_night(house: Any, carried: Any, kept: Document) -> None:
    orphan = uuid4()
    store().put(orphan, "arrived", io.BytesIO(b"sealed"))
    converting.tidy(time.time() + 60)
    left = whole_store()
    assert not any(str(orphan) in one for one in left)
    assert any(str(kept.pk) in one for one in left)


def test_a_connection_lost_in_the_middle_leaves_nothing(house: Any, carried: Any, site: str) -> None:
    before, token = whole_store(), house.sign_in("marta")
    host, port = site.removeprefix("http://").split(":")
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + samples.pdf(30)
    with socket.create_connection((host, int(port))) as line:
        line.sendall(
            f"POST {url('document_new', carried.pk)} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: cadra={token}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body) * 2}\r\n\r\n".encode()
        )
        line.sendall(body)
    time.sleep(0.5)
    assert whole_store() == before
    assert house.sql("SELECT FROM documents_document") == []


def test_a_paper_she_lacks_is_a_date_of_the_file_until_it_is_there(house: Any, carried: Any) -> None:
    client = house.client("marta")
    wrong = client.post(url("paper_new", carried.pk), {"kind": "passport", "progress": "lacking"})
    assert b"Write the day on which you look again" in wrong.content
    on = {"expected_on_day": "3", "expected_on_month": "2", "expected_on_year": "2030"}
    data = {"kind": "passport", "progress": "lacking", "submission": str(uuid4()), "note": "Sekretfjala", **on}
    for _time in range(2):
        assert client.post(url("paper_new", carried.pk), data).status_code == 302
    with house.as_("marta"):
        paper = Paper.objects.get()
    due = "SELECT next_due_at::date::text FROM cases_case WHERE next_due_at > '2030-01-01'"
    house.sql("UPDATE cases_case SET stage_due_at = NULL, manager_id = %s", [house.user("marta").pk])
    assert house.sql(due) == [("2030-02-03",)]
    assert b"Passport: Not asked for yet" in client.get(url("file", carried.pk)).content
    send(client, carried, samples.jpeg(), kind="identity_paper", paper=str(paper.pk))
    assert house.sql("SELECT progress, version FROM documents_paper") == [("received", 2)]
    assert house.sql(due) == []


def test_two_editors_of_a_paper_the_second_sees_both(house: Any, carried: Any) -> None:
    client = house.client("marta")
    client.post(url("paper_new", carried.pk), {"kind": "passport", "progress": "received", "note": "First."})
    with house.as_("marta"):
        paper = Paper.objects.get()
    page = url("paper", carried.pk, paper.pk)
    assert client.post(page, {"progress": "refused", "note": "From the desk.", "version": 1}).status_code == 302
    second = client.post(page, {"progress": "dropped", "note": "By telephone.", "version": 1})
    assert second.status_code == 409
    assert b"From the desk." in second.content
    assert b"By telephone." in second.content


def test_a_hundred_documents_are_taken_in_and_none_waits_for_the_worker(house: Any, carried: Any) -> None:
    client, photograph = house.client("marta"), samples.jpeg(1200, 900)
    began = time.monotonic()
    for _time in range(10):
        send(client, carried, *([photograph] * 10))
    taken = time.monotonic() - began
    assert house.sql("SELECT count(*), count(*) FILTER (WHERE state = 'waiting') FROM documents_making") == [(100, 100)]
    assert taken < 60
    assert Image.open(io.BytesIO(photograph)).size == (1200, 900)
