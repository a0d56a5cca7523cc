"""The country pack: everything that belongs to one country, as checked data files. `pack()` is the way in."""

from cadra.foundation.kernel.pack.country import CountryPack
from cadra.foundation.kernel.pack.errors import PackError, Problem
from cadra.foundation.kernel.pack.loading import load, pack
from cadra.foundation.kernel.pack.text import Dated, Table, Text

__all__ = ["CountryPack", "Dated", "PackError", "Problem", "Table", "Text", "load", "pack"]
