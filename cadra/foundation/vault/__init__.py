"""The vault: seals what must not lie readable in the database. Keys come from the keeper, and only there."""

from cadra.foundation.vault.box import SealBroken
from cadra.foundation.vault.fields import SealedField
from cadra.foundation.vault.keeper import Keeper, KeeperRefused, KeeperUnavailable, keeper
from cadra.foundation.vault.ring import Ring
from cadra.foundation.vault.sealing import CLOSED, KeyRefused, seal, seal_many, unseal

__all__ = [
    "CLOSED",
    "Keeper",
    "KeeperRefused",
    "KeeperUnavailable",
    "KeyRefused",
    "Ring",
    "SealBroken",
    "SealedField",
    "keeper",
    "seal",
    "seal_many",
    "unseal",
]
