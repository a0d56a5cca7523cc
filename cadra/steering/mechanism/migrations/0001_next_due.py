"""The next date of a file is derived, never typed: PostgreSQL works it out whenever something that is due changes.

Here, because this is the only place that joins the stages. The application cannot write `cases_case.next_due_at`.
"""

from django.db import migrations

NEXT_DUE = """
-- What is due next on an open file. What ends by itself (a time to recover, a consent) counts until it is over; what
-- somebody must do counts until it is done; the first step of the stage until somebody carries her and there is a plan.
CREATE FUNCTION authz.next_due(of_case cases_case) RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT min(due) FROM (
        SELECT of_case.stage_due_at AS due
            WHERE of_case.manager_id IS NULL
               OR NOT EXISTS (SELECT 1 FROM support_plan p WHERE p.case_id = of_case.case_id)
        UNION ALL
        SELECT COALESCE(assign_due_at, answer_due_at) FROM identification_referral
            WHERE case_id = of_case.case_id AND state IN ('sent', 'acknowledged', 'connected')
        UNION ALL
        SELECT decision_due_at FROM identification_pair
            WHERE case_id = of_case.case_id AND ended_at IS NULL AND of_case.status = 'presumed'
        UNION ALL
        SELECT authz.ends(r.ends_on) FROM identification_recoveryperiod r
            WHERE r.case_id = of_case.case_id AND r.ends_on >= authz.today()
              AND NOT EXISTS (SELECT 1 FROM identification_recoveryperiod o WHERE o.extended_from = r.id)
        UNION ALL
        SELECT CASE WHEN c.answer = 'not_yet' THEN authz.ends(c.ask_again_on) ELSE c.until END
            FROM consent_consent c
            WHERE c.case_id = of_case.case_id AND c.withdrawn_at IS NULL
              AND (c.answer = 'not_yet' OR c.answer IN ('given', 'limited') AND c.until > now())
              AND NOT EXISTS (
                SELECT 1 FROM consent_consent n
                WHERE n.case_id = c.case_id AND n.recipient_kind = c.recipient_kind
                  AND n.recipient IS NOT DISTINCT FROM c.recipient AND n.purpose = c.purpose
                  AND (n.decided_at, n.id) > (c.decided_at, c.id))
        UNION ALL
        SELECT authz.ends(review_on) FROM support_plan WHERE case_id = of_case.case_id
        UNION ALL
        SELECT authz.ends(due_on) FROM support_goal
            WHERE case_id = of_case.case_id AND reached_on IS NULL AND dropped_on IS NULL
        UNION ALL
        SELECT authz.ends(offer_again_on) FROM support_offer WHERE case_id = of_case.case_id
        UNION ALL
        SELECT next_due_at FROM support_servicereferral
            WHERE case_id = of_case.case_id AND state IN ('sent', 'waiting_list', 'accepted', 'started')
        UNION ALL
        SELECT second_look_by FROM cases_closing
            WHERE case_id = of_case.case_id AND confirmed_at IS NULL AND returned_at IS NULL
    ) AS dates
    WHERE of_case.stage <> 'closed'
$$;

-- Whatever is written to a file's row, its next date is worked out here.
CREATE FUNCTION authz.keep_next_due() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.next_due_at := authz.next_due(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER c_next_due_at_first BEFORE INSERT ON cases_case
    FOR EACH ROW EXECUTE FUNCTION authz.keep_next_due();
CREATE TRIGGER c_next_due BEFORE UPDATE OF stage, status, manager_id, stage_due_at, next_due_at ON cases_case
    FOR EACH ROW EXECUTE FUNCTION authz.keep_next_due();

-- A date somewhere in these files changed. Each file's row is held first, so that of two changes at once the second
-- sees the first.
CREATE FUNCTION authz.work_out_due(of_cases uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one cases_case;
BEGIN
    FOR one IN SELECT * FROM cases_case c WHERE c.case_id = ANY (of_cases) ORDER BY c.id FOR NO KEY UPDATE LOOP
        IF one.next_due_at IS DISTINCT FROM authz.next_due(one) THEN
            UPDATE cases_case SET next_due_at = NULL WHERE id = one.id;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION authz.due_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM authz.work_out_due(ARRAY(SELECT DISTINCT case_id FROM begun));
    RETURN NULL;
END $$;
CREATE FUNCTION authz.due_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM authz.work_out_due(ARRAY[COALESCE(NEW.case_id, OLD.case_id)]);
    RETURN NULL;
END $$;

-- What ended by itself is no date any more: the clock asks for this, for the dates since then.
CREATE FUNCTION authz.refresh_due(since timestamptz) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT authz.work_out_due(ARRAY(
        SELECT case_id FROM cases_case WHERE next_due_at >= since AND next_due_at < now()))
$$;
REVOKE EXECUTE ON FUNCTION authz.next_due(cases_case), authz.keep_next_due(), authz.work_out_due(uuid[]),
    authz.due_begins(), authz.due_moves(), authz.refresh_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authz.refresh_due(timestamptz) TO cadra_app;
"""

#: Where dates live, and which columns move them.
SOURCES = {
    "cases_closing": "confirmed_at, returned_at",
    "consent_consent": "withdrawn_at, until, ask_again_on, answer",
    "identification_pair": "decision_due_at, ended_at",
    "identification_recoveryperiod": "ends_on",
    "identification_referral": "state, answer_due_at, assign_due_at",
    "support_goal": "due_on, reached_on, dropped_on",
    "support_offer": "offer_again_on",
    "support_plan": "review_on",
    "support_servicereferral": "next_due_at, state",
}
WATCH = """
CREATE TRIGGER due_begins AFTER INSERT ON {table} REFERENCING NEW TABLE AS begun
    FOR EACH STATEMENT EXECUTE FUNCTION authz.due_begins();
CREATE TRIGGER due_moves AFTER DELETE OR UPDATE OF {columns} ON {table}
    FOR EACH ROW EXECUTE FUNCTION authz.due_moves();
"""

RESTS = """
-- A closed file is only read. What she says about who may see it, and rights over her data, stay possible.
CREATE FUNCTION authz.closed_file_rests() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM cases_case c WHERE c.stage = 'closed' AND c.case_id IN (SELECT case_id FROM changed)) THEN
        RAISE EXCEPTION 'a closed file is only read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION authz.closed_file_rests() FROM PUBLIC;
"""
#: Tables nothing is added to or changed in while the file is closed.
RESTING = (
    "cases_closing",
    "identification_decision",
    "identification_interview",
    "support_change",
    "support_delivery",
    "support_goal",
    "support_offer",
    "support_offerdecision",
    "support_plan",
    "support_servicereferral",
)
REST = """
CREATE TRIGGER rests_begun AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION authz.closed_file_rests();
CREATE TRIGGER rests_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT WHEN (current_user = 'cadra_app') EXECUTE FUNCTION authz.closed_file_rests();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_closing"),
        ("consent", "0002_policies"),
        ("identification", "0003_escalation"),
        ("support", "0003_escalation"),
    ]
    operations = [
        migrations.RunSQL(
            "SET LOCAL check_function_bodies = off;"
            + NEXT_DUE
            + "".join(WATCH.format(table=table, columns=columns) for table, columns in SOURCES.items())
            + RESTS
            + "".join(REST.format(table=table) for table in RESTING),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("UPDATE cases_case SET next_due_at = NULL", migrations.RunSQL.noop),
    ]
