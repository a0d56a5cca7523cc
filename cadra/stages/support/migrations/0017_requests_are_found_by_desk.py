"""Requests are found by desk, by file or by who sent them, never by who may see them (as with tasks)."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("support", "0016_money_given")]
    operations = [
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS support_servicereferral_visible",
            "CREATE INDEX CONCURRENTLY support_servicereferral_visible ON support_servicereferral USING gin (visible_to)",
        )
    ]
