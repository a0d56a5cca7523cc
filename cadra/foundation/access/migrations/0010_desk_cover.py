"""A desk whose cover of another changes: whoever answers there signs in again, and sees what the new days allow.

Within its days nothing has to change: a session ends by itself when a first or last day of cover comes (sign-in
gives it that hour; `authz.context_is_genuine` and the keeper know no later one).
"""

from django.db import migrations

COVER = """
CREATE FUNCTION authz.cover_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.access_session WHERE user_id IN (
        SELECT m.user_id FROM public.network_deskmember m WHERE m.desk_id IN (OLD.cover_id, NEW.cover_id));
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.cover_changed() FROM PUBLIC;
CREATE TRIGGER cover_changed AFTER UPDATE OF cover_id, cover_from, cover_until ON network_desk FOR EACH ROW
    WHEN ((OLD.cover_id, OLD.cover_from, OLD.cover_until)
        IS DISTINCT FROM (NEW.cover_id, NEW.cover_from, NEW.cover_until)) EXECUTE FUNCTION authz.cover_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_closings"), ("network", "0002_cover_days")]
    operations = [migrations.RunSQL(COVER, migrations.RunSQL.noop)]
