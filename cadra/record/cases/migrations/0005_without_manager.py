from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0004_closing")]
    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                condition=models.Q(closed_at=None, manager_id=None),
                fields=["holder", "next_due_at", "id"],
                name="case_without_manager",
            ),
        ),
    ]
