"""The invented year has something true to show on every desk and list."""
import time
from pathlib import Path
from typing import Any

from cadra.demo import story


def test_try(empty: Any, demo: Path) -> None:
    t=time.monotonic()
    import cProfile
    import pstats
    p=cProfile.Profile(); p.enable()
    story.tell(print, people=12)
    p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(45)
    print(time.monotonic()-t)
    print(empty.sql("select stage,status,count(*) from cases_case group by 1,2"))
