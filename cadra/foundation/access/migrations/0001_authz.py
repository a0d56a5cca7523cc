"""The database's own judgement: sessions, grants, refusals and who sees a row (architecture.md §4, ADR 0003).

`cadra_app` never reads the session table; it only names its token, and the functions below compare.
"""

from django.db import migrations

AUTHZ = """
CREATE SCHEMA authz;
REVOKE ALL ON SCHEMA authz FROM PUBLIC;
GRANT USAGE ON SCHEMA authz TO cadra_app, cadra_gate, cadra_stats, cadra_sealer;

-- Which tables carry rows of a file, and how each opens.
CREATE TABLE authz.protected (
    name text PRIMARY KEY,
    compartment text NOT NULL,
    case_column text NOT NULL,
    by_referral text NOT NULL DEFAULT '' CHECK (by_referral IN ('', 'envelope', 'content'))
);
"""

FUNCTIONS = """
-- True when the token set for this transaction is a living session of exactly these principals.
CREATE FUNCTION authz.context_is_genuine() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.access_session s
        WHERE s.token_hash = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'))
          AND s.principals = current_setting('cadra.principals', true)::int[]
          AND cardinality(s.principals) > 0
          AND s.expires_at > now())
$$;

-- The user behind the session of this transaction, or nothing.
CREATE FUNCTION authz.me() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.user_id FROM public.access_session s
    WHERE s.token_hash = sha256(convert_to(current_setting('cadra.token', true), 'UTF8'))
      AND s.principals = current_setting('cadra.principals', true)::int[]
      AND s.expires_at > now()
$$;

-- May this session pass these compartments of this file on to others? It must carry the file (author, legal duty
-- or custody) and itself see, on the living file, everything it passes on.
CREATE FUNCTION authz.may_grant(c uuid, wanted varchar[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    WITH mine AS (
        SELECT g.basis, g.compartments FROM public.access_grant g
        WHERE g.case_id = c AND g.ended_at IS NULL AND g.until > now()
          AND g.scope = 'file' AND g.grantee = ANY (current_setting('cadra.principals')::int[]))
    SELECT authz.context_is_genuine()
        AND EXISTS (SELECT 1 FROM mine WHERE basis IN ('author', 'legal_duty', 'custody'))
        AND wanted <@ COALESCE((SELECT array_agg(k) FROM mine, unnest(mine.compartments) AS k), '{}')
$$;

-- The sum of all live grants and refusals: who reaches these compartments of these files now. In a young database,
-- whose statistics still say "empty", only the index keeps the first import from reading every grant for every row.
CREATE FUNCTION authz.reach(cases uuid[], names text[])
RETURNS TABLE (case_id uuid, compartment text, principals int[], refused int[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
    SELECT c.id, k.name,
        ARRAY(SELECT DISTINCT g.grantee FROM public.access_grant g
            WHERE g.case_id = c.id AND g.ended_at IS NULL AND g.until > now()
              AND (k.name = 'any'
                   OR g.scope = 'file' AND (k.name = 'file' OR k.name = ANY (g.compartments)))
            ORDER BY g.grantee),
        ARRAY(SELECT DISTINCT f.principal FROM public.access_refusal f
            WHERE f.case_id = c.id AND f.ended_at IS NULL ORDER BY f.principal)
    FROM unnest(cases) AS c(id) CROSS JOIN unnest(names) AS k(name)
$$;

-- Hold a file until the end of the transaction: nobody else writes in it or changes who sees it.
CREATE FUNCTION authz.hold(c uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_advisory_xact_lock(7346, hashtext(c::text))
$$;

-- Write who reaches these files on every row of them. Tables without a row of theirs cost one look at an index.
CREATE FUNCTION authz.refresh(cases uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    t record;
    names text[];
    value text;
    present uuid[];
BEGIN
    -- Rows of transactions still open are not to be seen yet: wait for them. A bulk of new files has no other writers.
    IF COALESCE(current_setting('cadra.made_for', true), '') = '' THEN
        PERFORM authz.hold(c) FROM (SELECT DISTINCT u AS c FROM unnest(cases) u ORDER BY 1) ordered;
    END IF;
    FOR t IN SELECT * FROM authz.protected LOOP
        EXECUTE format('SELECT array_agg(DISTINCT x.%I) FROM public.%I x WHERE x.%I = ANY ($1)',
            t.case_column, t.name, t.case_column) INTO present USING cases;
        CONTINUE WHEN present IS NULL;
        value := 'r.principals';
        IF t.by_referral <> '' THEN
            value := format('authz.with_referral(r.principals, x.grant_id, %s)',
                CASE t.by_referral WHEN 'envelope' THEN 'NULL' ELSE 'r.compartment' END);
        END IF;
        names := CASE t.compartment
            WHEN '*' THEN ARRAY['core', 'identity', 'contact', 'story', 'support', 'health', 'justice', 'child']
            ELSE ARRAY[t.compartment] END;
        EXECUTE format(
            'UPDATE public.%I x SET visible_to = %s, refused_to = r.refused FROM authz.reach($1, $2) r
             WHERE x.%I = ANY ($1) AND x.%I = r.case_id %s
               AND (x.visible_to, x.refused_to) IS DISTINCT FROM (%s, r.refused)',
            t.name, value, t.case_column, t.case_column,
            CASE t.compartment WHEN '*' THEN 'AND x.compartment = r.compartment' ELSE '' END, value)
        USING present, names;
    END LOOP;
END $$;

-- The principals of a compartment and, while it lives, the grantee of the referral a row was sent under.
CREATE FUNCTION authz.with_referral(principals int[], referral uuid, needed text) RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN g.grantee IS NULL OR g.grantee = ANY (principals) THEN principals
                ELSE array_append(principals, g.grantee) END
    FROM (SELECT 1) one LEFT JOIN public.access_grant g
        ON g.id = referral AND g.ended_at IS NULL AND g.until > now()
       AND (needed IS NULL OR needed = ANY (g.compartments))
$$;

-- Take up the session's name for this transaction, and end what has run out meanwhile.
CREATE FUNCTION authz.enter(token text, principals int[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('cadra.token', token, true), set_config('cadra.principals', principals::text, true);
    IF EXISTS (SELECT 1 FROM public.access_grant g WHERE g.ended_at IS NULL AND g.until <= now()) THEN
        UPDATE public.access_grant SET ended_at = until, end_reason = 'expired'
            WHERE ended_at IS NULL AND until <= now();
    END IF;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA authz FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.context_is_genuine(), authz.me(), authz.may_grant(uuid, varchar[]),
    authz.enter(text, int[]), authz.hold(uuid) TO cadra_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("network", "0001_initial")]
    operations = [
        migrations.RunSQL(AUTHZ, "DROP SCHEMA authz CASCADE"),
        migrations.RunSQL("SET LOCAL check_function_bodies = off;" + FUNCTIONS, migrations.RunSQL.noop),
    ]
