"""Reading pillar 2. Every page that shows words of a file leaves a look in the ledger."""

from cadra.stages.support.queries.boards import Board, board, still_open
from cadra.stages.support.queries.waiting import items, wanted

__all__ = ["Board", "board", "items", "still_open", "wanted"]
