"""The compartments of a file. Each has its own key; none opens together with another by itself.

`core` travels with every grant (ADR 0004): the little that everyone who works with her needs, so that
she is not asked again.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Compartment(StrEnum):
    """One sealed part of a file. The value is stored in tables and grants and never changes."""

    CORE = "core"
    IDENTITY = "identity"
    CONTACT = "contact"
    STORY = "story"
    SUPPORT = "support"
    HEALTH = "health"
    JUSTICE = "justice"
    CHILD = "child"

    @property
    def label(self):
        """Short name for staff pages, translated."""
        return LABELS[self]

    @property
    def explanation(self):
        """One plain sentence saying what is kept in it, translated."""
        return EXPLANATIONS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, object]]:
        """(value, label) pairs for a form field."""
        return [(part.value, part.label) for part in cls]


LABELS = {
    Compartment.CORE: _("Name she goes by"),
    Compartment.IDENTITY: _("Identity"),
    Compartment.CONTACT: _("Safe contact"),
    Compartment.STORY: _("What happened"),
    Compartment.SUPPORT: _("Support"),
    Compartment.HEALTH: _("Health"),
    Compartment.JUSTICE: _("Justice"),
    Compartment.CHILD: _("Child"),
}

EXPLANATIONS = {
    Compartment.CORE: _("The name she wants to be called, her languages, her age and sex, and where the file stands."),
    Compartment.IDENTITY: _("Names, date and place of birth, nationality, documents and photographs."),
    Compartment.CONTACT: _("How, when and by which name she may be reached, and where she lives or shelters."),
    Compartment.STORY: _("What she told about the exploitation, the signs seen and the interviews."),
    Compartment.SUPPORT: _("Needs, plan, services offered, what she decided and how it went."),
    Compartment.HEALTH: _("Physical and mental health, treatment and the counsellor's notes."),
    Compartment.JUSTICE: _("Reports, proceedings, lawyers, protection measures and compensation."),
    Compartment.CHILD: _("The child's best interests, guardian, opinion and family tracing."),
}
