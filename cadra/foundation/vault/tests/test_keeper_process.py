"""The keeper as a process: who is let in, what a kill loses, what stays out of reach."""

import grp
import os
import socket
import stat
import threading
import time
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cadra.foundation.vault import KeeperRefused, KeeperUnavailable
from cadra.foundation.vault.testing import KeeperHandle, start_keeper
from cadra.keeper import wire


def bare(running) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.connect(running.socket)
    link.settimeout(10)
    return link


def hung_up(link) -> bool:
    try:
        return link.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_client_with_another_secret_is_turned_away(running):
    with pytest.raises(KeeperRefused) as refused:
        running.client("another secret").health()
    assert refused.value.code == "not_admitted"


@pytest.mark.parametrize(
    "first",
    [{"op": "health"}, {"op": "hello"}, {"op": "hello", "secret": ""}, {"op": "hello", "secret": "ë"}],
)
def test_nothing_is_done_before_the_secret_is_shown(running, first):
    with bare(running) as link:
        wire.send(link, first)
        assert wire.receive(link)["code"] == "not_admitted"
        assert wire.receive(link) is None


def test_nonsense_on_the_socket_harms_nobody(running, client):
    for nonsense in (
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x03{}x",
        b"\x00\x00\x00\x02[]",
        b"GET / HTTP/1.0\r\n\r\n",
    ):
        with bare(running) as link:
            link.sendall(nonsense)
            link.shutdown(socket.SHUT_WR)
            assert hung_up(link)
    assert client.health()["names_loaded"]


def test_odd_messages_are_refused_without_repeating_them(running, client):
    for odd in (
        {"op": "__init__"},
        {"op": "stop"},
        {"op": "open_keys"},
        {"op": "refuse", "case": "Arta Hoxha"},
    ):
        with pytest.raises(KeeperRefused) as refused:
            client.ask(**{"operation": odd.pop("op"), **odd})
        assert "Arta" not in str(refused.value)


def test_the_socket_and_the_folder_are_the_owners_only(running):
    assert stat.S_IMODE(os.stat(running.socket).st_mode) == 0o600
    assert stat.S_IMODE(running.store_dir.stat().st_mode) == 0o700
    for path in running.store_dir.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_leaves_no_core_file(running):
    limits = Path(f"/proc/{running.pid}/limits")
    if not limits.exists():
        pytest.skip("no /proc on this system")
    (core,) = [line for line in limits.read_text().splitlines() if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]


def test_a_killed_keeper_has_lost_nothing_it_acknowledged(running, sign_in):
    token = sign_in("besa", 1)
    acknowledged: list[uuid.UUID] = []

    def write() -> None:
        writer = running.client()
        while True:
            case = uuid.uuid4()
            try:
                writer.create_cases(token, [case])
            except (KeeperUnavailable, KeeperRefused):
                writer.close()
                return
            acknowledged.append(case)

    for _ in range(5):
        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        running.kill9()
        for thread in threads:
            thread.join()
        running.start()
    assert len(acknowledged) > 50
    again = running.client()
    assert len(again.open_keys(token, [(case, "story") for case in acknowledged])) == min(len(acknowledged), 600)


def test_a_key_is_the_same_after_a_kill_and_the_client_reconnects(running, client, author, case):
    before = client.open_keys(author.token, [(case, "story")])
    running.kill9()
    running.start()
    assert client.open_keys(author.token, [(case, "story")]) == before


def test_without_a_keeper_the_client_says_so_plainly(running, client, author, case):
    running.kill9()
    with pytest.raises(KeeperUnavailable, match="cannot be reached"):
        client.open_keys(author.token, [(case, "story")])


def test_a_second_keeper_does_not_start_on_the_same_store(running, tmp_path):
    second = KeeperHandle(tmp_path, {})
    with pytest.raises(RuntimeError, match="Another keeper is running"):
        second.start()
    second.remove()


def test_many_threads_share_one_client(running, client, author, case):
    wrong: list[object] = []
    expected = client.open_keys(author.token, [(case, "story")])

    def ask() -> None:
        for _ in range(40):
            if client.open_keys(author.token, [(case, "story")]) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_read_succeeds_after_a_withdrawal_is_acknowledged(running, client, author, case, sign_in):
    grant = {"id": uuid.uuid4(), "case": case, "compartments": ["story"], "grantee": 200, "basis": "consent"}
    client.add_grants(author.token, [{**grant, "starts": time.time() - 1, "until": None}])
    reader = sign_in("officer", 2, 200)
    withdrawn = threading.Event()
    late: list[object] = []
    early = [0]

    def read() -> None:
        for _ in range(60):
            after = withdrawn.is_set()
            if client.open_keys(reader, [(case, "story")]):
                early[0] += 1
                if after:
                    late.append(1)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    client.end_grants(author.token, [grant["id"]])
    withdrawn.set()
    for thread in threads:
        thread.join()
    assert early[0] > 0
    assert late == []


def test_keys_stay_readable_while_the_epoch_turns(tmp_path):
    handle = start_keeper(tmp_path, CADRA_LOAD="1", CADRA_KEEPER_QUOTA="100000")
    client, token = handle.system_client(), uuid.uuid4().hex
    client.open_session(token, "besa", [1], ["case_worker"], time.time() + 600)
    cases = [uuid.uuid4() for _ in range(10_000)]
    grants = [
        {
            "id": uuid.uuid4(),
            "case": c,
            "compartments": ["story"],
            "grantee": 1,
            "basis": "custody",
            "starts": 0,
        }
        for c in cases
    ]
    client.bulk_load(cases, grants)
    turned: list[dict] = []
    turning = threading.Thread(target=lambda: turned.append(handle.system_client().turn_epoch()))
    turning.start()
    reads = 0
    while turning.is_alive():
        assert len(client.open_keys(token, [(case, "story") for case in cases[reads % 9000 :][:50]])) == 50
        reads += 50
    turning.join()
    assert turned == [{"epoch": 2, "cases": 10_000}]
    assert reads > 0
    handle.remove()


def test_signatures_are_of_the_keeper_and_stay_the_same_key(running, client):
    key = client.public_key()
    Ed25519PublicKey.from_public_bytes(key).verify(running.system_client().sign(b"checkpoint"), b"checkpoint")
    running.kill9()
    running.start()
    assert client.public_key() == key


def test_the_socket_admits_the_group_it_is_given_and_otherwise_only_its_own_account(running, tmp_path):
    assert stat.S_IMODE(os.stat(running.socket).st_mode) == 0o600
    group = grp.getgrgid(os.getgid()).gr_name
    handle = start_keeper(tmp_path / "group", CADRA_KEEPER_GROUP=group)
    assert stat.S_IMODE(os.stat(handle.socket).st_mode) == 0o660
    handle.remove()
    with pytest.raises(RuntimeError, match="CADRA_KEEPER_GROUP"):
        start_keeper(tmp_path / "none", CADRA_KEEPER_GROUP="no-such-group")
