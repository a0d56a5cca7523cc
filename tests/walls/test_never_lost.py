"""One referral cannot be lost: whatever happens, in any order, somebody answers for it, and its next date is her work.

More sequences than in CI: CADRA_EXAMPLES=200 CADRA_STEPS=25.
"""

import datetime as dt
import os
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import Http404
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from cadra.foundation.access import actions as access
from cadra.foundation.access import closing
from cadra.foundation.kernel.clock import now, today
from cadra.foundation.network.models import Desk, DeskMember
from cadra.record.consent.models import Consent
from cadra.stages.support import actions
from cadra.stages.support.models import OPEN, Delivery, Extract, ServiceReferral
from cadra.stages.support.queries import waiting
from cadra.stages.support.tests.scene import Scene, make_file
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.actions import handing
from cadra.steering.mechanism.actions.handing import Briefing
from cadra.steering.mechanism.escalation import escalate
from cadra.steering.mechanism.queries.opened import opened
from tests import cast
from tests.mine import work
from tests.walls.machines import walk

EXAMPLES = int(os.environ.get("CADRA_EXAMPLES", "6"))
STEPS = int(os.environ.get("CADRA_STEPS", "12"))
#: Who may be away, gone or back: those who carry, those at the clinic's desk, those at the other shelter's desk.
MOVING = ("marta", "mira", "sara", "kleo", "koli", "zana")
FILE_SIDE = ("marta", "mira", "sara", "rea")
DESKS = {"clinic": ("kleo", "koli"), "river": ("zana",)}
GONE = ("withdrawn", "closed_by_consent")


@dataclass
class Sent:
    """A referral as the test knows it."""

    id: Any
    desk: str
    parts: frozenset[str]
    consent: Any
    given: int = 0


def settle_in(house: Any) -> None:
    """A second case manager at the shelter; at the clinic a second desk, which may cover the first."""
    for name, beside in (("mira", "marta"), ("koli", "kleo")):
        cast.join(house, name, beside=beside)
    ward = Desk(institution=house.user("kleo").institution, name="Ward")
    ward.save(using="owner", force_insert=True)
    DeskMember.objects.using("owner").create(user_id=house.user("koli").pk, desk_id=ward.pk)


def machine_of(house: Any) -> type[RuleBasedStateMachine]:
    clinic = house.sql(
        "SELECT d.principal, d.id FROM network_desk d JOIN network_institution i ON i.id = d.institution_id"
        " WHERE i.name IN ('Clinic of the Lake', 'House of the River') AND d.name <> 'Ward' ORDER BY i.name"
    )
    principals = dict(zip(DESKS, clinic, strict=True))
    some = st.integers(0, 99)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            house.tokens.clear()
            house.sql("UPDATE network_user SET is_active = true, absent_from = NULL, absent_until = NULL")
            house.sql("UPDATE network_user SET covered_by_id = NULL")
            house.sql("UPDATE network_desk SET cover_id = NULL, cover_from = NULL, cover_until = NULL, is_open = true")
            house.sql("UPDATE network_institution SET is_active = true")
            self.scene: Scene = make_file(house)
            self.sent: list[Sent] = []
            self.away: set[str] = set()
            self.feared: set[str] = set()
            self.covered = False

        # The file's side ---------------------------------------------------------------------------

        def there(self, name: str) -> bool:
            return name not in self.away and name not in self.feared

        def carrier(self) -> str | None:
            """Somebody at the shelter who is there and may write."""
            return next((name for name in ("marta", "mira", "sara") if self.there(name)), None)

        def send(self, desk: str, urgent: bool, follows: Sent | None = None) -> None:
            name = self.carrier()
            if name is None:
                return
            parts = {"clinic": ["contact", "health"], "river": ["contact"]}[desk]
            with house.as_(name) as actor:
                open_desk = Desk.objects.select_related("institution").get(pk=principals[desk][1])
                if not open_desk.is_open or not open_desk.institution.is_active:
                    return
                try:
                    row = actions.refer(
                        actor=actor,
                        person=self.scene.person,
                        desk=open_desk,
                        service="medical" if desk == "clinic" else "residential_shelter",
                        capacity="health" if desk == "clinic" else "shelter",
                        urgency="urgent" if urgent else "ordinary",
                        agreement=self.scene.agreement(asked_for=parts, parts=parts, answer="given"),
                        follows=ServiceReferral.objects.get(pk=follows.id) if follows else None,
                    )
                except actions.RefusedByHer:
                    return
            self.sent.append(Sent(row.pk, desk, frozenset(row.parts), row.consent_id))

        @initialize(desk=st.sampled_from(sorted(DESKS)), urgent=st.booleans())
        def the_first(self, desk: str, urgent: bool) -> None:
            self.send(desk, urgent)

        @rule(desk=st.sampled_from(sorted(DESKS)), urgent=st.booleans())
        def refer(self, desk: str, urgent: bool) -> None:
            self.send(desk, urgent)

        @precondition(lambda self: self.sent)
        @rule(which=some)
        def ask_the_next(self, which: int) -> None:
            before = self.sent[which % len(self.sent)]
            self.send("river" if before.desk == "clinic" else "clinic", True, before)

        @precondition(lambda self: self.sent)
        @rule(which=some)
        def withdraw(self, which: int) -> None:
            one, name = self.sent[which % len(self.sent)], self.carrier()
            if name is None:
                return
            with house.as_(name) as actor:
                consent = Consent.objects.get(pk=one.consent)
                if consent.withdrawn_at is None:
                    mechanism.withdraw_consent(actor=actor, person=self.scene.person, consent=consent)

        @precondition(lambda self: self.sent)
        @rule(which=some)
        def run_out(self, which: int) -> None:
            """Her consent's day comes; whoever acts next meets it, and the worker tells the keeper."""
            one = self.sent[which % len(self.sent)]
            house.sql("ALTER TABLE access_grant DISABLE TRIGGER USER")
            house.sql(
                "UPDATE access_grant g SET starts_at = now() - interval '900 days', until = now() - interval '1 second'"
                " FROM support_servicereferral r WHERE r.id = %s AND g.id = r.grant_id AND g.ended_at IS NULL",
                [one.id],
            )
            house.sql("ALTER TABLE access_grant ENABLE TRIGGER USER")

        @rule(to=st.sampled_from(["marta", "mira"]))
        def hand_over(self, to: str) -> None:
            """Written and sent by somebody who may, and taken over with a yes."""
            name = next((name for name in ("marta", "sara") if self.there(name)), None)
            if name in (None, to) or not self.there(to):
                return
            person = self.scene.person
            with house.as_(name) as actor:
                file = opened(actor, person.pk)[0]
                briefing = Briefing(house.user(to).pk, words="Small steps", wants="", against="")
                try:
                    handing.write(actor=actor, file=file, briefing=briefing, version=0)
                    row = handing.send(actor=actor, file=file, ahead=[])
                except (handing.CannotHave, Http404):
                    return  # she carries it already, or whoever writes may not
            with house.as_(to) as actor:
                handing.accept(actor=actor, person=person, handover=row)

        # The provider's side ------------------------------------------------------------------------

        def answering(self, desk: str) -> tuple[str, ...]:
            """Who answers at a desk today."""
            return tuple(name for name in DESKS[desk] if name != "koli" or self.covered)

        def act(self, which: int, do: Any) -> None:
            """Somebody of the desk does something to one of its requests, if she may."""
            one = self.sent[which % len(self.sent)]
            name = next((name for name in self.answering(one.desk) if self.there(name)), None)
            if name is None:
                return
            with house.as_(name) as actor:
                row = ServiceReferral.objects.filter(pk=one.id, state__in=OPEN).first()
                if row is None:
                    return
                try:
                    do(actor, row, one)
                except actions.NotNow:
                    return

        @precondition(lambda self: self.sent)
        @rule(which=some, state=st.sampled_from(["accepted", "waiting_list", "refused"]), days=st.integers(1, 60))
        def answer(self, which: int, state: str, days: int) -> None:
            on = today() + dt.timedelta(days=days)
            reason = "no_place" if state == "refused" else ""
            self.act(
                which,
                lambda actor, row, one: actions.answer(
                    actor=actor, referral=row, state=state, reason=reason, next_on=None if reason else on, place=days
                ),
            )

        @precondition(lambda self: self.sent)
        @rule(which=some, at_distance=st.booleans())
        def give(self, which: int, at_distance: bool) -> None:
            def deliver(actor: Any, row: Any, one: Sent) -> None:
                actions.deliver(actor=actor, referral=row, at_distance=at_distance)
                one.given += 1

            self.act(which, deliver)

        @precondition(lambda self: self.sent)
        @rule(which=some)
        def end(self, which: int) -> None:
            self.act(which, lambda actor, row, one: actions.end(actor=actor, referral=row, outcome="done"))

        # Time and people ----------------------------------------------------------------------------

        @rule(hours=st.sampled_from([1, 5, 30, 100, 1000]))
        def time_passes(self, hours: int) -> None:
            """Nobody does anything; then the clock looks."""
            moved = ("sent_at", "answer_due_at", "next_due_at", "remind_at", "reminded_at", "escalated_at", "alarm_at")
            house.sql("ALTER TABLE support_servicereferral DISABLE TRIGGER USER")
            house.sql(
                "UPDATE support_servicereferral SET "
                + ", ".join(f"{name} = {name} - interval '{hours} hours'" for name in (*moved, "alarmed_at"))
            )
            house.sql("ALTER TABLE support_servicereferral ENABLE TRIGGER USER")
            escalate()
            late = house.sql(
                "SELECT count(*) FROM support_servicereferral WHERE next_due_at < now()"
                " AND (escalated_at IS NULL OR escalated_at < next_due_at)"
            )
            assert late == [(0,)], "a date passed and nobody was told"

        @rule(name=st.sampled_from(MOVING), cover=st.sampled_from((None, *MOVING)), leaves=st.booleans())
        def goes(self, name: str, cover: str | None, leaves: bool) -> None:
            """Away for days, with or without somebody to cover; or her account is closed."""
            same_house = cover and house.user(cover).institution_id == house.user(name).institution_id
            by = house.user(cover).pk if cover and cover != name and same_house else None
            house.sql(
                "UPDATE network_user SET is_active = %s, absent_from = %s, absent_until = %s, covered_by_id = %s"
                " WHERE id = %s",
                [not leaves, today() - dt.timedelta(days=1), today() + dt.timedelta(days=9), by, house.user(name).pk],
            )
            self.away.add(name)
            house.tokens.pop(name, None)

        @rule(who=st.sampled_from([("kleo", "koli"), ("zana",), ("marta", "mira"), ("marta", "mira", "sara")]))
        def all_of_them_are_away(self, who: tuple[str, ...]) -> None:
            """A desk empties, or those who carry, or all who are there."""
            for name in who:
                self.goes(name, None, False)

        @precondition(lambda self: self.away)
        @rule(which=some)
        def comes_back(self, which: int) -> None:
            name = sorted(self.away)[which % len(self.away)]
            house.sql(
                "UPDATE network_user SET is_active = true, absent_from = NULL, absent_until = NULL,"
                " covered_by_id = NULL WHERE id = %s",
                [house.user(name).pk],
            )
            self.away.discard(name)

        @rule(covered=st.booleans())
        def the_ward_covers_the_clinics_desk(self, covered: bool) -> None:
            """For some days; the cover begins or ends."""
            house.sql(
                "UPDATE network_desk SET cover_id = (SELECT id FROM network_desk WHERE name = 'Ward'),"
                " cover_from = %s, cover_until = %s WHERE id = %s",
                [
                    today() - dt.timedelta(days=8),
                    today() + dt.timedelta(days=8 if covered else -1),
                    principals["clinic"][1],
                ],
            )
            self.covered = covered
            house.tokens.pop("koli", None)

        @rule(desk=st.sampled_from(sorted(DESKS)), opens=st.booleans())
        def closes(self, desk: str, opens: bool) -> None:
            """The provider closes its desk, or its doors."""
            house.sql("UPDATE network_desk SET is_open = %s WHERE id = %s", [opens, principals[desk][1]])
            house.sql(
                "UPDATE network_institution SET is_active = %s WHERE id ="
                " (SELECT institution_id FROM network_desk WHERE id = %s)",
                [opens, principals[desk][1]],
            )

        @rule(name=st.sampled_from(MOVING))
        def she_fears(self, name: str) -> None:
            """Any of them, also whoever carries her file."""
            if name in self.feared:
                return
            with house.as_("rea") as rea:
                access.refuse(actor=rea, case_id=self.scene.person.pk, principal=house.user(name).principal)
            self.feared.add(name)

        # What must hold -----------------------------------------------------------------------------

        @invariant()
        def somebody_answers_for_each_open_one_and_its_date_is_her_work(self) -> None:
            with house.as_("rea"):
                pass  # whoever comes next meets what ran out
            rows = house.sql(
                "SELECT id, next_due_at, desk FROM support_servicereferral WHERE case_id = %s AND state = ANY (%s)",
                [self.scene.person.pk, [str(state) for state in OPEN]],
            )
            found = (
                {name: self.work_of(name) for name in (*FILE_SIDE, *MOVING) if name not in self.away} if rows else {}
            )
            fallen = bool(rows) and any(self.falls_to(name) for name in FILE_SIDE if name not in self.away)
            for pk, due, _desk in rows:
                items = {name: items[str(pk)] for name, items in found.items() if str(pk) in items}
                assert due is not None
                assert fallen or any(item.mine for item in items.values()), f"nobody answers for {pk}: {items}"
                file_side = [item for name, item in items.items() if name in FILE_SIDE]
                assert fallen or file_side, "the sender's side has lost sight of it"
                told = fallen or any(item.mine for item in file_side)
                assert due > now() or told, "silence is nobody's work at the sender's"
                assert {item.due_at for item in items.values()} <= {due}

        def falls_to(self, name: str) -> bool:
            """The whole file waits for her: whoever carries it is not there, or feared."""
            with house.as_(name), connection.cursor() as cursor:
                cursor.execute("SELECT authz.files_falling_to_me(50)")
                return (self.scene.person.pk,) in cursor.fetchall()

        def work_of(self, name: str) -> dict[str, Any]:
            """Referral → what stands about it in her My work."""
            with house.as_(name) as actor:
                kinds = ("request", "service_referral")
                return {item.url.strip("/").split("/")[-1]: item for item in work(waiting, actor) if item.kind in kinds}

        @invariant()
        def what_was_given_stays_counted_and_what_ended_is_shut(self) -> None:
            if not self.sent:
                return
            counted = house.sql(
                "SELECT count(*) FROM support_delivery WHERE case_id = %s", [self.scene.person.pk], alias="stats"
            )
            assert counted == [(sum(one.given for one in self.sent),)]
            states = dict(house.sql("SELECT id, state FROM support_servicereferral"))
            closing.finish()  # the worker's own round; a withdrawal needs none
            for desk in DESKS:
                here = [one for one in self.sent if one.desk == desk]
                living = {one.id for one in here if states[one.id] not in GONE and self.grant_lives(one.id)}
                name = next((name for name in DESKS[desk] if self.there(name) and name != "koli"), None)
                if name is None:
                    continue
                with house.as_(name) as actor:
                    mine = [one.id for one in here]
                    assert set(ServiceReferral.objects.filter(pk__in=mine).values_list("pk", flat=True)) == living
                    assert (
                        set(Extract.objects.filter(referral__in=mine).values_list("referral_id", flat=True)) == living
                    )
                    assert (
                        set(Delivery.objects.filter(referral__in=mine).values_list("referral_id", flat=True)) <= living
                    )
                    parts = [(self.scene.person.pk, part) for part in ("core", "contact", "health")]
                    keys = actor.ring.keeper.open_keys(actor.ring.token, parts)
                    wanted = {part for one in here if one.id in living for part in one.parts}
                    assert {part for _case, part in keys} == wanted

        def grant_lives(self, referral: Any) -> bool:
            return bool(
                house.sql(
                    "SELECT 1 FROM access_grant g JOIN support_servicereferral r ON r.grant_id = g.id"
                    " WHERE r.id = %s AND g.ended_at IS NULL AND g.until > now()",
                    [referral],
                )
            )

        def teardown(self) -> None:
            """The page of each that ended is not found, also for who had it open."""
            states = dict(house.sql("SELECT id, state FROM support_servicereferral"))
            gone = [one for one in self.sent if states[one.id] in GONE]
            name = next((name for name in ("kleo",) if self.there(name)), None)
            if gone and name:
                client = house.client(name)
                assert {client.get(f"/requests/{one.id}/").status_code for one in gone} == {404}

    return Machine


def test_whatever_happens_somebody_answers_for_each_referral(house: Any) -> None:
    settle_in(house)
    walk(machine_of(house), examples=EXAMPLES, steps=STEPS)
