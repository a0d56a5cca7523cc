"""What is done in pillar 2. Each verb is one transaction and one ledger entry, and asks as someone."""

from cadra.stages.support.actions.closing import close, close_all, close_for_consent, settle
from cadra.stages.support.actions.common import (
    AnsweredMeanwhile,
    NothingAgreed,
    NotNow,
    RefusedByHer,
    SentDiffers,
    SupportError,
)
from cadra.stages.support.actions.goals import (
    add_goal,
    add_step,
    agree_plan,
    change_goal,
    drop_goal,
    drop_step,
    finish_step,
    reach_goal,
    reopen_goal,
    start_plan,
)
from cadra.stages.support.actions.needs import (
    assess_domain,
    begin_assessment,
    finish_assessment,
    name_dependant,
    want,
)
from cadra.stages.support.actions.offering import Decision, NewOffer, decide, offer
from cadra.stages.support.actions.providing import answer, deliver, deliver_own, end, receive, start
from cadra.stages.support.actions.rating import rate
from cadra.stages.support.actions.safety import (
    ask_safety_review,
    note_incident,
    review_safety,
    write_risk,
    write_safety_plan,
)
from cadra.stages.support.actions.sending import Agreement, ask_and_keep, refer

__all__ = [
    "Agreement",
    "AnsweredMeanwhile",
    "Decision",
    "NewOffer",
    "NotNow",
    "NothingAgreed",
    "RefusedByHer",
    "SentDiffers",
    "SupportError",
    "add_goal",
    "add_step",
    "agree_plan",
    "answer",
    "ask_safety_review",
    "assess_domain",
    "begin_assessment",
    "ask_and_keep",
    "change_goal",
    "close",
    "close_all",
    "close_for_consent",
    "decide",
    "deliver",
    "deliver_own",
    "drop_goal",
    "drop_step",
    "end",
    "finish_assessment",
    "finish_step",
    "name_dependant",
    "note_incident",
    "offer",
    "rate",
    "reach_goal",
    "receive",
    "refer",
    "reopen_goal",
    "review_safety",
    "settle",
    "start",
    "start_plan",
    "want",
    "write_risk",
    "write_safety_plan",
]
