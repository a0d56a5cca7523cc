"""Tasks are found by who does them, by file or by date, never by who may see them. That index made a big house slow:
PostgreSQL read all its 143,000 tasks in it to find one colleague's."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tasks", "0002_policies")]
    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS tasks_task_visible",
            "CREATE INDEX CONCURRENTLY tasks_task_visible ON tasks_task USING gin (visible_to)",
        )
    ]
