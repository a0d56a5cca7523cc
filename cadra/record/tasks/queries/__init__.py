"""Reading tasks: my work, lists, one task, whom to give one to, the calendar."""

from cadra.record.tasks.queries.lists import Chosen, Listed, TaskRow, just_done, listed, loads
from cadra.record.tasks.queries.pages import (
    FilePage,
    HousePage,
    file_page,
    house_task_page,
    task_page,
)
from cadra.record.tasks.queries.people import colleagues
from cadra.record.tasks.queries.waiting import falling_to_me, items

__all__ = [
    "Chosen",
    "FilePage",
    "HousePage",
    "Listed",
    "TaskRow",
    "colleagues",
    "falling_to_me",
    "file_page",
    "house_task_page",
    "items",
    "just_done",
    "listed",
    "loads",
    "task_page",
]
