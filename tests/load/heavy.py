"""What the heaviest files hold besides what every file holds: a plan, 10 services, 40 deliveries, 60 tasks each.

One file in a hundred; rows as `generate` writes them, without triggers.
"""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cadra.foundation.kernel.pack import pack

GOALS, SERVICES, DELIVERIES, TASKS = 3, 10, 40, 60
TABLES = {
    "support_plan": "id, case_id, agreement, agreed_on, review_on, made_by, made_at, version, visible_to, refused_to",
    "support_goal": (
        "id, case_id, submission, domain, service, words, written_by, written_at, version, plan_id,"
        " visible_to, refused_to"
    ),
    "support_offer": (
        "id, case_id, submission, service, explained, explained_forms, explained_language, understood, offered_by,"
        " offered_at, decision, decided_at, offer_again_on, version, goal_id, visible_to, refused_to"
    ),
    "support_servicereferral": (
        "id, case_id, submission, grant_id, consent_id, offer_id, reference, service, urgency, desk, sender_id,"
        " sender_institution, parts, message, state, sent_at, answer_due_at, next_due_at, answer_reason, outcome,"
        " started_at, ended_at, settled_at, version, visible_to, refused_to"
    ),
    "support_delivery": (
        'id, case_id, submission, grant_id, service, kind, amount, currency, at_distance, "on", words,'
        " by_institution, recorded_by, recorded_at, referral_id, way, visible_to, refused_to"
    ),
    "tasks_task": (
        "id, case_id, submission, assignee_id, given_by, accepted_at, made_by, made_at, due_on, due_at, repeats,"
        " series, number, state, ended_at, ended_by, version, compartment, kind, origin_id, place, words, story, rests,"
        " lost, visible_to, refused_to"
    ),
}


@dataclass(frozen=True)
class Heavy:
    """One file: its readers, who carries it, the grants of ten desks, and how its words are sealed.

    `grants`: (grant, principal of a desk). `seal(part, table, column, row, value)`.
    """

    case: uuid.UUID
    reference: str
    holder: int
    manager: uuid.UUID
    readers: list[int]
    grants: list[tuple[uuid.UUID, int]]
    seal: Callable[[str, str, str, uuid.UUID, Any], bytes]
    now: dt.datetime
    chance: random.Random

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """Every row, as (table, values in the order of TABLES)."""
        goals = [uuid.uuid4() for _ in range(GOALS)]
        yield from self._plan(goals)
        services = [one.code for one in pack().services.where(pillar=2)]
        for number, (grant, desk) in enumerate(self.grants):
            yield from self._help(number, services[number % len(services)], goals[number % GOALS], grant, desk)
        for number in range(TASKS):
            yield self._task(number, goals[number % GOALS] if number % 2 else None)

    def _plan(self, goals: list[uuid.UUID]) -> Iterator[tuple[str, list[Any]]]:
        plan, agreed = uuid.uuid4(), self.now.date() - dt.timedelta(days=30)
        said = self.seal("support", "support_plan", "agreement", plan, {"form": "spoken", "her_words": "", "goals": []})
        review = self.now.date() + dt.timedelta(days=self.chance.randrange(1, 90))
        yield (
            "support_plan",
            [plan, self.case, said, agreed, review, self.manager, self.now, 1, self.readers, []],
        )
        for goal in goals:
            words = self.seal("support", "support_goal", "words", goal, "I want to sleep without a light.")
            yield (
                "support_goal",
                [goal, self.case, uuid.uuid4(), "", "", words, self.manager, self.now, 1, plan, self.readers, []],
            )

    def _help(
        self, number: int, service: str, goal: uuid.UUID, grant: uuid.UUID, desk: int
    ) -> Iterator[tuple[str, list[Any]]]:
        offer, referral, ended = uuid.uuid4(), uuid.uuid4(), number % 2 == 1
        sent = self.now - dt.timedelta(days=60)
        due = None if ended else self.now + dt.timedelta(hours=self.chance.randrange(-100, 400))
        yield (
            "support_offer",
            [
                *(offer, self.case, uuid.uuid4(), service),
                self.seal("support", "support_offer", "explained", offer, "What it is, and that it costs nothing."),
                *(["spoken"], "sq", "yes", self.manager, sent, "accepted", sent, None, 1, goal, self.readers, []),
            ],
        )
        message = self.seal("core", "support_servicereferral", "message", referral, {"salt": "00", "lines": []})
        readers = sorted({*self.readers, desk})
        yield (
            "support_servicereferral",
            [
                *(referral, self.case, uuid.uuid4(), grant, uuid.uuid4(), offer, self.reference, service, "ordinary"),
                *(desk, self.manager, self.holder, ["core"], message, "ended" if ended else "started", sent, sent, due),
                *("", "reached" if ended else "", sent, sent if ended else None, sent if ended else None, 1),
                *(readers, []),
            ],
        )
        for _ in range(DELIVERIES // SERVICES):
            given = uuid.uuid4()
            words = self.seal("core", "support_delivery", "words", given, "An hour's talk.")
            on = self.now.date() - dt.timedelta(days=self.chance.randrange(60))
            yield (
                "support_delivery",
                [
                    *(given, self.case, uuid.uuid4(), grant, service, "session", 1, "", False, on, words),
                    *(desk, self.manager, self.now, referral, "", readers, []),
                ],
            )

    def _task(self, number: int, goal: uuid.UUID | None) -> tuple[str, list[Any]]:
        task, done = uuid.uuid4(), number % 3 > 0
        words: dict[str, Any] = {"what": "Ask the doctor for a morning", "more": ""}
        if goal is not None:
            words |= {"who": "", "service": ""}
        due = self.now.date() + dt.timedelta(days=self.chance.randrange(-20, 200))
        ended = self.now if done else None
        return (
            "tasks_task",
            [
                *(task, self.case, uuid.uuid4(), self.manager, None, None, self.manager, self.now, due),
                *(dt.datetime.combine(due, dt.time(23), dt.UTC), "", uuid.uuid4(), 1, "done" if done else "open"),
                *(ended, self.manager if done else None, 1, "support", "step" if goal else "", goal, number),
                self.seal("support", "tasks_task", "words", task, words),
                self.seal("support", "tasks_task", "story", task, []),
                *("", False, self.readers, []),
            ],
        )
