"""What the app's role may do with messages, and with the queue's own tables."""

from django.db import migrations

RIGHTS = """
REVOKE ALL ON outbox_message, outbox_demomail FROM PUBLIC, cadra_app;
GRANT SELECT, INSERT, DELETE ON outbox_message, outbox_demomail TO cadra_app;
GRANT UPDATE (language, link, state, reason, attempts, next_try, sent_at) ON outbox_message TO cadra_app;
GRANT USAGE ON SEQUENCE outbox_demomail_id_seq TO cadra_app;
"""

# The queue's schema comes from procrastinate's own migrations, run by the owner. A later version that adds a
# table or a function needs this step again, in a new migration that depends on it.
QUEUE = """
DO $$
DECLARE
    item record;
BEGIN
    FOR item IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'procrastinate\\_%'
                  AND c.relkind IN ('r', 'S')
    LOOP
        IF item.relkind = 'r' THEN
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO cadra_app', item.name);
        ELSE
            EXECUTE format('GRANT USAGE ON SEQUENCE %s TO cadra_app', item.name);
        END IF;
    END LOOP;
    FOR item IN SELECT p.oid::regprocedure AS name FROM pg_proc p
                WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO cadra_app', item.name);
    END LOOP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [migrations.RunSQL(RIGHTS), migrations.RunSQL(QUEUE)]
