"""What was done to somebody is found without going through the looks: over three years a file is looked at thousands
of times."""

from django.db import migrations

# The same beginnings as ledger.queries.LOOKING; a test compares them.
CHANGE = "verb !~ '^(looked|listed|compared|opened_page|tried|exported)' AND outcome <> 'denied'"
INDEX = f"CREATE INDEX CONCURRENTLY ledger_entry_changes ON ledger_entry USING gin (subjects) WHERE {CHANGE}"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0004_about")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY ledger_entry_changes")]
