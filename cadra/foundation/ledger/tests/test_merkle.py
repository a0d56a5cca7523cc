"""The tree is RFC 6962's: known vectors, and a slow restatement of the RFC as the judge of the fast one."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadra.foundation.ledger import merkle

# The eight inputs and the roots of their first 1…8 used by the Certificate Transparency reference code.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in INPUTS]
# (leaf, size) → audit path; (old, new) → consistency proof; from the same reference vectors.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def rfc_root(data: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return sha256(b"\x01" + rfc_root(data[:k]) + rfc_root(data[k:])).digest()


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_vectors(size):
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("place", INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_vectors(place):
    proof = merkle.inclusion_proof(*place, merkle.subtrees_of(LEAVES[: place[1]]))
    assert [node.hex() for node in proof] == INCLUSION[place]


@pytest.mark.parametrize("sizes", CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_vectors(sizes):
    proof = merkle.consistency_proof(*sizes, merkle.subtrees_of(LEAVES[: sizes[1]]))
    assert [node.hex() for node in proof] == CONSISTENCY[sizes]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_gives_the_roots_of_the_rfc(data):
    frontier = merkle.Frontier()
    for item in data:
        frontier.append(merkle.leaf_hash(item))
        frontier = merkle.Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert frontier.root() == rfc_root(data)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4)) for number in range(count)]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_in_its_place_and_in_no_other(size):
    hashes = leaves(size)
    subtree, root = merkle.subtrees_of(hashes), merkle.root_of(hashes)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, subtree)
        assert merkle.verify_inclusion(index, size, hashes[index], proof, root)
        assert not merkle.verify_inclusion((index + 1) % size, size, hashes[index], proof, root) or size == 1
        assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"other"), proof, root)
        assert not merkle.verify_inclusion(index, size, hashes[index], [*proof, root], root)


@pytest.mark.parametrize("new", range(1, 34))
def test_every_beginning_is_proved_and_any_other_beginning_refused(new):
    hashes = leaves(new)
    root, other = merkle.root_of(hashes), merkle.leaf_hash(b"other")
    for old in range(1, new + 1):
        proof = merkle.consistency_proof(old, new, merkle.subtrees_of(hashes))
        assert merkle.verify_consistency(old, merkle.root_of(hashes[:old]), new, root, proof)
        assert not merkle.verify_consistency(old, other, new, root, proof)
        assert not merkle.verify_consistency(old, merkle.root_of(hashes[:old]), new, other, proof)
        for at in range(len(proof)):
            bent = [*proof[:at], other, *proof[at + 1 :]]
            assert not merkle.verify_consistency(old, merkle.root_of(hashes[:old]), new, root, bent)


@pytest.mark.parametrize("new", range(2, 34))
def test_a_consistency_proof_needs_only_the_edge_of_the_old_tree(new):
    hashes = leaves(new)
    for old in range(1, new):
        edge = merkle.Frontier()
        for leaf in hashes[:old]:
            edge.append(leaf)
        short = merkle.consistency_proof(old, new, merkle.grown_subtrees(edge, hashes[old:]))
        assert short == merkle.consistency_proof(old, new, merkle.subtrees_of(hashes))
