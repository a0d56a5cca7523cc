"""How long a desk usually takes to answer: one figure from many requests, for whoever chooses whom to ask."""

from django.db import migrations

USUAL = """
-- Half of the last answers of each desk came sooner. Nothing where fewer than `fewest` were given: no request shows.
CREATE FUNCTION authz.usual_answer(desks int[], fewest int) RETURNS TABLE (desk int, hours double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.answered_at - r.sent_at) / 3600)
    FROM unnest(desks) d CROSS JOIN LATERAL (
        SELECT s.sent_at, s.answered_at FROM support_servicereferral s WHERE s.desk = d
        ORDER BY s.sent_at DESC, s.id DESC LIMIT 30) r
    WHERE r.answered_at IS NOT NULL AND (SELECT authz.context_is_genuine())
    GROUP BY d HAVING count(*) >= greatest(fewest, 3)
$$;
REVOKE EXECUTE ON FUNCTION authz.usual_answer(int[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.usual_answer(int[], int) TO cadra_app;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0003_escalation")]
    operations = [migrations.RunSQL("SET LOCAL check_function_bodies = off;" + USUAL, migrations.RunSQL.noop)]
