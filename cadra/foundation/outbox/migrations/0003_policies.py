"""Row security of the messages: the application, web and worker alike, is the only one that meets them."""

from django.db import migrations

POLICIES = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY {table}_owner ON {table} TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY {table}_app ON {table} TO cadra_app USING (true) WITH CHECK (true);
"""
    for table in ("outbox_message", "outbox_demomail")
)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_rights")]
    operations = [migrations.RunSQL(POLICIES, migrations.RunSQL.noop)]
