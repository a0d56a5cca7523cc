"""What follows from a change of a grant is planned once a session: it is always the same few rows by their file, and
planning them anew took longer than finding them."""

from django.db import migrations

KEPT = """
ALTER FUNCTION authz.grants_changed() SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION authz.grants_ended() SET plan_cache_mode = force_generic_plan;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_training")]
    operations = [migrations.RunSQL(KEPT, migrations.RunSQL.noop)]
