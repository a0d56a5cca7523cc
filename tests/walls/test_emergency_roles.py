"""An emergency opens for the roles that meet people, and pages, PostgreSQL and keeper agree which these are (A10)."""

import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from cadra.foundation.access.policy import BREAK_GLASS_ROLES
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.roles import Role
from cadra.foundation.vault.keeper import KeeperRefused, keeper
from tests.world import World

HOUR = 3600.0
PARTS = ["core", "identity", "story"]


def emergency(case_id: Any, grantee: int) -> dict[str, Any]:
    start = now().timestamp()
    return {
        "id": str(uuid.uuid4()),
        "case": str(case_id),
        "compartments": PARTS,
        "grantee": grantee,
        "basis": "break_glass",
        "starts": start,
        "until": start + HOUR,
    }


def keys(token: str, world: World) -> dict[Any, bytes]:
    return keeper().open_keys(token, [(world.case_id, part) for part in PARTS])


def test_the_keeper_opens_in_an_emergency_for_the_roles_of_the_policy_and_no_other(house: Any, world: World) -> None:
    besim = house.user("besim")
    allowed = set()
    for role in Role:
        token = f"session of a {role}"
        keeper().open_session(token, besim.pk, [besim.principal], [role], now().timestamp() + HOUR)
        grant = emergency(world.case_id, besim.principal)
        try:
            keeper().add_grants(token, [grant])
        except KeeperRefused as refused:
            assert refused.code == "not_allowed"
            assert not keys(token, world)
        else:
            allowed.add(role)
            assert keys(token, world)
            keeper().end_grants(token, [uuid.UUID(grant["id"])])
        keeper().close_session(token)
    assert allowed == set(BREAK_GLASS_ROLES)


def test_postgresql_opens_for_the_same_roles(house: Any, world: World) -> None:
    besim = house.user("besim")
    reference = house.sql("SELECT reference FROM people_person WHERE id = %s", [world.case_id])[0][0]
    allowed = set()
    for role in Role:
        house.sql("UPDATE network_roleholding SET role = %s WHERE user_id = %s", [role, besim.pk])
        token = house.sign_in("besim")
        with transaction.atomic(), connection.cursor() as cursor:
            principals = house.sql("SELECT principals FROM access_session ORDER BY created_at DESC LIMIT 1")[0][0]
            cursor.execute("SELECT authz.enter(%s, %s)", [token, principals])
            cursor.execute("SELECT grant_id FROM authz.break_glass(%s, 'danger_to_life')", [reference])
            if cursor.fetchone()[0] is not None:
                allowed.add(role)
            transaction.set_rollback(True)
    assert allowed == set(BREAK_GLASS_ROLES)


@pytest.mark.parametrize("name", ["mona", "ina", "sys", "sara", "dita"])
def test_a_forged_emergency_gives_a_session_without_the_role_no_key(house: Any, world: World, name: str) -> None:
    """Whoever writes in the database what he likes still has no key: the keeper asks its own register."""
    user = house.user(name)
    with house.as_(name) as actor:
        made = (
            "INSERT INTO access_grant (id, case_id, compartments, grantee, scope, purpose, basis, starts_at, until,"
            " given_by, end_reason, visible_to, refused_to) VALUES (%s, %s, %s, %s, 'file', 'emergency', 'break_glass',"
            " now(), now() + interval '1 hour', %s, '', '{}', '{}')"
        )
        values = [uuid.uuid4(), world.case_id, PARTS, user.principal, user.pk]
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(made, values)  # PostgreSQL refuses it to the application …
        house.sql(made, values)  # … so the owner of the tables forges it
        house.sql(
            "INSERT INTO network_roleholding (id, user_id, role, since) VALUES (gen_random_uuid(), %s, %s, now())",
            [user.pk, "case_manager"],
        )
        assert not keys(actor.token, world)
        with pytest.raises(KeeperRefused):
            keeper().add_grants(actor.token, [emergency(world.case_id, user.principal)])
        assert not keys(actor.token, world)
