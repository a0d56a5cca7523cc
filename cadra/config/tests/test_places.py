"""Where a copy keeps its files: long paths, spaces, a second copy, strangers in /tmp."""

import os
import shutil
import socket

import pytest

from cadra.config.runtime import ports
from cadra.config.runtime.places import places, refuse_foreign
from cadra.config.runtime.plain import Trouble


@pytest.mark.parametrize("name", ["plain", "with a space", "n" * 90, "me'\"; quotes"])
def test_sockets_have_a_short_path_wherever_the_data_lie(tmp_path, name):
    where = places(tmp_path / name)
    where.lay_out()
    try:
        for sock in (where.postgres_socket / ".s.PGSQL.5432", where.keeper_socket):
            assert len(os.fsencode(sock)) <= 107
            assert " " not in str(sock)
    finally:
        shutil.rmtree(where.run)


def test_the_same_data_folder_always_has_the_same_sockets_and_another_has_others(tmp_path):
    long = tmp_path / ("x" * 90)
    assert places(long).run == places(long).run
    assert places(long).run != places(tmp_path / ("y" * 90)).run


def test_a_second_copy_with_the_same_data_is_refused_in_plain_words(tmp_path):
    where = places(tmp_path)
    where.lay_out()
    try:
        with where.claim(), pytest.raises(Trouble, match="already runs"):
            where.claim()
        where.claim().close()
    finally:
        shutil.rmtree(where.run)


def test_a_link_laid_by_a_stranger_is_not_followed(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "theirs")
    with pytest.raises(Trouble, match="belongs to someone else"):
        refuse_foreign(tmp_path / "run")


def test_a_taken_port_is_left_to_its_owner_and_the_next_one_used():
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        taken = owner.getsockname()[1]
        with ports.reserve("127.0.0.1", taken) as held:
            assert taken < ports.port_of(held) < taken + ports.TRIES


def test_two_copies_that_start_together_choose_different_ports():
    with ports.reserve("127.0.0.1", 28321) as one, ports.reserve("127.0.0.1", 28321) as two:
        assert ports.port_of(one) != ports.port_of(two)


def test_an_address_this_machine_does_not_have_is_said():
    with pytest.raises(Trouble, match="no address"):
        ports.reserve("192.0.2.1", 28400)
