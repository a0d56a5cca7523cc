"""Figures of ratings: which of two was written down later. What was counted before is counted again."""

from django.db import migrations

POLICIES = """
GRANT SELECT (recorded_at) ON support_rating TO cadra_stats;
DELETE FROM monitoring_snapshot;
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_providers"), ("support", "0008_second_policies")]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
