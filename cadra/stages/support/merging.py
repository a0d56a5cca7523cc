"""Two people write in one goal: what each of them changed stays, step by step; and what changed is shown as words.

Nothing here asks the database. `base` is what the second one was shown, `mine` what she typed, `now` what it says
meanwhile.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cadra.stages.support.models import Goal
from cadra.stages.support.queries.boards import kept_steps

Step = dict[str, str]
#: What can be written of a step: what, who with, which service, by when (ISO), whose task (user id).
FIELDS = ("what", "who", "service", "by", "for")


@dataclass(frozen=True)
class Content:
    """What a goal says: her words, the service, the steps in their order ({"id", *FIELDS}; a new one has no id)."""

    words: str
    service: str = ""
    steps: Sequence[Step] = ()

    def as_json(self) -> dict[str, Any]:
        """For a form, or for what she agreed to."""
        return {"words": self.words, "service": self.service, "steps": [dict(step) for step in self.steps]}

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Content":
        """The other way."""
        return cls(str(told["words"]), str(told["service"]), tuple(dict(step) for step in told["steps"]))


@dataclass(frozen=True)
class Conflict:
    """Both changed the same: `step` is its id, or empty for the goal itself."""

    step: str
    field: str
    now: str
    mine: str


@dataclass(frozen=True)
class Merged:
    """What came of it; where there is a conflict the content holds what was typed."""

    content: Content
    conflicts: Sequence[Conflict] = ()


@dataclass(frozen=True)
class Difference:
    """One thing that was added, removed or changed; texts before and after, and what it is about."""

    kind: str
    before: str
    after: str
    about: str = ""


def content_of(goal: Goal) -> Content:
    """What an opened goal says now, without the steps taken off."""
    return Content(str(goal.plain["words"] or ""), goal.service, tuple(map(_said, kept_steps(goal))))


def merge(base: Content, mine: Content, now: Content) -> Merged:
    """Put together what two people wrote. No word of either is lost: it stands in the result, or in a conflict."""
    conflicts: list[Conflict] = []

    def one(step: str, field: str, was: str, typed: str, said: str) -> str:
        if typed == was:
            return said
        if said not in (was, typed):
            conflicts.append(Conflict(step, field, said, typed))
        return typed

    words = one("", "words", base.words, mine.words, now.words)
    service = one("", "service", base.service, mine.service, now.service)
    was_steps, now_steps = _by_id(base.steps), _by_id(now.steps)
    steps: list[Step] = []
    for step in mine.steps:
        was, said = was_steps.get(step.get("id", "")), now_steps.get(step.get("id", ""))
        typed = _typed(step, was)
        if was is None and said is None:  # new
            steps.append({**typed, "id": ""})
        elif said is None:  # somebody took it off: it comes back only when it was written anew here
            if was is not None and not _same(typed, was):
                steps.append({**typed, "revived": "yes"})
        else:
            former = was or said
            fields = {name: one(typed["id"], name, former.get(name, ""), typed[name], said[name]) for name in FIELDS}
            steps.append({"id": typed["id"], **fields})
    typed_ids = {step.get("id", "") for step in mine.steps}
    for step_id, said in now_steps.items():
        was = was_steps.get(step_id)
        if step_id not in typed_ids and (was is None or not _same(said, was)):  # new, or written anew meanwhile
            steps.append(said)
    return Merged(Content(words, service, tuple(steps)), tuple(conflicts))


def differences(before: Content | None, after: Content | None) -> list[Difference]:
    """What is different: her words, the service, each step. None: the goal was not there, or is not any more."""
    if before is None:
        return [Difference("added", "", after.words)] if after is not None else []
    if after is None:
        return [Difference("removed", before.words, "")]
    found = [Difference("changed", before.words, after.words)] if before.words != after.words else []
    if before.service != after.service:
        found.append(Difference("service", before.service, after.service))
    was, now = _by_id(before.steps), _by_id(after.steps)
    found += [Difference("step_removed", was[one]["what"], "", one) for one in was if one not in now]
    for step_id, step in now.items():
        if step_id not in was:
            found.append(Difference("step_added", "", step["what"], step_id))
        else:
            found += [
                Difference(f"step_{name}", was[step_id].get(name, ""), step[name], step["what"])
                for name in FIELDS
                if was[step_id].get(name, "") != step[name]
            ]
    return found


def spans(before: str, after: str) -> list[tuple[str, str]]:
    """The way from one text to the other in words: (same | removed | added, text)."""
    old, new = _words(before), _words(after)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        found += [("removed", "".join(old[a:b]))] if b > a else []
        found += [("added", "".join(new[c:d]))] if d > c else []
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _said(step: Step) -> Step:
    return {"id": step.get("id", ""), **{name: step.get(name, "") for name in FIELDS}}


def _typed(step: Step, was: Step | None) -> Step:
    """A step as typed; what the form did not ask stays as it was."""
    return {"id": step.get("id", ""), **{name: step.get(name, (was or {}).get(name, "")) for name in FIELDS}}


def _same(one: Step, other: Step) -> bool:
    return all(one.get(name, "") == other.get(name, "") for name in FIELDS)


def _by_id(steps: Iterable[Step]) -> dict[str, Step]:
    return {step["id"]: _said(step) for step in steps if step.get("id")}
