"""What is done with the roster and with requests. Each verb is one transaction and one ledger entry."""

from cadra.record.interpreting.actions.asking import (
    ChangedMeanwhile,
    NotNow,
    NotThisOne,
    Wanted,
    answer,
    answer_own,
    ask,
    assign,
    drop,
    drop_all,
    move,
)
from cadra.record.interpreting.actions.keeping import Told, add, change, sign

__all__ = [
    "ChangedMeanwhile",
    "NotNow",
    "NotThisOne",
    "Told",
    "Wanted",
    "add",
    "answer",
    "answer_own",
    "ask",
    "assign",
    "change",
    "drop",
    "drop_all",
    "move",
    "sign",
]
