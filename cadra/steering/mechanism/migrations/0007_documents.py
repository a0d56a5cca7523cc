"""A paper that is expected is a date of the file."""

from django.db import migrations

from cadra.steering.mechanism.dates import HoldsDate


class Migration(migrations.Migration):
    dependencies = [("mechanism", "0006_requests"), ("documents", "0002_policies")]
    operations = [
        HoldsDate(
            "documents_paper",
            "authz.ends(d.expected_on)",
            holds="d.progress IN ('lacking', 'applied')",
            moved_by="progress, expected_on",
        )
    ]
