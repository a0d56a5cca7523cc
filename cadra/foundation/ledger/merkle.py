"""RFC 6962 Merkle trees: hashes, roots, inclusion and consistency proofs, and their verification.

Only the standard library, so that an outsider's verifier needs nothing of Çadra. Hashes are 32-byte SHA-256;
a leaf is hashed with the prefix 0x00 and a node with 0x01, so no node can be passed off as an entry.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# The root hash of the leaves lo ≤ i < hi.
Subtree = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry's canonical bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Leaves in the left subtree of a tree of `size` ≥ 2: the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


class Frontier:
    """The right edge of a growing tree: enough to append leaves and give the root, in O(log n) memory."""

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        if len(nodes) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} frontier nodes, not {len(nodes)}.")
        self.size = size
        self.nodes = list(nodes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Read back what `to_bytes` wrote for a tree of `size`; ValueError when the lengths disagree."""
        if len(data) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"The frontier of a tree of {size} leaves can't be {len(data)} bytes long.")
        return cls(size, [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        return b"".join(self.nodes)

    def copy(self) -> "Frontier":
        return Frontier(self.size, self.nodes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash: as many joins as `size` has trailing one-bits."""
        size, joined = self.size, leaf
        while size & 1:
            joined = node_hash(self.nodes.pop(), joined)
            size >>= 1
        self.nodes.append(joined)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return EMPTY_ROOT
        joined = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            joined = node_hash(left, joined)
        return joined

    def ranges(self) -> dict[tuple[int, int], bytes]:
        """The complete subtrees on the edge: (first leaf, end) → hash."""
        found, start, height = {}, 0, self.size.bit_length() - 1
        nodes = iter(self.nodes)
        while height >= 0:
            if self.size >> height & 1:
                found[start, start + (1 << height)] = next(nodes)
                start += 1 << height
            height -= 1
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """Subtree hashes computed from all leaf hashes."""
    return lambda lo, hi: root_of(leaves[lo:hi])


def grown_subtrees(old: Frontier, new_leaves: Sequence[bytes]) -> Subtree:
    """Subtree hashes for a consistency proof from `old` on, without reading the leaves below it."""
    edge, start = old.ranges(), old.size

    def subtree(lo: int, hi: int) -> bytes:
        return edge[lo, hi] if hi <= start else root_of(new_leaves[lo - start : hi - start])

    return subtree


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Audit path of leaf `index` in a tree of `size` (RFC 6962 §2.1.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size}.")

    def path(lo: int, hi: int) -> list[bytes]:
        if hi - lo == 1:
            return []
        middle = lo + split(hi - lo)
        if index < middle:
            return [*path(lo, middle), subtree(middle, hi)]
        return [*path(middle, hi), subtree(lo, middle)]

    return path(0, size)


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Proof that the tree of `old` leaves is a prefix of that of `new` (RFC 6962 §2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {old} leaves can't be the beginning of a tree of {new}.")

    def path(lo: int, hi: int, whole: bool) -> list[bytes]:
        if hi == old:
            return [] if whole else [subtree(lo, hi)]
        middle = lo + split(hi - lo)
        if old <= middle:
            return [*path(lo, middle, whole), subtree(middle, hi)]
        return [*path(middle, hi, False), subtree(lo, middle)]

    return path(0, new, True) if old else []


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """True when `proof` puts the leaf hash at `index` of the tree with `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, joined = index, size - 1, leaf
    for node in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            joined = node_hash(node, joined)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            joined = node_hash(joined, node)
        position, last = position >> 1, last >> 1
    return last == 0 and joined == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True when `proof` shows that the old tree is the beginning of the new one (RFC 9162 §2.1.4.2)."""
    if old == 0:
        return old_root == EMPTY_ROOT and not proof
    if old >= new:
        return old == new and old_root == new_root and not proof
    steps = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_joined = new_joined = steps[0]
    for node in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_joined, new_joined = node_hash(node, old_joined), node_hash(node, new_joined)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new_joined = node_hash(new_joined, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old_joined == old_root and new_joined == new_root
