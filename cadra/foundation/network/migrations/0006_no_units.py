"""Units are taken away: nobody could be placed in one, and no refusal could name one. A part of an institution that
answers on its own is a desk of it, or an institution."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("network", "0005_focal_point"), ("access", "0003_policies")]
    operations = [
        migrations.RemoveField(model_name="user", name="unit"),
        migrations.DeleteModel(name="Unit"),
    ]
