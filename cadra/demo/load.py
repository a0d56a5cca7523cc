"""Tell the invented story to an empty copy: `python -m cadra.demo.load`, run by the demonstration's first start."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Load the invented network, people and year; nothing when they are there already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cadra.config.settings")
    django.setup()
    call_command("tell_story")


if __name__ == "__main__":
    main()
