"""A change of who reaches a file asks once which tables hold rows of it, with plans that are kept: they are always the
same few rows by their file."""

from django.db import migrations

REFRESH = """
CREATE OR REPLACE FUNCTION authz.write_refresh() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $write$
DECLARE
    t record;
    value text;
    asked text[] := '{}';
    steps text := '';
BEGIN
    FOR t IN SELECT * FROM authz.protected ORDER BY name LOOP
        value := CASE t.by_referral
            WHEN '' THEN 'r.principals'
            WHEN 'envelope' THEN 'authz.with_referral(r.principals, x.grant_id, NULL)'
            ELSE 'authz.with_referral(r.principals, x.grant_id, r.compartment)' END;
        asked := asked || format('EXISTS (SELECT 1 FROM public.%I x WHERE x.%I = ANY (cases))', t.name, t.case_column);
        steps := steps || format($step$
    IF holds[%1$s] THEN
        UPDATE public.%2$I x SET visible_to = %4$s, refused_to = r.refused FROM unnest(reached) r
        WHERE x.%3$I = r.case_id AND r.compartment = %5$s
          AND (x.visible_to, x.refused_to) IS DISTINCT FROM (%4$s, r.refused);
    END IF;$step$,
            cardinality(asked), t.name, t.case_column, value,
            CASE t.compartment WHEN '*' THEN 'x.compartment' ELSE quote_literal(t.compartment) END);
    END LOOP;
    EXECUTE format($function$
CREATE OR REPLACE FUNCTION authz.refresh(cases uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan AS $body$
DECLARE
    reached authz.reached[];
    holds boolean[];
BEGIN
    -- Rows of transactions still open are not to be seen yet: wait for them. A bulk of new files has no other writers.
    IF COALESCE(current_setting('cadra.made_for', true), '') = '' THEN
        PERFORM authz.hold(c) FROM (SELECT DISTINCT u AS c FROM unnest(cases) u ORDER BY 1) ordered;
    END IF;
    reached := ARRAY(SELECT ROW(r.case_id, r.compartment, r.principals, r.refused)::authz.reached
        FROM authz.reach(cases, '{core,identity,contact,story,support,health,justice,child,file,any}') r);
    holds := ARRAY[%s]::boolean[];
%s
END $body$ $function$, array_to_string(asked, ','), steps);
    RETURN NULL;
END $write$;
UPDATE authz.protected SET name = name;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_training")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + REFRESH, migrations.RunSQL.noop)]
