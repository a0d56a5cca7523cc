from django.db import migrations

from cadra.foundation.access.protected import Protect


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("people", "0002_policies")]
    operations = [
        Protect("consent_explanation", "core"),
        Protect("consent_consent", "file", stats=("answer", "decided_at", "withdrawn_at", "recipient_kind")),
    ]
