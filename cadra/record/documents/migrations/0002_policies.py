"""Documents open with the part their kind belongs to, papers with support. What waits to be made ready names no file."""

from django.db import migrations

from cadra.foundation.access.protected import Protect

MAKING = """
ALTER TABLE documents_making ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents_making FORCE ROW LEVEL SECURITY;
CREATE POLICY documents_making_owner ON documents_making TO cadra_owner USING (true) WITH CHECK (true);
CREATE POLICY documents_making_app ON documents_making TO cadra_app USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON documents_making TO cadra_app;

-- For the nightly clearing, which sees no document: are there still documents with these ids? Nothing else of them.
CREATE FUNCTION authz.documents_known(wanted uuid[]) RETURNS TABLE (id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.id FROM public.documents_document d WHERE d.id = ANY (wanted)
$$;
REVOKE EXECUTE ON FUNCTION authz.documents_known(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.documents_known(uuid[]) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("cases", "0004_closing"), ("access", "0011_resting")]
    operations = [
        Protect("documents_document", "*"),
        Protect("documents_paper", "support"),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + MAKING, migrations.RunSQL.noop),
    ]
