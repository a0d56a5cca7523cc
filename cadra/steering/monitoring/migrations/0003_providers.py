"""Figures by kind of provider: which institution a desk belongs to, and its kind. What was counted before is counted again."""

from django.db import migrations

POLICIES = """
CREATE POLICY network_institution_stats ON network_institution FOR SELECT TO cadra_stats USING (true);
CREATE POLICY network_desk_stats ON network_desk FOR SELECT TO cadra_stats USING (true);
GRANT SELECT (principal, institution_id) ON network_desk TO cadra_stats;
DELETE FROM monitoring_snapshot;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0002_policies"),
        ("access", "0003_policies"),
        ("cases", "0004_closing"),
        ("network", "0002_cover_days"),
    ]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
