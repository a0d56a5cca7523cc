"""The nouns of a file and of those who work with her."""

from cadra.record.cases.models.file import (
    KEPT_WITH_THE_FILE,
    Case,
    Closing,
    Episode,
    HerWord,
    Note,
    Stage,
    StageInterval,
    Status,
    first_step_due,
)
from cadra.record.cases.models.team import CARRIER, Asked, Assignment, Handover, Passing, TeamMember

__all__ = [
    "Asked",
    "Assignment",
    "CARRIER",
    "Case",
    "Closing",
    "Episode",
    "Handover",
    "HerWord",
    "KEPT_WITH_THE_FILE",
    "Note",
    "Passing",
    "Stage",
    "StageInterval",
    "Status",
    "TeamMember",
    "first_step_due",
]
