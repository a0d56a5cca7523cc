"""A desk covers another from a first day to a last, and on no other day."""

from django.db import migrations, models
from django.db.models import F, Q

DAYS = Q(cover_from__isnull=False, cover_until__isnull=False, cover_until__gte=F("cover_from"))


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]
    operations = [
        # Nobody could name a cover on a page before this one; whatever stands there has no days.
        migrations.RunSQL("UPDATE network_desk SET cover_id = NULL WHERE cover_id IS NOT NULL", migrations.RunSQL.noop),
        migrations.AddField("desk", "cover_from", models.DateField(null=True, blank=True)),
        migrations.AddField("desk", "cover_until", models.DateField(null=True, blank=True)),
        migrations.AddConstraint(
            "desk", models.CheckConstraint(condition=Q(cover__isnull=True) | DAYS, name="cover_has_both_days")
        ),
    ]
