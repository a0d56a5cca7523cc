"""Money is never rounded, never counted twice, and never below nothing without a second person's word."""

import contextlib
import csv
import io
import threading
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.people.models import Person
from cadra.stages.support import actions as support
from cadra.stages.support.tests.scene import Scene, make_file
from cadra.steering.budget import actions, money
from cadra.steering.budget.actions import BudgetError, Cost, NotEnough
from cadra.steering.budget.models import Line, State, Way
from tests.house import fixture_of

scene = fixture_of(make_file)

#: Hundredths up to which nobody else is asked.
LIMIT = 20_000_00


def open_line(house: Any, amount: int = 1_000_00) -> Line:
    day = today()
    with house.as_("sara") as sara:
        return actions.open_line(
            actor=sara,
            programme="=Reintegration",
            funder="Lake Fund",
            amount=amount,
            starts=day.replace(month=1, day=1),
            ends=day.replace(month=12, day=31),
            submission=uuid4(),
        )


def given_thing(house: Any, person: Person) -> Any:
    with house.as_("marta") as marta:
        return support.deliver_own(actor=marta, person=person, service="basic_needs")


def spend(house: Any, scene: Scene, line: Line, amount: int, thing: Any, who: str = "marta", **more: Any) -> Any:
    with house.as_(who) as actor:
        cost = Cost(line=line.pk, amount=amount, **more)
        return actions.spend(actor=actor, person=scene.person, cost=cost, delivery=thing)


def stands(house: Any) -> list[tuple[int, int, int]]:
    """(amount, spent, sum of the entries that count) of each line."""
    return house.sql(
        "SELECT l.amount, l.spent, coalesce(sum(e.amount) FILTER (WHERE e.state = 'approved'), 0)::bigint"
        " FROM budget_line l LEFT JOIN budget_entry e ON e.line_id = l.id GROUP BY l.id"
    )


@given(st.integers(0, 10**14))
def test_what_is_typed_is_what_is_kept(amount: int) -> None:
    whole, rest = divmod(amount, 100)
    assert money.plain(amount) == f"{Decimal(amount) / 100:.2f}"
    if whole < 10**12:
        assert money.read(money.plain(amount)) == amount
        for group in (" ", ",", ".", "\u202f", "'"):
            assert money.read(f"{whole:,}".replace(",", group) + f",{rest:02}") == amount


@pytest.mark.parametrize("typed", ["", "-1", "1.234567", "0.001", "1e3", "ten", "1,2,3", "٣", "1 00"])
def test_what_is_no_sum_is_not_guessed(typed: str) -> None:
    assert money.read(typed) is None


steps = st.lists(
    st.tuples(st.sampled_from(["spend", "approve", "override", "refuse", "back"]), st.integers(1, 60_000)), max_size=9
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(30_000, 90_000))
def test_a_line_is_the_sum_of_its_entries_whatever_happens(house: Any, scene: Scene, done: Any, amount: int) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, amount)
    made: list[Any] = []
    for verb, sum_ in done:
        if verb == "spend":
            made.append(spend(house, scene, line, sum_, thing))
            continue
        if not made:
            continue
        entry = made[sum_ % len(made)]
        with house.as_("sara") as sara:
            verbs: dict[str, Any] = {
                "approve": lambda sara=sara, entry=entry: actions.approve(actor=sara, entry=entry),
                "override": lambda sara=sara, entry=entry: actions.approve(
                    actor=sara, entry=entry, reason=pack().override_reasons.codes[0]
                ),
                "refuse": lambda sara=sara, entry=entry: actions.refuse(actor=sara, entry=entry),
                "back": lambda sara=sara, entry=entry: actions.take_back(actor=sara, entry=entry),
            }
            with contextlib.suppress(BudgetError):
                verbs[verb]()
    for amount_, spent, total in stands(house):
        assert spent == total
        below = house.sql(
            "SELECT count(*) FROM budget_entry WHERE state IN ('approved', 'taken_back') AND reason <> ''"
        )
        assert spent <= amount_ or below[0][0] > 0
    house.sql("DELETE FROM budget_assistance")
    house.sql("DELETE FROM budget_entry")
    house.sql("DELETE FROM budget_line")


def test_two_who_spend_the_last_money_at_once_do_not_both_get_it(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 100_00)
    actors = [house.actor("marta") for _ in range(2)]
    start, states, wrong = threading.Barrier(2), [], []

    def go(actor: Any) -> None:
        try:
            with house.as_("marta"):
                start.wait(10)
                cost = Cost(line=line.pk, amount=60_00)
                states.append(actions.spend(actor=actor, person=scene.person, cost=cost, delivery=thing).state)
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert sorted(states) == [State.APPROVED, State.PROPOSED]
    assert stands(house) == [(100_00, 60_00, 60_00)]


def test_below_nothing_only_with_a_second_person_and_a_reason(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 100_00)
    entry = spend(house, scene, line, 150_00, thing)
    assert entry.state == State.PROPOSED
    with house.as_("marta") as marta, pytest.raises(Http404):
        actions.approve(actor=marta, entry=entry, reason="promised")
    with house.as_("sara") as sara:
        with pytest.raises(NotEnough):
            actions.approve(actor=sara, entry=entry)
        actions.approve(actor=sara, entry=entry, reason="promised")
    assert stands(house) == [(100_00, 150_00, 150_00)]
    assert house.sql("SELECT count(*) FROM ledger_entry WHERE verb = 'approved_overdraft'") == [(1,)]


def test_above_the_limit_somebody_else_approves_and_never_oneself(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 10 * LIMIT)
    assert pack().money.approval_above * 100 == LIMIT
    assert spend(house, scene, line, LIMIT, thing).state == State.APPROVED
    entry = spend(house, scene, line, LIMIT + 1, thing)
    assert entry.state == State.PROPOSED
    house.sql("UPDATE network_roleholding SET role = 'supervisor' WHERE user_id = %s", [house.user("marta").pk])
    house.tokens.clear()
    with house.as_("marta") as marta, pytest.raises(BudgetError, match="Somebody else"):
        actions.approve(actor=marta, entry=entry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budget_line SET spent = 0",
        "UPDATE budget_entry SET amount = 1 WHERE state = 'proposed'",
        "UPDATE budget_entry SET state = 'approved', decided_by = recorded_by WHERE state = 'proposed'",
        "DELETE FROM budget_entry",
    ],
)
def test_postgresql_itself_refuses_to_move_money(house: Any, scene: Scene, statement: str) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 100_00)
    spend(house, scene, line, 30_00, thing)
    spend(house, scene, line, 150_00, thing)
    with house.as_("marta"), pytest.raises(DatabaseError), transaction.atomic():
        connections["default"].cursor().execute(statement)
    assert stands(house) == [(100_00, 30_00, 30_00)]


def test_what_is_given_in_kind_is_spent_of_its_line(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house)
    entry = spend(house, scene, line, 50_00, thing, way=Way.KIND)
    assert (entry.way, entry.giver, entry.witness) == ("kind", None, None)
    assert stands(house) == [(1_000_00, 50_00, 50_00)]


def test_no_cash_without_two_colleagues(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house)
    marta, sara, kleo = (house.user(name).pk for name in ("marta", "sara", "kleo"))
    for giver, witness in ((marta, None), (marta, marta), (marta, kleo)):
        with pytest.raises(BudgetError, match="two different colleagues"):
            spend(house, scene, line, 50_00, thing, way=Way.CASH, giver=giver, witness=witness)
    assert stands(house) == [(1_000_00, 0, 0)]
    assert spend(house, scene, line, 50_00, thing, way=Way.CASH, giver=marta, witness=sara).state == State.APPROVED
    with pytest.raises(IntegrityError):
        house.sql("UPDATE budget_entry SET witness = giver")


def test_another_institution_sees_no_money_and_a_provider_no_cost(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house)
    entry = spend(house, scene, line, 50_00, thing)
    for name in ("zana", "kleo", "ina", "mona"):
        client = house.client(name)
        for address in (f"/budget/lines/{line.pk}/", f"/budget/entries/{entry.pk}/", scene.url("help") + "costs/"):
            assert client.get(address).status_code == 404, (name, address)
    assert "50.00" not in house.client("zana").get("/budget/").content.decode()
    assert "50.00" in house.client("marta").get(scene.url("help") + "costs/").content.decode()


def test_the_pages_write_a_cost_and_ask_the_supervisor(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 100_00)
    day = today()
    typed = {
        "thing": f"delivery:{thing.pk}",
        "line": str(line.pk),
        "amount": "150,50",
        "on_day": str(day.day),
        "on_month": str(day.month),
        "on_year": str(day.year),
        "way": "transfer",
        "submission": str(uuid4()),
    }
    client, address = house.client("marta"), scene.url("help") + "costs/new/"
    assert "two people" in client.post(address, {**typed, "way": "cash"}).content.decode()
    assert "at most two digits" in client.post(address, {**typed, "amount": "0.001"}).content.decode()
    for _sent in range(2):
        assert client.post(address, typed).status_code == 302
    [(entry, amount)] = house.sql("SELECT id, amount FROM budget_entry")
    assert amount == 150_50
    boss, page = house.client("sara"), f"/budget/entries/{entry}/"
    assert "Waits for approval" in boss.get(page).content.decode()
    assert "below nothing" in boss.post(page, {"answer": "approve"}).content.decode()
    assert boss.post(page, {"answer": "approve", "reason": "promised"}).status_code == 302
    assert "−50.50 ALL" in boss.get("/budget/").content.decode()


def test_accounting_gets_every_entry_and_nobody(house: Any, scene: Scene) -> None:
    thing, line = given_thing(house, scene.person), open_line(house, 100_00)
    entry = spend(house, scene, line, 12_34, thing, words="for Drita")
    client = house.client("marta")
    answer = client.get(f"/budget/{today().year}/entries.csv")
    text = answer.content.decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert (row["Amount"], row["Programme"], row["Reference"]) == ("12.34", "'=Reintegration", entry.reference)
    assert not any(word in text for word in ("Drita", scene.person.reference, str(scene.person.pk)))
    sheet = load_workbook(io.BytesIO(client.get(f"/budget/{today().year}/entries.xlsx").content)).active
    [cells] = sheet.iter_rows(min_row=2, values_only=True)
    assert [str(cell or "") for cell in cells] == list(row.values())


def test_a_need_without_money_counts_in_the_figures(house: Any, scene: Scene) -> None:
    client = house.client("marta")
    typed = {"service": "medical", "submission": str(uuid4())}
    for _sent in range(2):
        assert client.post(scene.url("help") + "no-funds/", typed).status_code == 302
    assert pack().services.label("medical", "en") in client.get(scene.url("help") + "costs/").content.decode()
    counted = house.sql("SELECT decision, reasons FROM support_offerdecision", alias="stats")
    assert counted == [("not_offered", [pack().money.no_funds])]
    assert pack().decline_reasons[pack().money.no_funds].family == "system"
