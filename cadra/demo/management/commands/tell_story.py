"""`tell_story`: the invented network, people and year of the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cadra.demo import story


class Command(BaseCommand):
    help = "Load the invented institutions, colleagues and people of the demonstration, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", type=int, default=None, help="fewer people than the whole year, for a quick look"
        )

    def handle(self, *args: Any, people: int | None = None, **options: Any) -> None:
        story.tell(self.stdout.write, people=people)
