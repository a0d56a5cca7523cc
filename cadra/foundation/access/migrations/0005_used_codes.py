"""The last one-time code each account has used, kept behind the gate."""

from django.db import migrations, models

GATE = """
ALTER TABLE access_usedcode ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_usedcode FORCE ROW LEVEL SECURITY;
CREATE POLICY access_usedcode_owner ON access_usedcode TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY access_usedcode_gate ON access_usedcode TO cadra_gate USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_usedcode TO cadra_gate;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_reviews")]
    operations = [
        migrations.CreateModel(
            name="UsedCode",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("step", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
    ]
