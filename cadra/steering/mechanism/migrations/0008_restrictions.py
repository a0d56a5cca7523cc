"""The review of a restriction and the answer to an objection are dates of the file."""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0007_documents"), ("support", "0012_fairness_policies")]
    operations = [
        HoldsDate(
            "support_restriction",
            "authz.ends(d.review_on)",
            holds="d.ended_on IS NULL",
            moved_by="review_on, ended_on",
        ),
        HoldsDate(
            "support_exclusion",
            "d.due_at",
            holds="d.state IN ('noticed', 'agreed')",
            moved_by="due_at, state",
        ),
    ]
