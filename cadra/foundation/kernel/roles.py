"""Roles of the people who work in the mechanism. Slugs are stable: they are stored and never renamed."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a user does for an institution. A user may hold several."""

    FIRST_RESPONDER = "first_responder"
    IDENTIFICATION_POLICE = "identification_police"
    IDENTIFICATION_SOCIAL = "identification_social"
    RA_OFFICER = "ra_officer"
    CASE_MANAGER = "case_manager"
    SERVICE_PROFESSIONAL = "service_professional"
    CHILD_PROTECTION_WORKER = "child_protection_worker"
    LAWYER = "lawyer"
    PROSECUTOR = "prosecutor"
    MENTOR = "mentor"
    INTERPRETER = "interpreter"
    HELPLINE_OPERATOR = "helpline_operator"
    COMMITTEE_SECRETARY = "committee_secretary"
    MONITOR = "monitor"
    BOARD_SECRETARIAT = "board_secretariat"
    INSTITUTION_ADMIN = "institution_admin"
    SYSTEM_ADMIN = "system_admin"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    SUPERVISOR = "supervisor"

    @property
    def label(self):
        """Name of the role, translated."""
        return LABELS[self]

    @property
    def description(self):
        """What someone with this role does and may see, in plain prose, translated."""
        return DESCRIPTIONS[self]

    @property
    def works_with_files(self) -> bool:
        """Whether the role may ever be given a file. The others see figures, colleagues or settings."""
        return self not in WITHOUT_FILES

    @classmethod
    def choices(cls) -> list[tuple[str, object]]:
        """(value, label) pairs for a form field."""
        return [(role.value, role.label) for role in cls]


WITHOUT_FILES = frozenset(
    {
        Role.INSTITUTION_ADMIN,
        Role.SYSTEM_ADMIN,
        Role.MONITOR,
        Role.COMMITTEE_SECRETARY,
        Role.BOARD_SECRETARIAT,
    }
)

LABELS = {
    Role.FIRST_RESPONDER: _("First responder"),
    Role.IDENTIFICATION_POLICE: _("Identification officer, police"),
    Role.IDENTIFICATION_SOCIAL: _("Identification officer, social services"),
    Role.RA_OFFICER: _("Responsible Authority officer"),
    Role.CASE_MANAGER: _("Case manager"),
    Role.SERVICE_PROFESSIONAL: _("Service professional"),
    Role.CHILD_PROTECTION_WORKER: _("Child protection worker"),
    Role.LAWYER: _("Lawyer"),
    Role.PROSECUTOR: _("Prosecutor or contact in the courts"),
    Role.MENTOR: _("Mentor"),
    Role.INTERPRETER: _("Interpreter or cultural mediator"),
    Role.HELPLINE_OPERATOR: _("Helpline operator"),
    Role.COMMITTEE_SECRETARY: _("Committee secretary"),
    Role.MONITOR: _("Monitor"),
    Role.BOARD_SECRETARIAT: _("Advisory Board secretariat"),
    Role.INSTITUTION_ADMIN: _("Institution administrator"),
    Role.SYSTEM_ADMIN: _("System administrator"),
    Role.DATA_PROTECTION_OFFICER: _("Data protection officer"),
    Role.SUPERVISOR: _("Supervisor"),
}

DESCRIPTIONS = {
    Role.FIRST_RESPONDER: _(
        "Notices that someone may need protection, keeps her safe and sends the first referral. "
        "Sees the referrals he or she sent and that they were received, nothing after that."
    ),
    Role.IDENTIFICATION_POLICE: _(
        "The police officer of the identification pair. Interviews together with social services and signs "
        "the decision. Never sees health, shelter or counselling records without consent or a court order."
    ),
    Role.IDENTIFICATION_SOCIAL: _(
        "The social worker of the identification pair. Interviews together with the police and signs the decision."
    ),
    Role.RA_OFFICER: _(
        "Receives every referral, connects it with an earlier file of the same person, and names the "
        "identification pair and the institution that holds the file."
    ),
    Role.CASE_MANAGER: _(
        "Holds the file for an institution: plan, services, safety and consents, together with the person."
    ),
    Role.SERVICE_PROFESSIONAL: _(
        "Gives a service. Sees only the referrals sent to the service and what the person agreed to share with it."
    ),
    Role.CHILD_PROTECTION_WORKER: _("Looks after the best interests of the children of one area."),
    Role.LAWYER: _("Advises and represents the person. Sees the parts of the file she opened to the lawyer."),
    Role.PROSECUTOR: _(
        "Follows proceedings. Sees the justice part only, and other parts only with her consent or a court order."
    ),
    Role.MENTOR: _("Walks beside the person with friendship and advice. Sees what she chose to share."),
    Role.INTERPRETER: _("Interprets in interviews and sessions. Sees time, place and language of the appointment."),
    Role.HELPLINE_OPERATOR: _("Answers calls, listens, explains and refers. Sees the calls of the line."),
    Role.COMMITTEE_SECRETARY: _("Prepares meetings and follows decisions of a committee. Sees no file."),
    Role.MONITOR: _("Follows how the mechanism works through figures. Sees no file and no identity."),
    Role.BOARD_SECRETARIAT: _("Serves the Advisory Board of survivors. Sees no file."),
    Role.INSTITUTION_ADMIN: _("Invites colleagues of the institution and gives roles and desks. Sees no file."),
    Role.SYSTEM_ADMIN: _("Keeps the software running. Can never read a file."),
    Role.DATA_PROTECTION_OFFICER: _(
        "Watches how personal data are used, reviews emergency openings and answers requests about data."
    ),
    Role.SUPERVISOR: _("Leads a team: workload, cover and quality of the files of the institution."),
}
