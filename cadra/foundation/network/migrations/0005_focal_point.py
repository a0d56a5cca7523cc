"""Whom to ring first at an institution."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0004_founding")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="is_focal_point",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
