"""What moves a file through the mechanism. Each verb is one transaction and asks as someone."""

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
from cadra.steering.mechanism.actions.moving import (
    NotNow,
    close,
    give_back,
    move,
    propose_closing,
    reopen,
)

__all__ = [
    "AlreadyTaken",
    "CannotRefuse",
    "Emergency",
    "NewAnswer",
    "NotNow",
    "close",
    "give_back",
    "lift_refusal",
    "move",
    "open_in_emergency",
    "propose_closing",
    "record_answer",
    "refuse",
    "reopen",
    "review_emergency",
    "take_custody",
    "withdraw_consent",
]
