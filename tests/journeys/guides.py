"""Takes the pictures of the guides from the journey itself, so that they stay true. Run by script/guides."""

import base64
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cadra.stages.identification.tests import story as earlier
from cadra.steering.monitoring.tests import many
from tests.browser import PHONE, person_at
from tests.cast import PASSWORD
from tests.journeys import story
from tests.journeys.test_first_signal_to_help import with_codes

pytestmark = pytest.mark.journey
FOLDER = Path(__file__).resolve().parents[2] / "docs/guides/pictures"
#: Pages of the story that are in a guide, and those shown as on a telephone.
WIDE = {
    *("referrals", "asks", "receipt", "desk", "match", "assign", "identification", "interview", "to-sign"),
    *("recovery", "waiting", "file", "plan", "offers", "preview", "withdraw", "requests", "request", "give"),
    *("figures-persons", "figures-times", "restriction", "oversight"),
}
NARROW = {"safety", "arrived", "identified", "told", "ended", "figures-help"}
TALLEST = {"wide": 1250, "narrow": 900}  # pixels: a guide shows the part one reads first
EDGE = 16  # pixels beside what the page says
MOST_COLOURS = 256
MOST_BYTES = 6_000_000  # all pictures together
READ = """async png => {
    const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const bytes = canvas.getImageData(0, 0, image.width, image.height).data;
    const parts = [];
    for (let i = 0; i < bytes.length; i += 30000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 30000)));
    return {width: image.width, height: image.height, pixels: btoa(parts.join(""))};
}"""


class Camera:
    """Takes the pictures of one language."""

    def __init__(self, language: str) -> None:
        self.folder = FOLDER / language
        self.folder.mkdir(parents=True, exist_ok=True)
        self.table: Page | None = None

    def __call__(self, page: Page, name: str) -> None:
        if name in WIDE:
            self._take(page, name, "wide")
        if name in NARROW:
            before = page.viewport_size
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            self._take(page, f"{name}-phone", "narrow")
            page.set_viewport_size(before)  # type: ignore[arg-type]

    def _take(self, page: Page, name: str, shape: str) -> None:
        page.evaluate("scrollTo(0, 0); document.activeElement?.blur()")
        box = page.locator("main").bounding_box()
        assert box is not None
        wide = page.viewport_size["width"]  # type: ignore[index]
        left, top = max(box["x"] - EDGE, 0), box["y"]  # nothing of what stands above
        clip = {
            "x": left,
            "y": top,
            "width": min(box["width"] + 2 * EDGE, wide - left),
            "height": min(box["height"], TALLEST[shape]),
        }
        taken = page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        (self.folder / f"{name}.png").write_bytes(smaller(self._pixels(page, taken)))

    def _pixels(self, page: Page, png: bytes) -> Any:
        """height × width × 3, read by the browser on an empty page (ours lets no picture in)."""
        if self.table is None:
            assert page.context.browser is not None
            self.table = page.context.browser.new_page()
        text = self.table.evaluate(READ, base64.b64encode(png).decode())
        raw = np.frombuffer(base64.b64decode(text["pixels"]), np.uint8)
        return raw.reshape(text["height"], text["width"], 4)[..., :3]


@pytest.mark.parametrize("language", ["sq", "en"])
def test_pictures(house: Any, browser: Any, site: str, language: str) -> None:
    look = Camera(language)

    def at(name: str | None) -> Page:
        page = person_at(browser, site, house, name, language=language)
        page.set_default_timeout(30_000)
        return page

    earlier.registered(house, by="besim", **story.EARLIER)
    code = with_codes(house, "ada")
    ada = at(None)
    story.sign_in(ada, house.user("ada").email, PASSWORD, code(), look)
    story.ada_refers(ada, look)
    story.rea_receives(at("rea"), look)
    story.petrit_interviews(at("petrit"), look)
    story.sonila_signs(at("sonila"), look)
    marta, kleo = at("marta"), at("kleo")
    file = story.marta_plans(marta, look)
    story.marta_offers(marta, file, look)
    referral = story.marta_refers(marta, file, look)
    story.kleo_accepts(kleo, look)
    story.kleo_helps(kleo, look)
    story.marta_learns(marta, referral, look)
    story.marta_withdraws(marta, referral, look)
    story.marta_restricts(marta, file, look)
    more_restrictions(house)
    many.fill(house, 400)
    mona = at("mona")
    story.mona_counts(mona, look)
    story.mona_oversees(mona, look)
    names = {path.stem for path in look.folder.glob("*.png")}
    assert names == WIDE | {f"{name}-phone" for name in NARROW}
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.png")) <= MOST_BYTES


#: Kind, institution, days since it began, days until its review, whether she agreed.
ELSEWHERE = (
    ("movement", "House of the River", 40, -9, "not_agreed"),
    ("telephone", "House of the River", 12, 2, "agreed"),
    ("visits", "House of the Oak", 26, -2, "not_agreed"),
    ("post", "House of the Oak", 9, 5, "agreed"),
)


def more_restrictions(house: Any) -> None:
    """Of other people, as the first one: the list of oversight is never about one person alone."""
    columns = [name for (name,) in house.sql(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'support_restriction'"
    )]  # fmt: skip
    house.sql("ALTER TABLE support_restriction DISABLE TRIGGER USER")
    for kind, name, since, review, agreement in ELSEWHERE:
        fresh = {
            **dict.fromkeys(("id", "case_id", "submission"), "gen_random_uuid()"),
            "kind": f"'{kind}'",
            "agreement": f"'{agreement}'",
            "since": f"authz.today() - {since}",
            "review_on": f"authz.today() + {review}",
            "institution": f"(SELECT principal FROM network_institution WHERE name = '{name}')",
        }
        copied = ", ".join(fresh.get(column, column) for column in columns)
        house.sql(
            f"INSERT INTO support_restriction ({', '.join(columns)}) SELECT {copied} FROM support_restriction LIMIT 1"
        )
    house.sql("ALTER TABLE support_restriction ENABLE TRIGGER USER")


def smaller(pixels: Any) -> bytes:
    """A PNG of these pixels with few colours: a third of the size, and no difference to the eye."""
    coarse = (pixels & 0xF8).astype(np.uint32)
    keys = coarse[..., 0] << 16 | coarse[..., 1] << 8 | coarse[..., 2]
    colours, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    places = places.reshape(keys.shape)
    kept = np.sort(np.argsort(-counts)[:MOST_COLOURS])
    parts = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    nearest = np.abs(parts[:, None] - parts[kept][None]).sum(axis=2).argmin(axis=1)
    palette = np.where(parts[kept] == 0xF8, 255, parts[kept]).astype(np.uint8).tobytes()
    rows = nearest[places].astype(np.uint8)
    body = b"".join(b"\0" + row.tobytes() for row in rows)
    height, width = rows.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
