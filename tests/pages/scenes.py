"""What no link leads to: the question after signing in, what a page says once something was sent, what opens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from playwright.sync_api import Page

from app import tenancy
from app.models.types import now
from app.services import links, specimens
from app.services.demonstration_documents import BREAD
from app.services.demonstration_firms import BAKERY, CAFE
from app.transactions import transaction
from tests.pages import variants
from tests.pages.checks import Window
from tests.pages.events import CLOSED
from tests.pages.town import STRANGER
from tests.pages.variants import Ways

FILLING = 120_000  # milliseconds; the machine is shared
Scene = Callable[[Window], str]  # brings the window there; the answer says what is seen


def play(window: Window, scene: Scene, ways: Ways) -> None:
    """Bring it about, and judge what stands there."""
    session = {"ask_receive": True} if scene is question else {}
    window.dress(ways[0], **session)
    window.troubles.clear()
    window.judge(scene(window), ways)


def acts(role: str, share: str) -> Iterator[tuple[Scene, Ways]]:
    """What this role plays, and how it is looked at: all of it in one way before all of it in the next."""
    scenes = SCENES.get(role, ())
    ways = [variants.of(number, share) for number in range(len(scenes))]
    for turn in zip(*ways, strict=True):
        yield from zip(scenes, turn, strict=True)


def question(window: Window) -> str:
    """Whether to receive too: a dialog after signing in."""
    window.page.goto("/")
    window.page.locator("#receive-question[open]").wait_for()
    return "the question after signing in"


def asked(window: Window) -> str:
    """What somebody reads who asked to be let in; a link does that once."""
    with (
        window.town.app.app_context(),
        transaction(),
        tenancy.every_environment("test: one more link"),
    ):
        token = links.make(links.Purpose.ACTIVATE, CLOSED)
    window.page.goto(f"/activate/{token}")
    _sent(window.page, "form[action$='/ask'] .btn-primary")
    return "the administrators were asked"


def translated(window: Window) -> str:
    """The notice for whose browser translates the page."""
    window.page.goto("/")
    window.page.evaluate("document.documentElement.classList.add('translated-ltr')")
    window.page.locator("#translated").wait_for()
    return "home, translated by the browser"


def saved(window: Window) -> str:
    """The word that it was done."""
    window.page.goto("/profile/")
    _sent(window.page, "form[action='/profile/'] .btn-primary")
    return "the profile, saved"


def searched(window: Window) -> str:
    """A choice in which one searches, opened."""
    window.page.goto("/profile/")
    window.page.locator("[role=combobox]").first.fill("am")
    window.page.locator("[role=option]").first.wait_for()
    # To axe a field that scrolled halfway under the bar at the top is one that nobody can hit.
    window.page.evaluate("scrollTo(0, 0)")
    return "the profile, looking for a time zone"


def sought(window: Window) -> str:
    """The customer of an invoice, looked for by a number that nobody receives under."""
    window.page.goto("/documents/new")
    window.page.locator("#contact").fill("0106:00000299")
    window.page.locator("#contact-list [role=option]").first.wait_for()
    window.page.evaluate("scrollTo(0, 0)")
    return "the invoice form, looking for a customer"


def uploaded(window: Window) -> str:
    """What became of files: one is fine, one is none of ours."""
    window.page.goto("/documents/upload")
    number = f"K-2026-{window.variant.theme}-{window.variant.width}-{window.variant.language}"
    good = specimens.xml(number, BAKERY, specimens.party(CAFE), BREAD, now().date())
    window.page.locator("#files").set_input_files(
        [
            {"name": "invoice.xml", "mimeType": "text/xml", "buffer": good},
            {"name": "letter.xml", "mimeType": "text/xml", "buffer": b"<letter/>"},
        ]
    )
    _sent(window.page, "form[action='/documents/upload'] .btn-primary")
    return "what became of the files"


def fixed(window: Window) -> str:
    """What would change in a file with a wrong total."""
    window.page.goto("/documents/upload")
    number = f"F-2026-{window.variant.theme}-{window.variant.width}-{window.variant.language}"
    good = specimens.xml(number, BAKERY, specimens.party(CAFE), BREAD, now().date())
    wrong = good.replace(b"</cbc:PayableAmount>", b"5</cbc:PayableAmount>")
    file = {"name": "invoice.xml", "mimeType": "text/xml", "buffer": wrong}
    window.page.locator("#files").set_input_files([file])
    _sent(window.page, "form[action='/documents/upload'] .btn-primary")
    with window.page.expect_navigation(wait_until="load"):
        window.page.locator("a[href$='/fix']").first.click()
    return "what would be fixed"


def together(window: Window) -> str:
    """A deed on several documents of which one stays as it is: it arrived long ago."""
    window.page.goto("/outbox/?state=delivered")
    window.page.locator("input[name=row]").first.check()
    _sent(window.page, "[formaction='/documents/together/cancel']")
    return "what was done with several documents"


def tried_again(window: Window) -> str:
    """What would be tried again."""
    window.page.goto("/support/queues/")
    window.page.locator("input[name=delivery]").first.check()
    _sent(window.page, "form[action='/support/queues/preview'] .btn-primary")
    return "what is tried again"


def held(window: Window) -> str:
    """A platform from which nothing leaves; every page says so."""
    window.page.goto("/platform/")
    _sent(window.page, "form[action='/platform/hold'] .btn")
    return "a platform that is held"


def released(window: Window) -> str:
    """And goes on."""
    window.page.goto("/platform/")
    _sent(window.page, "form[action='/platform/confirm'] .btn")
    return "a platform that goes on"


def demonstrated(window: Window) -> str:
    """Everyone who can sign in, after the empty platform was filled."""
    window.page.goto("/login/")
    with window.page.expect_navigation(wait_until="load", timeout=FILLING):
        window.page.locator("form[action='/demonstration/'] button").click(timeout=FILLING)
    return "the sign-ins of the demonstration"


def _sent(page: Page, button: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.locator(button).first.click()


SCENES: Mapping[str, tuple[Scene, ...]] = {
    STRANGER: (translated, asked),
    "basic": (saved, searched),
    "advanced": (sought, uploaded, fixed, together),
    "administrator": (question,),
    "organization administrator": (translated,),
    "newcomer": (question,),
    "support": (tried_again,),
    "technical support": (tried_again, held, released),
}
