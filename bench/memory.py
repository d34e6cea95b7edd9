"""``make bench-memory``: one web process over ten thousand mixed requests; it has to stay as it began."""

from __future__ import annotations

import re
import sys

from requests import Session

from bench import clients
from bench.pages import cookie_of
from bench.running import Platform, arguments, platform, signed_in

REQUESTS, STEP = 10_000, 1_000
MOST = 180  # megabytes
GROWTH = 1.05  # from the second thousand, when everything has been loaded, to the last
PATHS = (
    "/",
    "/inbox/",
    "/outbox/",
    "/outbox/?state=attention",
    "/documents/list/",
    "/documents/drafts/",
    "/documents/new",
    "/documents/upload",
    "/contacts/list/",
    "/organizations/list/",
    "/profile/",
)


def main() -> None:
    """Ask, look at the memory after every thousand, and say whether it is right."""
    words = arguments(__doc__ or "")
    words.add_argument("--requests", type=int, default=REQUESTS)
    words.add_argument("--pdf", action="store_true", help="print invoices too")
    asked = words.parse_args()
    with platform(asked, recycle=False, WEB_WORKERS="1") as running:
        session = signed_in(running.url, "mixed")
        sizes = [_rss(running)]
        print(f"{asked.database}: {sizes[0]:.0f} MB at the start", flush=True)
        paths = [*PATHS, *_documents(running.url, session, asked.pdf)]
        for step in range(STEP, asked.requests + 1, STEP):
            load = clients.ask(running.url, cookie_of(session), paths, STEP)
            sizes.append(_rss(running))
            print(
                f"  {sizes[-1]:.0f} MB after {step:,} ({load.rate:.0f}/s, {load.wrong} wrong)",
                flush=True,
            )
    good = max(sizes) <= MOST and sizes[-1] <= sizes[2] * GROWTH
    print(f"most {max(sizes):.0f} MB; goal {MOST} MB and flat: {'met' if good else 'NOT met'}")
    sys.exit(not good)


def _rss(running: Platform) -> float:
    return max(part.rss for part in running.web())


def _documents(url: str, session: Session, pdf: bool) -> list[str]:
    """Pages of many documents, and the newest as people read, print and keep them."""
    found: dict[str, None] = {}
    for box in ("/inbox/", "/outbox/", "/documents/list/"):
        page = session.get(url + box).text
        found |= dict.fromkeys(re.findall(r'href="(/documents/show/[^"]+)"', page))
    shown = list(found)
    invoices = [each.replace("/show", "") for each in shown[:5]]
    forms = ("html", "xml", "pdf") if pdf else ("html", "xml")
    return [*shown, *(f"{each}/{form}" for each in invoices for form in forms)]


if __name__ == "__main__":
    main()
