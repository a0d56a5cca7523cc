"""An interpreter that is wanted is a date of the file, until somebody came or nobody is needed."""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0009_tasks"), ("interpreting", "0002_policies")]
    operations = [
        HoldsDate(
            "interpreting_request",
            "d.next_due_at",
            holds="d.state IN ('waiting', 'asked', 'accepted')",
            moved_by="next_due_at, state",
        )
    ]
