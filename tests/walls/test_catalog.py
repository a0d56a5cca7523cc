"""What PostgreSQL's own catalogue must say, whatever the code believes (security.md A2)."""

from typing import Any

import pytest
from django.apps import apps

from cadra.foundation.access.protected import Readers
from cadra.foundation.kernel.classification import gaps

# Tables of libraries. They hold no word about a person of the mechanism and carry no policy of ours.
LIBRARY = (
    "account_",
    "auth_",
    "django_",
    "mfa_",
    "procrastinate_",
    "socialaccount_",
)
OURS_WITHOUT_POLICY = {"access_throttle"}  # counters of sign-in attempts, needed before anybody is someone

SERVING = ("cadra_app", "cadra_gate", "cadra_sealer", "cadra_stats")


def our_tables(house: Any) -> set[str]:
    found = {row[0] for row in house.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    return {name for name in found if not name.startswith(LIBRARY)} - OURS_WITHOUT_POLICY


def test_every_table_has_row_security_forced(house: Any) -> None:
    rows = house.sql(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    guarded = {name for name, guarded in rows if guarded}
    assert our_tables(house) - guarded == set()


def test_every_table_has_a_policy(house: Any) -> None:
    rows = house.sql("SELECT DISTINCT tablename FROM pg_policies WHERE schemaname = 'public'")
    assert our_tables(house) - {row[0] for row in rows} == set()


def test_every_row_of_a_file_is_registered_with_the_compartment_its_model_names(house: Any) -> None:
    registered = dict(house.sql("SELECT name, compartment FROM authz.protected"))
    declared = {
        model._meta.db_table: str(model.compartment) for model in apps.get_models() if issubclass(model, Readers)
    }
    assert registered == declared


def test_every_row_of_a_file_is_stamped_and_kept(house: Any) -> None:
    rows = house.sql(
        "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname IN ('a_stamp', 'a_keep') AND t.tgenabled = 'O' GROUP BY 1"
    )
    protected = {row[0] for row in house.sql("SELECT name FROM authz.protected")}
    assert dict(rows) == dict.fromkeys(protected, 2)


def test_the_serving_roles_own_nothing_and_bypass_nothing(house: Any) -> None:
    owned = house.sql(
        "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY (%s)",
        [list(SERVING)],
    )
    strong = house.sql(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
        [[*SERVING, "cadra_owner"]],
    )
    assert (owned, strong) == ([], [])


def test_no_serving_role_may_truncate_or_create(house: Any) -> None:
    truncate = house.sql(
        "SELECT grantee, table_name FROM information_schema.role_table_grants "
        "WHERE privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES') AND grantee = ANY (%s)",
        [list(SERVING)],
    )
    create = house.sql(
        "SELECT r FROM unnest(%s::text[]) r WHERE has_schema_privilege(r, 'public', 'CREATE') "
        "OR has_schema_privilege(r, 'authz', 'CREATE')",
        [list(SERVING)],
    )
    assert (truncate, create) == ([], [])


def test_there_are_no_views(house: Any) -> None:
    assert (
        house.sql("SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace")
        == []
    )


DEFINERS = {
    # who is asking, and what follows from it
    "context_is_genuine",
    "me",
    "may_grant",
    "enter",
    # who reaches a row
    "reach",
    "refresh",
    "with_referral",
    # triggers
    "end_sessions",
    "factor_changed",
    "cover_changed",
    "give_author",
    "grants_changed",
    "grants_ended",
    # an emergency
    "break_glass",
    # kept forms nobody came back for
    "sweep_drafts",
    # an invited account
    "accept_invitation",
    # a lost second factor: who answers for whose, and the link with which the new one is set up
    "handles_factor",
    "reset_confirmed",
    "waits_for_link",
    "open_factor_link",
    "factor_by_link",
    # what the keeper must still close, for the worker alone
    "note_ended_grants",
    "note_refusals",
    "note_ended_sessions",
    "closings",
    "closed",
    "must_be_gone",
    "standing_refusals",
}


def test_every_function_with_its_owners_rights_is_listed_and_pinned(house: Any) -> None:
    rows = house.sql(
        "SELECT p.proname, p.proconfig::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname IN ('authz', 'public')"
    )
    protected = {row[0] for row in house.sql("SELECT name FROM authz.protected")}
    expected = DEFINERS | {f"stamp_{name}" for name in protected} | OTHER_DEFINERS
    assert {name for name, _ in rows} == expected
    unpinned = [name for name, config in rows if "search_path=pg_catalog, public, pg_temp" not in (config or "")]
    assert unpinned == []


# Functions of single apps, each with its reason.
OTHER_DEFINERS = {
    "ledger_trail",  # who saw a file, for whoever knows its alias
    "ledger_changes",  # what was done to a file, for whoever knows its alias
    "ledger_about",  # the same about one thing of hers: what was sent, and when it was shown
    "ledger_health",  # how many entries wait to be sealed: two figures
    "note_denied",  # a refused attempt goes on her record, though the one who tried can't see it
    "reviews_emergencies",  # is this session a data protection officer's?
    "emergency_steps",  # what was done in one emergency opening, for its reviewer
    "escalate_identification",  # marks what is late and names whom to tell; nothing of a file
    "escalate_support",
    "escalate_files",
    "next_due",  # the next date of a file, from everything due on it in tables its writer may not see
    "first_due",  # its share of that: the stage, identification, consents, the plan
    "keep_next_due",  # writes it, and nothing else, on the row just written
    "work_out_due",  # the same when a date elsewhere in the file changed
    "due_begins",
    "due_moves",
    "refresh_due",  # the same when a date ended by itself
    "file_rests",  # nothing of a closed file is written, by whoever may see its row or not
    "stands_for",  # whose files wait for the asker today: user ids
    "my_house",  # the institution of whoever asks
    "assignment_stands",  # whom nobody may assign, and which answer may follow which
    "interpreter_changed",  # takes off whoever left the roster or turns out to be feared
    "my_appointments",  # an interpreter's own: time, language, a reference; nothing of a file
    "answer_appointment",  # her yes or no to one of them
    "tasks_falling_to_me",  # open tasks of colleagues who are away or gone, for whoever answers for them now
    "house_tasks_falling_to_me",
    "files_falling_to_me",  # files of colleagues who are away, gone or kept out, for whoever answers for them now
    "assignment_has_hands",  # whoever is asked is not feared, and only she answers
    "assignment_answered",  # her yes opens what was given with the question, her no closes it
    "place_ended",  # who stood in for somebody beside her leaves with the place
    "days_over",  # … and with the last day of what was given to her
    "back_before",  # … and when the colleague is back
    "handover_has_hands",  # a file goes to nobody feared, and by nobody's yes but her own
    "task_lost",  # whether whoever has a task still sees it
    "tasks_of_who_moved",
    "tell_of_tasks",  # marks which dates were told of and names whom to tell; nothing of a file
    "sweep_tasks",  # throws away what is past its time of keeping
    "calendar",  # days, hours and numbers for a calendar that asks with a token
    "goal_due",  # a goal's next date, from its steps
    "support_consent_ended",  # a referral closes in the statement that ends its grant
    "support_moved",  # a referral sent never changes, and a closed one stays closed
    "support_help_came",  # the first help is stamped on a file the provider can't see
    "still_waits",  # what an institution answers for, in four words, for who closes it; nothing of a file
    "administers",  # does this session administer an institution: whose rules it may write
    "oversees",  # is this session a monitor’s?
    "oversee_restrictions",  # restrictions without file, name or words, for the monitor alone
    "oversee_counts",  # how many there are by institution and kind, for the monitor alone
    "usual_answer",  # how long a desk usually takes to answer: one figure from many requests
    "budget_counts",  # what a line has left, written by nobody else
    "money_has_hands",  # the two with cash that was given are colleagues
    "budget_line_opens",  # is this session a supervisor's?
    "documents_known",  # which of these ids are still documents, so that bytes of none are thrown away
    "sweep_exchange",  # throws away imports and exports nobody finished
}


def test_no_function_is_open_to_everyone(house: Any) -> None:
    open_to_all = house.sql(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'authz' AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )
    assert open_to_all == []


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m.__module__.startswith("cadra.")], ids=str)
def test_every_field_is_classified_and_has_a_retention_rule(model: Any) -> None:
    assert gaps(model) == []
