"""What is done with tasks. Each verb is one transaction and one ledger entry, and asks as someone."""

from cadra.record.tasks.actions.calendar import NewAddress, TooMany, make_address, revoke_address
from cadra.record.tasks.actions.common import CannotSee, NotNow, may_undo
from cadra.record.tasks.actions.doing import accept, decline, drop, finish, give, put_off, undo
from cadra.record.tasks.actions.keeping import Wanted, change, create, create_for_house
from cadra.record.tasks.actions.passing import pass_on
from cadra.record.tasks.actions.steps import as_step, keep_steps, rest, rest_all, wake, wake_all

__all__ = [
    "CannotSee",
    "NewAddress",
    "NotNow",
    "TooMany",
    "Wanted",
    "accept",
    "as_step",
    "change",
    "create",
    "create_for_house",
    "decline",
    "drop",
    "finish",
    "give",
    "keep_steps",
    "make_address",
    "may_undo",
    "pass_on",
    "put_off",
    "rest",
    "rest_all",
    "revoke_address",
    "undo",
    "wake",
    "wake_all",
]
