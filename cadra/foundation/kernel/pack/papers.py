"""What a country pack says of documents: their kinds, the papers someone may lack, why one leaves the file."""

from typing import Literal

from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack.models import Codes, Hinted


class DocumentKind(Hinted):
    """A kind of document, and the part of the file that opens it."""

    part: Compartment


class PaperKind(Hinted):
    """A paper someone may lack; `kinds`: documents that are such a paper."""

    kinds: Codes


class DocumentReason(Hinted):
    """Why a document is taken along out of the file, or removed from it."""

    use: Literal["take", "remove"]
