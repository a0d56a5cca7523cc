"""Who reaches a file is read from its own grants, whatever the planner believes of a young database."""

from django.db import migrations

# Statistics of a database just begun say that every table is as good as empty. Any index then looks as good as the
# right one, and the plan is kept for the session: each row of an import would read all grants that live. OFFSET 0
# keeps the planner to the grants of the one file.
REACH = """
CREATE OR REPLACE FUNCTION authz.reach(cases uuid[], names text[])
RETURNS TABLE (case_id uuid, compartment text, principals int[], refused int[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT c.id, k.name,
        ARRAY(SELECT DISTINCT g.grantee
            FROM (SELECT * FROM public.access_grant own WHERE own.case_id = c.id OFFSET 0) g
            WHERE g.ended_at IS NULL AND g.until > now()
              AND (k.name = 'any'
                   OR g.scope = 'file' AND (k.name = 'file' OR k.name = ANY (g.compartments)))
            ORDER BY g.grantee),
        ARRAY(SELECT DISTINCT f.principal FROM public.access_refusal f
            WHERE f.case_id = c.id AND f.ended_at IS NULL ORDER BY f.principal)
    FROM unnest(cases) AS c(id) CROSS JOIN unnest(names) AS k(name)
$$;

CREATE OR REPLACE FUNCTION authz.may_grant(c uuid, wanted varchar[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    WITH mine AS (
        SELECT g.basis, g.compartments
        FROM (SELECT * FROM public.access_grant own WHERE own.case_id = c OFFSET 0) g
        WHERE g.ended_at IS NULL AND g.until > now()
          AND g.scope = 'file' AND g.grantee = ANY (current_setting('cadra.principals')::int[]))
    SELECT authz.context_is_genuine()
        AND EXISTS (SELECT 1 FROM mine WHERE basis IN ('author', 'legal_duty', 'custody'))
        AND wanted <@ COALESCE((SELECT array_agg(k) FROM mine, unnest(mine.compartments) AS k), '{}')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_used_codes")]
    operations = [migrations.RunSQL(REACH, migrations.RunSQL.noop)]
