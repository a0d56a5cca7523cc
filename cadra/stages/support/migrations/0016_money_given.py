"""Money given has a way, and cash two people: asked from now on; what was written down before keeps none."""

from django.db import migrations, models
from django.db.models import F, Q

HANDS = """
CREATE FUNCTION authz.money_has_hands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.way = '' THEN
        RAISE EXCEPTION 'money is given in some way' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.way = 'cash' AND 2 <> (
        SELECT count(*) FROM network_user u JOIN network_institution i ON i.id = u.institution_id
        WHERE u.id IN (NEW.giver, NEW.witness) AND u.is_active AND i.principal = NEW.by_institution) THEN
        RAISE EXCEPTION 'cash needs two colleagues' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION authz.money_has_hands() FROM PUBLIC;
CREATE TRIGGER b_hands BEFORE INSERT ON support_delivery FOR EACH ROW
    WHEN (NEW.kind = 'money' AND current_user <> 'cadra_owner') EXECUTE FUNCTION authz.money_has_hands();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0015_stands_for_is_planned_once")]
    operations = [
        migrations.AddField(
            "delivery",
            "way",
            models.CharField(
                blank=True,
                choices=[("transfer", "By bank or card"), ("cash", "In cash")],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField("delivery", "giver", models.UUIDField(null=True)),
        migrations.AddField("delivery", "witness", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(condition=Q(kind="money") | Q(way=""), name="only_money_has_a_way"),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(way="cash", giver__isnull=False, witness__isnull=False) & ~Q(giver=F("witness"))
                | ~Q(way="cash") & Q(giver=None, witness=None),
                name="given_cash_has_two_people",
            ),
        ),
        migrations.RunSQL(HANDS, migrations.RunSQL.noop),
    ]
