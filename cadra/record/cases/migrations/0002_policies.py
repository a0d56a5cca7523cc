from django.db import migrations

from cadra.foundation.access.protected import Protect

FIGURES = (
    "case_id",
    "status",
    "stage",
    "sex",
    "age_group",
    "is_child",
    "is_foreign",
    "forms",
    "area",
    "entry_point",
    "opened_at",
    "first_contact_at",
    "first_help_at",
    "identified_at",
    "closed_at",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("people", "0002_policies")]
    operations = [
        Protect("cases_case", "file", stats=FIGURES),
        Protect("cases_episode", "file", stats=("case_id", "number", "opened_at", "entry_point")),
        Protect("cases_stageinterval", "file", stats=("case_id", "stage", "entered_at", "left_at")),
        Protect("cases_teammember", "file"),
        Protect("cases_note", "*"),
    ]
