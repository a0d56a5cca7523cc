"""Files no institution holds are found at once among a million that have one."""

from django.db import migrations

INDEX = """
CREATE INDEX case_without_holder ON cases_case (last_event_at DESC, id DESC) WHERE holder IS NULL AND stage <> 'closed';
"""


class Migration(migrations.Migration):
    dependencies = [("identification", "0003_escalation"), ("cases", "0002_policies")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX case_without_holder")]
