"""Words about colleagues that several apps say."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cadra.foundation.kernel.pack import pack


def lacks(topics: Iterable[str]) -> str:
    """Which trainings are missing, in words; nothing when none is."""
    named = ", ".join(pack().training_topics.label(topic) for topic in topics)
    return _("no training in force: %(topics)s") % {"topics": named} if named else ""
