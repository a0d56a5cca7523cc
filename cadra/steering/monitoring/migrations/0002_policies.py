"""Only the role of figures keeps and reads what it counted; the application asks it."""

from django.db import migrations

POLICIES = """
ALTER TABLE monitoring_snapshot ENABLE ROW LEVEL SECURITY;
ALTER TABLE monitoring_snapshot FORCE ROW LEVEL SECURITY;
CREATE POLICY monitoring_snapshot_owner ON monitoring_snapshot TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY monitoring_snapshot_stats ON monitoring_snapshot TO cadra_stats USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON monitoring_snapshot TO cadra_stats;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0001_initial"),
        ("cases", "0002_policies"),
        ("identification", "0002_policies"),
        ("support", "0002_policies"),
    ]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
