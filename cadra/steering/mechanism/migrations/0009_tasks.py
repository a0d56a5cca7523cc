"""A task is a date of its file."""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0008_restrictions"), ("tasks", "0002_policies")]
    operations = [
        HoldsDate(
            "tasks_task", "d.due_at", holds="d.state = 'open' AND d.rests = ''", moved_by="due_at, state, rests"
        )
    ]
