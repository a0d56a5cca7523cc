"""Two copies of this checkout started at the same moment make the front-end parts once."""

import runpy
import threading
import time
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[3] / "script" / "assets"


def test_the_second_waits_until_the_first_has_made_them(tmp_path):
    first, second = runpy.run_path(str(ASSETS)), runpy.run_path(str(ASSETS))
    order: list[str] = []
    for module in (first, second):
        module["alone"].__wrapped__.__globals__["ROOT"] = tmp_path

    def work(module, name):
        with module["alone"]():
            order.append(f"{name} begins")
            time.sleep(0.2)
            order.append(f"{name} ends")

    threads = [threading.Thread(target=work, args=pair) for pair in ((first, "one"), (second, "other"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.split()[1] for line in order] == ["begins", "ends", "begins", "ends"]
