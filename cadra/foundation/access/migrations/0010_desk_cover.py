"""A desk that no longer covers another loses what it saw by it at once."""

from django.db import migrations

COVER = """
CREATE FUNCTION authz.cover_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.access_session WHERE user_id IN (
        SELECT m.user_id FROM public.network_deskmember m WHERE m.desk_id = OLD.cover_id);
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.cover_changed() FROM PUBLIC;
CREATE TRIGGER cover_changed AFTER UPDATE OF cover_id ON network_desk FOR EACH ROW
    WHEN (OLD.cover_id IS DISTINCT FROM NEW.cover_id) EXECUTE FUNCTION authz.cover_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_closings")]
    operations = [migrations.RunSQL(COVER, migrations.RunSQL.noop)]
