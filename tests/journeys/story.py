"""The story of one person, from a first signal to help that arrived, walked in a browser by each colleague in turn.

Every step fills in real pages by the names of their fields, so the same walk serves both languages. `look(page, name)`
is called at each page of the story: a test examines the page there, the guides take their pictures. Nobody here exists.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, override
from playwright.sync_api import Page

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack

Look = Callable[[Page, str], None]

CALLED, GIVEN, FAMILY = "Mira", "Drita", "Shkembi"
#: How an earlier file spells her, with a date of birth one day off.
EARLIER: dict[str, Any] = {
    "called": "Dita",
    "names": [{"given": "Drita", "family": "Shkëmbi", "note": ""}],
    "birth": {"date": "2002-04-21", "year": 2002, "place": ""},
}
PHONE, FOUND, GOAL = "069 000 0000", "Kërkoi ujë dhe qau.", "Dua të fle pa dritë."
RESTRICTED = "Një i panjohur i telefonoi dy herë dhe e pyeti ku ndodhet."
ASKED, GIVEN_WORDS = "Një vizitë te një mjeke.", "Vizita e parë."
EXPLAINED = ("why", "kept", "access", "who", "form")


def ignore(page: Page, name: str) -> None:
    """Look at nothing."""


# Hands: what a person does with a page.


def choose(page: Page, name: str, *values: str) -> None:
    """Tick these answers of a question. The round and square boxes are drawn over the inputs, hence force."""
    for value in values:
        page.check(f'main input[name="{name}"][value="{value}"]', force=True)


def write(page: Page, name: str, words: str) -> None:
    page.fill(f'main [name="{name}"]:not([type=hidden])', words)


def pick(page: Page, name: str, value: str) -> None:
    page.select_option(f'main select[name="{name}"]', value)


def day(page: Page, name: str, date: dt.date) -> None:
    """A date in its three boxes."""
    for place, part in enumerate((date.day, date.month, date.year)):
        page.fill(f"#id_{name}_{place}", str(part))


def press(page: Page, selector: str) -> None:
    """Press a button or follow a link, and wait for the page it leads to."""
    with page.expect_navigation():
        page.locator(f"main {selector}").first.click()


def unfold(page: Page, holding: str) -> None:
    """Open the fold that holds this, if it is shut."""
    fold = page.locator("main details", has=page.locator(holding)).last
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()


def said_at(page: Page, words: str) -> str:
    """A sentence of the program as this page says it, in its own language."""
    with override(page.get_attribute("html", "lang")):
        return gettext(words)


def service_at(page: Page, code: str) -> str:
    """What this page calls a service, in its own language."""
    return str(pack().services[code].text[page.get_attribute("html", "lang") or ""])


# Steps, colleague by colleague.


def sign_in(page: Page, email: str, password: str, code: str, look: Look = ignore) -> None:
    """By hand: password, then the one-time code."""
    page.goto("/account/login/")
    look(page, "sign-in")
    write(page, "login", email)
    write(page, "password", password)
    press(page, "form button[type=submit]")
    look(page, "code")
    write(page, "code", code)
    press(page, "form button[type=submit]")


def ada_refers(page: Page, look: Look = ignore) -> int:
    """From *New referral* to the receipt; returns the number of screens."""
    page.goto("/referrals/")
    look(page, "referrals")
    press(page, ".cadra-big-button")
    screens = [_ada_safety, _ada_person, _ada_contact, _ada_place, _ada_signs, _ada_explains, _ada_asks]
    met = set()
    for fill_in in screens:
        met.add(page.url)
        fill_in(page)
        look(page, fill_in.__name__.removeprefix("_ada_"))
        press(page, "button[value=next]")
    met.add(page.url)
    look(page, "check")
    press(page, "form[action$='/send/'] button")
    look(page, "receipt")
    return len(met)


def _ada_safety(page: Page) -> None:
    for question in ("in_danger", "with_trafficker", "medical", "children"):
        choose(page, question, "no")


def _ada_person(page: Page) -> None:
    write(page, "called", CALLED)
    choose(page, "sex", "female")
    write(page, "years", "24")
    choose(page, "basis", "stated")
    pick(page, "language", "sq")
    choose(page, "interpreter", "no")
    unfold(page, "[name=given]")
    write(page, "given", GIVEN)
    write(page, "family", FAMILY)
    day(page, "birth_date", dt.date(2002, 4, 22))


def _ada_contact(page: Page) -> None:
    write(page, "phone", PHONE)
    choose(page, "phone_safe", "yes")
    choose(page, "leave_message", "no")


def _ada_place(page: Page) -> None:
    pick(page, "entry_point", "border")
    pick(page, "crossing", "x-kapshtice")
    write(page, "how_found", FOUND)


def _ada_signs(page: Page) -> None:
    choose(page, "forms_seen", "forced_labour")
    press(page, "button[value=show]")
    choose(page, "sign-LAB02", "yes")


def _ada_explains(page: Page) -> None:
    choose(page, "given", *EXPLAINED)
    choose(page, "form", "spoken")
    pick(page, "language", "sq")


def _ada_asks(page: Page) -> None:
    agreed = {
        "authority": ("identity", "contact", "story"),
        "pair": ("identity", "story"),
        "shelter": ("identity", "contact", "support"),
    }
    for recipient, parts in agreed.items():
        choose(page, f"answer-{recipient}", "given")
        choose(page, f"parts-{recipient}", *parts)
    choose(page, "answer-health", "not_yet")
    choose(page, "form", "spoken")


def rea_receives(page: Page, look: Look = ignore, *, known: bool = True) -> None:
    """Confirms receipt, compares, connects with the earlier file (or begins a new one), names pair and shelter."""
    page.goto("/desk/")
    look(page, "desk")
    press(page, f"tr:has-text('{CALLED}') a")
    look(page, "arrived")
    press(page, "form[action$='/received/'] button")
    press(page, "a[href$='/match/']")
    look(page, "match")
    press(page, "form[action*='/connect/'] button" if known else "a[href$='/register/']")
    page.check("main input[name=sure]", force=True)
    look(page, "connect" if known else "register")
    press(page, "form:has(input[name=sure]) button[type=submit]")
    press(page, "a[href$='/assign/']")
    for name in ("Petrit Police", "Sonila Social", "House of the Oak"):
        page.get_by_label(name, exact=True).check(force=True)
    look(page, "assign")
    press(page, "form[method=post] button[type=submit]")
    look(page, "assigned")


def open_identification(page: Page) -> None:
    page.goto("/files/")
    press(page, "table a")
    press(page, "a[href$='/identification/']")


def petrit_interviews(page: Page, look: Look = ignore) -> None:
    """Reads what she told, writes one interview down, proposes a decision and signs it."""
    open_identification(page)
    look(page, "identification")
    press(page, "a[href$='/interview/']")
    write(page, "place", "Strehëza")
    choose(page, "private", "yes")
    choose(page, "interviewer_sex_chosen", "female")
    choose(page, "interviewer_sex", "both")
    choose(page, "interpreter", "no")
    pick(page, "language", "sq")
    write(page, "breaks", "2")
    choose(page, "explained", *EXPLAINED)
    write(page, "account", "Ia morën letrat dhe nuk e paguan.")
    look(page, "interview")
    press(page, "form[method=post] button[type=submit]")
    open_identification(page)
    press(page, "a[href$='/decide/']")
    choose(page, "outcome", "potential")
    choose(page, "grounds-potential", "account", "signs_purpose")
    write(page, "reasons", "E tregoi vetë, qartë.")
    look(page, "decide")
    press(page, "form[method=post] button[type=submit]")
    look(page, "signed-once")


def sonila_signs(page: Page, look: Look = ignore) -> None:
    """The second signature; she is told; the time to recover runs."""
    open_identification(page)
    press(page, "a[href*='/decision/']")
    look(page, "to-sign")
    press(page, "form[action$='/sign/'] button")
    page.check("main form[action$='/told/'] input[type=checkbox]", force=True)
    look(page, "tell-her")
    press(page, "form[action$='/told/'] button[type=submit]")
    open_identification(page)
    look(page, "identified")
    press(page, "a[href$='/recovery/']")
    look(page, "recovery")


def marta_plans(page: Page, look: Look = ignore) -> str:
    """Takes the file on and writes one goal with her; returns the address of the file."""
    page.goto("/")
    look(page, "waiting")
    press(page, "form[action$='/take/'] button")
    look(page, "file")
    file = page.url
    press(page, "a[href$='/plan/']")
    look(page, "plan-empty")
    press(page, "a[href$='/goals/new/']")
    write(page, "words", GOAL)
    pick(page, "service", "medical")
    write(page, "steps-0-what", "Mjekja")
    write(page, "steps-0-who", "Marta")
    look(page, "goal")
    press(page, "form[method=post] button >> nth=0")
    look(page, "plan")
    return file


OFFERS = {"medical": "accepted", "psychological": "partly", "legal_aid_primary": "declined"}


def marta_offers(page: Page, file: str, look: Look = ignore) -> None:
    """Three services: one accepted, one in part, one declined with reasons and a day to offer it again."""
    page.goto(f"{file}offers/new/")
    choose(page, "service", *OFFERS)
    look(page, "services")
    press(page, "form[method=get] button")
    for service, decision in OFFERS.items():
        choose(page, f"{service}-explained_forms", "spoken")
        pick(page, f"{service}-explained_language", "sq")
        choose(page, f"{service}-understood", "yes")
        choose(page, f"{service}-decision", decision)
    write(page, "psychological-words", "Vetëm një herë në javë.")
    unfold(page, '[name="legal_aid_primary-reasons_personal"]')
    choose(page, "legal_aid_primary-reasons_personal", "debt")
    choose(page, "legal_aid_primary-reasons_social_context", "wants_to_forget")
    day(page, "legal_aid_primary-offer_again_on", today() + dt.timedelta(days=30))
    pick(page, "legal_aid_primary-again_way", "next_talk")
    look(page, "offer")
    press(page, "form[method=post] button[type=submit]")
    look(page, "offers")


def marta_refers(page: Page, file: str, look: Look = ignore) -> str:
    """Asks the clinic for what she accepted, with what she agrees to share; returns the referral's address."""
    page.goto(f"{file}offers/")
    page.locator("main").get_by_role("link", name=service_at(page, "medical"), exact=True).first.click()
    page.wait_for_url("**/offers/*-*/")
    look(page, "accepted")
    press(page, "a[href*='/refer/']")
    look(page, "providers")
    press(page, "a:has-text('Clinic of the Lake')")
    ask(page, as_="health", asks=ASKED, shares={"identity": "no", "contact": "yes"}, look=look)
    return page.url


def ask(page: Page, *, as_: str, asks: str, shares: dict[str, str], urgent: bool = False, look: Look = ignore) -> None:
    """Ask a desk that was chosen, with her yes and what she shares; look at what will be read; send it."""
    choose(page, "capacity", as_)
    choose(page, "urgency", "urgent" if urgent else "ordinary")
    write(page, "asks", asks)
    choose(page, "explained", "who", "form")
    pick(page, "explained_form", "spoken")
    pick(page, "explained_language", "sq")
    choose(page, "interpreter", "no")
    choose(page, "answer", "given")
    for part, said in shares.items():
        choose(page, f"part_{part}", said)
    choose(page, "form", "written")
    look(page, "refer")
    press(page, "button[value=preview]")
    look(page, "preview")
    press(page, "button[value=send]")
    look(page, "referred")


def opens(page: Page, called: str, which: str = "answer", look: Look = ignore) -> None:
    """Somebody at a desk opens the request for the person who goes by this name."""
    page.goto(f"/requests/?show={which}")
    look(page, "requests")
    press(page, f".govuk-task-list a:has-text('{called}')")


def kleo_accepts(page: Page, look: Look = ignore) -> str:
    """Reads the request and accepts it; returns its address."""
    opens(page, CALLED, look=look)
    choose(page, "state", "accepted")
    day(page, "begins_on", today() + dt.timedelta(days=1))
    look(page, "request")
    press(page, "form[action$='/answer/'] button[type=submit]")
    return page.url


def kleo_helps(page: Page, look: Look = ignore) -> None:
    """Help begins, is written down, and ends with an outcome."""
    press(page, "form[action$='/start/'] button")
    page.fill("main form[action$='/give/'] [name=words]", GIVEN_WORDS)
    look(page, "give")
    press(page, "form[action$='/give/'] button[type=submit]")
    unfold(page, "form[action$='/end/']")
    choose(page, "outcome", "done")
    look(page, "end")
    press(page, "form[action$='/end/'] button[type=submit]")
    look(page, "ended")


def marta_learns(page: Page, referral: str, look: Look = ignore) -> str:
    """What the clinic wrote; returns the words of the page."""
    page.goto(referral)
    look(page, "told")
    return page.inner_text("main")


def marta_withdraws(page: Page, referral: str, look: Look = ignore) -> None:
    """She takes back her consent for the clinic."""
    page.goto(referral)
    press(page, "a[href*='/consents/']")
    look(page, "consent")
    press(page, "a[href$='/withdraw/']")
    look(page, "withdraw")
    press(page, "form[method=post] button[type=submit]")
    look(page, "withdrawn")


def marta_reads_who_saw(page: Page, file: str, look: Look = ignore) -> str:
    """The list of looks; returns its words."""
    page.goto(f"{file}seen/")
    look(page, "seen")
    return page.inner_text("main")


def marta_restricts(page: Page, file: str, look: Look = ignore) -> None:
    """For a week she telephones only beside a colleague: why, and what she says to it."""
    page.goto(f"{file}restrictions/new/")
    choose(page, "kind", "telephone")
    write(page, "reason", RESTRICTED)
    choose(page, "ground", "danger_others")
    choose(page, "agreement", "agreed")
    write(page, "her_words", "Vetëm këtë javë.")
    page.select_option("main select[name=decided_by]", label="Sara Supervisor")
    press(page, "form[method=post] button[type=submit]")
    page.goto(f"{file}restrictions/")
    press(page, ".govuk-list--spaced a")
    look(page, "restriction")


def mona_oversees(page: Page, look: Look = ignore) -> str:
    """Every restriction, and nobody's name; returns the words of the page."""
    page.goto("/oversight/")
    look(page, "oversight")
    return page.inner_text("main")


def mona_counts(page: Page, look: Look = ignore) -> str:
    """The figures, page by page; returns all their words."""
    words = []
    for part in ("", "times/", "help/"):
        page.goto(f"/figures/{part}")
        look(page, f"figures-{part.strip('/') or 'persons'}")
        words.append(page.inner_text("main"))
    return "\n".join(words)
