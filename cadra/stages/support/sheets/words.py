"""The service's own words on a sheet, by key. They are copied into each edition, so they may change here freely."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.compartments import LABELS as PARTS

WORDS: dict[str, Any] = {
    "service": _("Service"),
    "capacity": _("Asked as"),
    "purpose": _("Purpose"),
    "urgency": _("Urgency"),
    "ordinary": _("Ordinary"),
    "urgent": _("Urgent"),
    "asks": _("What is asked"),
    "agreed": _("She agreed to share"),
    "agreed_until": _("Until"),
    "not_again": _("So that she is not asked again"),
    "called": _("Name she goes by"),
    "languages": _("Languages"),
    "interpreter": _("Interpreter"),
    "needed": _("Needed"),
    "a_woman": _("a woman"),
    "a_man": _("a man"),
    "age": _("Age"),
    "born_in_year": _("born %(year)s"),
    "sex": _("Sex"),
    "female": _("Woman or girl"),
    "male": _("Man or boy"),
    "other_sex": _("Other"),
    "name": _("Name"),
    "born": _("Born"),
    "born_in": _("Born in"),
    "nationality": _("Nationality"),
    "document": _("Document"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "through": _("Through someone she trusts"),
    "other_channel": _("Other"),
    "not_safe": _("%(value)s (not safe)"),
    "safe_times": _("Safe times"),
    "hours": _("Safe hours"),
    "name_to_use": _("Name to use"),
    "who_else": _("Who else uses it"),
    "leave_message": _("May a message be left?"),
    "never_say": _("Never say or leave"),
    "whereabouts": _("Where she is"),
    "forms": _("Forms of exploitation"),
    "goal": _("Goal, in her words"),
    "note_of": _("Note of %(date)s"),
    "yes": _("Yes"),
    "no": _("No"),
    "unknown": _("Not known"),
    "declined": _("Prefers not to say"),
    "nothing": _("Not given"),
    **{f"part.{part}": label for part, label in PARTS.items()},
}
#: Tables of the country pack a sheet may name.
TABLES = (
    "services",
    "recipients",
    "purposes",
    "languages",
    "age_bases",
    "forms_of_exploitation",
    "areas",
    "countries",
)
