"""What moves a file through the mechanism. Each verb is one transaction and asks as someone."""

from cadra.record.people.actions import ChangedMeanwhile
from cadra.steering.mechanism.actions.files import (
    AlreadyTaken,
    CannotRefuse,
    Emergency,
    NewAnswer,
    lift_refusal,
    open_in_emergency,
    record_answer,
    refuse,
    review_emergency,
    take_custody,
    withdraw_consent,
)
from cadra.steering.mechanism.actions.handing import Briefing, CannotHave, choose_all
from cadra.steering.mechanism.actions.handing import accept as accept_handover
from cadra.steering.mechanism.actions.handing import decline as decline_handover
from cadra.steering.mechanism.actions.handing import send as send_handover
from cadra.steering.mechanism.actions.handing import take_back as take_back_handover
from cadra.steering.mechanism.actions.handing import write as write_handover
from cadra.steering.mechanism.actions.moving import (
    NotNow,
    close,
    give_back,
    move,
    propose_closing,
    reopen,
)
from cadra.steering.mechanism.actions.reaching import save_contact
from cadra.steering.mechanism.actions.team import Asking, CannotAsk, NeedsReason, Stands, ask, ask_stand_in
from cadra.steering.mechanism.actions.team import accept as accept_place
from cadra.steering.mechanism.actions.team import decline as decline_place
from cadra.steering.mechanism.actions.team import take_back as take_back_place

__all__ = [
    "AlreadyTaken",
    "Asking",
    "Briefing",
    "CannotAsk",
    "CannotHave",
    "CannotRefuse",
    "ChangedMeanwhile",
    "Emergency",
    "NeedsReason",
    "NewAnswer",
    "NotNow",
    "Stands",
    "accept_handover",
    "accept_place",
    "ask",
    "ask_stand_in",
    "choose_all",
    "close",
    "decline_handover",
    "decline_place",
    "give_back",
    "lift_refusal",
    "move",
    "open_in_emergency",
    "propose_closing",
    "record_answer",
    "refuse",
    "reopen",
    "save_contact",
    "review_emergency",
    "send_handover",
    "take_back_handover",
    "take_back_place",
    "take_custody",
    "withdraw_consent",
    "write_handover",
]
