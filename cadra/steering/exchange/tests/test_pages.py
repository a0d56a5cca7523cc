"""The pages: choose, look, confirm, leave, come back; and the words for whatever is wrong."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cadra.foundation.vault.keeper import KeeperUnavailable
from cadra.foundation.vault.system import SystemKeeper
from cadra.steering.exchange import sealing, tasks
from cadra.steering.exchange.tests.sheets import HEADS, LABELS, drita, iom, named, run_jobs, saved, sheet
from cadra.steering.exchange.tests.test_workbook import STRANGERS
from cadra.steering.exchange.words import UNREADABLE

HOME = "/exchange/"


def upload(client: Any, content: bytes, **more: Any) -> Any:
    sent = SimpleUploadedFile("people.xlsx", content)
    return client.post(HOME, {"spreadsheet": sent, **more})


def checked(house: Any, client: Any, stream: io.BytesIO) -> str:
    """Upload and have it checked; the address of the run."""
    response = upload(client, stream.getvalue())
    assert response.status_code == 302
    run_jobs(house)
    return str(response["Location"])


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def rea(house: Any) -> Any:
    return house.client("rea")


def test_from_the_spreadsheet_to_the_files(house: Any, rea: Any) -> None:
    begun = upload(rea, iom(drita(), drita(prs_FirstName="Mira")).getvalue())
    address = begun["Location"]
    assert "is being checked" in text_of(rea.get(address))
    run_jobs(house)
    preview = text_of(rea.get(address))
    assert "Check before you import" in preview and "Canary" not in preview and "Drita" not in preview
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]
    assert rea.post(address + "confirm/", {"head": "names"}).status_code == 302
    assert "under way" in text_of(rea.get(address))
    run_jobs(house)
    assert "The import is done" in text_of(rea.get(address))
    references = [row[0] for row in house.sql("SELECT reference FROM people_person")]
    assert len(references) == 2 and all(reference in preview for reference in references)


def test_the_work_can_be_left_and_found_again(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    rea.post(address + "confirm/")
    assert f'href="{HOME}"' in text_of(rea.get("/desk/"))
    assert address in text_of(rea.get(HOME))
    run_jobs(house)
    assert address in text_of(rea.get(HOME))


def test_under_way_it_looks_again_with_and_without_a_script(house: Any, rea: Any) -> None:
    page = text_of(rea.get(upload(rea, named(drita()).getvalue())["Location"]))
    assert '<noscript><meta http-equiv="refresh"' in page and "exchange/progress.js" in page
    assert "You can leave this page" in page


def test_nothing_of_the_file_stays_after_the_import(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    assert house.sql("SELECT count(*) FROM exchange_part")[0][0] == 1
    assert house.sql("SELECT count(*) FROM exchange_part WHERE position('PK'::bytea in content) = 1") == [(0,)]
    rea.post(address + "confirm/")
    run_jobs(house)
    assert house.sql("SELECT count(*) FROM exchange_part") == [(0,)]
    assert house.sql("SELECT report IS NULL, size FROM exchange_run") == [(True, 0)]


def test_the_same_file_again_changes_nothing_and_says_so(house: Any, rea: Any) -> None:
    stream = named(drita(), drita(prs_FirstName="Mira"))
    rea.post(checked(house, rea, stream) + "confirm/")
    run_jobs(house)
    again = checked(house, rea, stream)
    page = text_of(rea.get(again))
    assert "Here already" in page and "Import now?" not in page
    assert house.sql("SELECT count(*) FROM people_person") == [(2,)]


def test_a_double_click_is_one_run_and_a_second_confirmation_does_nothing(house: Any, rea: Any) -> None:
    submission = "0b8f2a34-2f5e-4f1c-9a53-6d0e3d1b9a11"
    for _ in range(2):
        upload(rea, named(drita()).getvalue(), submission=submission)
    assert house.sql("SELECT count(*) FROM exchange_run") == [(1,)]
    run_jobs(house)
    address = reverse("exchange:run", args=house.sql("SELECT id FROM exchange_run")[0])
    for _ in range(2):
        rea.post(address + "confirm/")
    assert run_jobs(house) == 1
    rea.post(address + "confirm/")
    assert run_jobs(house) == 0
    assert house.sql("SELECT count(*) FROM people_person") == [(1,)]


def test_wrong_cells_are_named_by_row_and_column_in_the_readers_words(house: Any, rea: Any) -> None:
    rows = [
        drita(),
        drita(prs_FirstName="Mira", prs_Birthdate="1870-01-01"),
        drita(cas_IncomingReferralDate="2090-01-01"),
    ]
    page = text_of(rea.get(checked(house, rea, named(*rows))))
    assert "2 things to put right" in page
    assert "Row 3, column C (Birthdate)" in page and "The date is before 1900-01-01." in page
    assert "Row 4, column K (Incoming Referral Date)" in page and "The date is in the future." in page
    assert "Import now?" not in page


def test_a_file_with_one_wrong_cell_imports_nothing_even_when_asked_to(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita(), drita(prs_Birthdate="1870-01-01")))
    rea.post(address + "confirm/")
    assert run_jobs(house) == 0
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]


def test_what_is_not_understood_is_listed(house: Any, rea: Any) -> None:
    stream = named(drita(), drita(prs_FirstName="Mira", vic_MethodOfRecruitment="By a neighbour"))
    book = openpyxl.load_workbook(stream)
    book.active["Z1"], book.active["Z2"] = "Shoe size", 38
    page = text_of(rea.get(checked(house, rea, saved(book))))
    assert "Shoe size" in page and "By a neighbour" in page


def test_a_misspelt_header_is_named_with_what_was_perhaps_meant(house: Any, rea: Any) -> None:
    book = openpyxl.load_workbook(named(drita()))
    place = [cell.value for cell in book.active[1]].index("prs_SecondName") + 1
    book.active.cell(1, place).value = "prs_SecndName"
    page = text_of(rea.get(checked(house, rea, saved(book))))
    assert "Columns that are not part of the standard" in page and "prs_SecndName" in page
    assert "Perhaps meant" in page and "prs_SecondName" in page


def test_a_sheet_with_too_few_columns_of_the_standard_says_what_the_first_row_must_hold(house: Any, rea: Any) -> None:
    page = text_of(rea.get(checked(house, rea, sheet(["prs_FirstName", "Price"], ["Drita", 3]))))
    assert "No sheet has the columns" in page and "prs_FirstName" in page
    assert "Choose a spreadsheet again" in page and "Import now?" not in page


def test_a_sheet_with_heads_and_nobody_below_imports_nothing(house: Any, rea: Any) -> None:
    page = text_of(rea.get(checked(house, rea, sheet(HEADS, LABELS))))
    assert "There is nothing new in this spreadsheet" in page and "Import now?" not in page


def test_a_status_nobody_knows_is_to_be_put_right_and_not_kept_as_words(house: Any, rea: Any) -> None:
    page = text_of(rea.get(checked(house, rea, named(drita(vic_TraffickingStatus="Perhaps")))))
    assert "1 thing to put right" in page and "Values the standard does not know" not in page


def test_problems_are_told_in_the_readers_language(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita(prs_Birthdate="1870-01-01")))
    rea.cookies["cadra-language"] = "sq"
    page = text_of(rea.get(address))
    assert "The date is before" not in page and "1900-01-01" in page and 'lang="sq"' in page


def test_after_the_import_the_way_goes_on_to_the_institutions(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    rea.post(address + "confirm/")
    run_jobs(house)
    assert reverse("identification:unheld") in text_of(rea.get(address))


def test_a_large_export_is_sent_piece_by_piece(house: Any, rea: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sealing, "PIECE", 1000)
    rea.post(checked(house, rea, named(drita(), drita(prs_FirstName="Mira"))) + "confirm/")
    run_jobs(house)
    address = asked(rea)
    rea.post(address + "confirm/", {"count": 2})
    run_jobs(house)
    response = rea.get(address + "file/")
    parts = list(response)
    assert len(parts) > 2 and max(map(len, parts)) <= 1000
    assert sum(map(len, parts)) == int(response["Content-Length"])
    assert openpyxl.load_workbook(io.BytesIO(b"".join(parts))).active["D3"].value in ("Drita", "Mira")


def test_columns_that_disagree_are_asked_about_and_the_answer_counts(house: Any, rea: Any) -> None:
    address = checked(house, rea, iom(drita(prs_MailingCity="Oak street 7")))
    assert "Which is right for these columns?" in text_of(rea.get(address))
    assert "Which is right for these columns?" in text_of(rea.post(address + "confirm/"))
    rea.post(address + "confirm/", {"head": "labels"})
    run_jobs(house)
    out = taken(house, rea)
    names = [cell.value for cell in out[1]]
    assert out[3][names.index("prs_MailingStreet")].value == "Oak street 7"


@pytest.mark.parametrize("code", STRANGERS)
def test_a_file_of_another_kind_is_refused_in_a_sentence(house: Any, rea: Any, code: str) -> None:
    response = upload(rea, STRANGERS[code]().getvalue())
    assert response.status_code == 200
    assert str(UNREADABLE[code]) in text_of(response).replace("&#x27;", "'")
    assert house.sql("SELECT count(*) FROM exchange_run") == [(0,)]


def test_a_workbook_about_something_else_is_refused_after_the_check(house: Any, rea: Any) -> None:
    page = text_of(rea.get(checked(house, rea, sheet(["Tea", "Price"], ["Green", 3]))))
    assert "No sheet has the columns" in page


def test_an_upload_beyond_the_limit_is_refused_with_a_page(house: Any, rea: Any) -> None:
    response = upload(rea, b"PK" + bytes(26 * 1024 * 1024))
    assert response.status_code == 413
    assert house.sql("SELECT count(*) FROM exchange_run") == [(0,)]


def test_no_file_chosen_is_said(rea: Any) -> None:
    assert "govuk-error-summary" in text_of(rea.post(HOME, {}))


def test_thrown_away_is_gone_with_its_key(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    rea.post(address + "discard/")
    assert house.sql("SELECT count(*) FROM exchange_part") == [(0,)]
    rea.post(address + "confirm/")
    assert run_jobs(house) == 0


def test_what_is_left_for_a_day_is_swept_and_opens_no_more(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    house.sql("UPDATE exchange_run SET started_at = now() - interval '2 days'")
    house.sql("UPDATE exchange_part SET kept_at = now() - interval '2 days'")
    assert tasks.sweep() == 1
    assert house.sql("SELECT count(*) FROM exchange_part") == [(0,)]
    assert "thrown away" in text_of(rea.get(address))
    assert tasks.sweep() == 0


def test_while_the_keeper_is_away_nothing_is_swept_and_later_keys_go_before_rows(
    house: Any, rea: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(house, rea, named(drita()))
    house.sql("UPDATE exchange_run SET started_at = now() - interval '2 days'")
    house.sql("UPDATE exchange_part SET kept_at = now() - interval '2 days'")
    kept = house.sql("SELECT state, size FROM exchange_run"), house.sql("SELECT count(*) FROM exchange_part")

    def away(*_: Any, **__: Any) -> None:
        raise KeeperUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(SystemKeeper, "destroy_cases", away)
        assert tasks.sweep() == 0
    assert (house.sql("SELECT state, size FROM exchange_run"), house.sql("SELECT count(*) FROM exchange_part")) == kept
    found: list[Any] = []
    real = SystemKeeper.destroy_cases

    def watching(self: Any, token: str, cases: Any) -> int:
        found.append(house.sql("SELECT count(*) FROM exchange_part"))  # as everybody else sees it at this moment
        return real(self, token, cases)

    monkeypatch.setattr(SystemKeeper, "destroy_cases", watching)
    assert tasks.sweep() == 1
    assert found == [[(1,)]]
    assert house.sql("SELECT count(*) FROM exchange_part") == [(0,)]


def test_a_run_that_is_over_is_named_to_the_keeper_until_its_key_is_gone_and_then_no_more(
    house: Any, rea: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rea.post(checked(house, rea, named(drita())) + "discard/")
    house.sql("UPDATE exchange_run SET started_at = now() - interval '9 days', finished_at = now() - interval '8 days'")
    [(run,)] = house.sql("SELECT id FROM exchange_run")
    destroyed: list[Any] = []
    monkeypatch.setattr(SystemKeeper, "destroy_cases", lambda _self, _token, cases: destroyed.extend(cases))
    tasks.sweep()
    tasks.sweep()
    assert destroyed == [run]


def test_an_import_ends_when_the_officer_locks_her_account(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    rea.post(address + "confirm/")
    house.client("rea").post(reverse("access:lock"))
    run_jobs(house)
    assert house.sql("SELECT count(*) FROM people_person") == [(0,)]


def test_the_queue_holds_no_token_in_clear(house: Any, rea: Any) -> None:
    upload(rea, named(drita()).getvalue())
    hashes = {bytes(row[0]) for row in house.sql("SELECT token_hash FROM access_session")}
    from cadra.foundation.access.sessions import token_hash  # noqa: PLC0415

    for (given,) in house.sql("SELECT args::text FROM procrastinate_jobs WHERE task_name LIKE 'exchange.%%'"):
        assert not any(token_hash(word) in hashes for word in given.replace('"', " ").split())


def asked(rea: Any) -> str:
    response = rea.post(reverse("exchange:export"), {"purpose": "transfer", "knows": "on"})
    assert response.status_code == 302, text_of(response)
    return str(response["Location"])


def taken(house: Any, rea: Any) -> Any:
    address = asked(rea)
    count = house.sql("SELECT rows FROM exchange_run WHERE kind = 'export' ORDER BY started_at DESC LIMIT 1")[0][0]
    assert rea.post(address + "confirm/", {"count": count}).status_code == 302
    run_jobs(house)
    response = rea.get(address + "file/")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    return openpyxl.load_workbook(io.BytesIO(response.getvalue())).active


def test_an_export_is_confirmed_twice_and_then_taken(house: Any, rea: Any) -> None:
    rea.post(checked(house, rea, named(drita())) + "confirm/")
    run_jobs(house)
    assert "govuk-error-summary" in text_of(rea.post(reverse("exchange:export"), {"purpose": "transfer"}))
    address = asked(rea)
    assert "govuk-error-summary" in text_of(rea.post(address + "confirm/", {"count": 7}))
    assert run_jobs(house) == 0
    assert rea.get(address + "file/").status_code == 404
    page = taken(house, rea)
    assert page[3][3].value == "Drita"
    verbs = {row[0] for row in house.sql("SELECT verb FROM ledger_entry")}
    assert {"export_asked", "export_confirmed", "exported", "export_done", "export_taken"} <= verbs


def test_an_export_lies_sealed_and_is_gone_when_thrown_away(house: Any, rea: Any) -> None:
    taken(house, rea)
    address = reverse("exchange:run", args=house.sql("SELECT id FROM exchange_run")[0])
    assert house.sql("SELECT count(*) FROM exchange_part WHERE position('PK'::bytea in content) = 1") == [(0,)]
    rea.post(address + "discard/")
    assert rea.get(address + "file/").status_code == 404
    assert house.sql("SELECT count(*) FROM exchange_part") == [(0,)]


@pytest.mark.parametrize("name", ["ada", "marta", "petrit", "kleo", "zana", "mona", "sys", "dita", "ina"])
def test_strangers_find_no_page_of_it(house: Any, rea: Any, name: str) -> None:
    address = checked(house, rea, named(drita()))
    stranger = house.client(name)
    for path in (HOME, reverse("exchange:export"), address, address + "file/"):
        assert stranger.get(path).status_code == 404, path
    for path in (HOME, reverse("exchange:export"), address + "confirm/", address + "discard/"):
        assert stranger.post(path).status_code == 404, path


def test_another_officer_does_not_see_this_ones_runs(house: Any, rea: Any) -> None:
    address = checked(house, rea, named(drita()))
    with house.as_("dita"):
        from cadra.steering.exchange.models import Part, Run  # noqa: PLC0415

        assert not Run.objects.exists() and not Part.objects.exists()
    assert house.client().get(address).status_code == 302


def test_a_page_asks_few_questions_of_the_database(house: Any, rea: Any, django_assert_max_num_queries: Any) -> None:
    address = checked(house, rea, named(*[drita(prs_FirstName=f"Drita {n}") for n in range(30)]))
    rea.get(address)
    for path in (HOME, address):
        with django_assert_max_num_queries(14):
            assert rea.get(path).status_code == 200
