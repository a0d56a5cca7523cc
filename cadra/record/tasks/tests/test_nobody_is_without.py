"""While someone is away, leaves, is feared, or loses sight of a file, somebody else answers for her tasks — at every
moment, and the pages and the clock agree who."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Grant
from cadra.record.tasks import reminding
from cadra.record.tasks.tests.scene import Scene, away, back, leave, own_task, task, waiting_for
from tests import cast

EVERYBODY = tuple(cast.PEOPLE)
HOUSE = ("marta", "sara", "ina")
ANSWERERS = """
SELECT u.email FROM tasks_task t CROSS JOIN LATERAL
    authz.task_answerers(t.assignee_id, t.visible_to, t.refused_to, t.case_id) AS w JOIN network_user u ON u.id = w
WHERE t.id = %s
"""


def answerers(house: Any, row_id: Any) -> set[str]:
    return {email.split("@")[0] for (email,) in house.sql(ANSWERERS, [row_id])}


def test_while_she_is_away_whoever_covers_has_them_and_nobody_else(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    away(house, "marta", "sara")
    assert waiting_for(house, row.pk, ("sara", "rea", "ina", "zana")) == {"sara"}
    page = house.client("sara").get("/tasks/").content.decode()
    assert "Call the school" in page
    back(house, "marta")
    assert waiting_for(house, row.pk, EVERYBODY) == {"marta"}


def test_a_cover_who_may_not_see_the_file_does_not_get_them_who_leads_does(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    away(house, "marta", "ina")  # an administrator sees no file
    assert waiting_for(house, row.pk, EVERYBODY) == {"marta", "sara"}
    assert "Call the school" not in house.client("ina").get("/tasks/").content.decode()


def test_when_an_account_closes_who_leads_has_them_until_they_are_given_on(scene: Scene, house: Any) -> None:
    row, own = task(house, scene.person), own_task(house)
    leave(house, "marta")
    rest = [name for name in EVERYBODY if name != "marta"]
    assert waiting_for(house, row.pk, rest) == {"sara"}
    assert waiting_for(house, own.pk, rest) == {"sara"}
    away(house, "sara")
    assert waiting_for(house, row.pk, rest) == {"rea"}
    assert waiting_for(house, own.pk, rest) == {"ina"}


def test_whoever_takes_the_file_on_finds_what_the_former_house_left(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    with house.as_("rea") as rea:
        gone = Grant.objects.filter(case_id=scene.person.pk, grantee=house.user("marta").institution.principal)
        access.end(actor=rea, grants=list(gone), reason="other_holder")
    assert waiting_for(house, row.pk, EVERYBODY) == {"rea"}


def test_the_clock_tells_each_date_once_when_near_and_once_when_passed(scene: Scene, house: Any) -> None:
    task(house, scene.person)
    assert reminding.remind() == 0
    house.sql("UPDATE tasks_task SET due_at = now() + interval '1 hour'")
    assert reminding.remind() == 1
    assert reminding.remind() == 0
    away(house, "marta", "sara")
    house.sql("UPDATE tasks_task SET due_at = now() - interval '1 minute'")
    assert reminding.remind() == 1
    assert reminding.remind() == 0
    told = house.sql("SELECT kind, recipient, link FROM outbox_message ORDER BY created_at")
    assert told == [
        ("reminder", house.user("marta").pk, "/tasks/"),
        ("overdue", house.user("sara").pk, "/tasks/"),
    ]


def test_whoever_moves_to_another_house_leaves_her_tasks_where_the_file_is(scene: Scene, house: Any) -> None:
    row = task(house, scene.person)
    house.sql(
        "UPDATE network_user SET institution_id = %s WHERE id = %s",
        [house.user("zana").institution_id, house.user("marta").pk],
    )
    assert house.sql("SELECT lost FROM tasks_task") == [(True,)]
    assert waiting_for(house, row.pk, [name for name in EVERYBODY if name != "marta"]) == {"sara"}


STANDS = st.sampled_from(["there", "away", "gone", "feared"])
COVER = st.sampled_from([None, "marta", "sara", "ina", "rea", "zana"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marta=STANDS, sara=STANDS, rea=st.sampled_from(["there", "away"]), covers=st.tuples(COVER, COVER, COVER))
def test_at_every_moment_somebody_answers_and_pages_and_clock_agree_who(
    scene: Scene, house: Any, marta: str, sara: str, rea: str, covers: tuple[str | None, ...]
) -> None:
    if not house.sql("SELECT 1 FROM tasks_task"):
        task(house, scene.person)
    [(row_id,)] = house.sql("SELECT id FROM tasks_task")
    house.sql("UPDATE access_refusal SET ended_at = now() WHERE ended_at IS NULL")
    for name, how, cover in zip(("marta", "sara", "rea"), (marta, sara, rea), covers, strict=True):
        back(house, name)
        if how == "away":
            away(house, name, cover if cover != name else None)
        elif how == "gone":
            leave(house, name)
        elif how == "feared":
            with house.as_("rea") as officer:
                access.refuse(actor=officer, case_id=scene.person.pk, principal=house.user(name).principal)
    house.tokens.clear()
    expected = answerers(house, row_id)
    working = [name for name in EVERYBODY if (name, "gone") not in (("marta", marta), ("sara", sara))]
    there = [name for name in working if (name, "away") not in (("marta", marta), ("sara", sara), ("rea", rea))]
    found = waiting_for(house, row_id, there)
    assert found == expected
    if rea == "there":
        assert expected
