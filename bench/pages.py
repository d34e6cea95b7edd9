"""``make bench-pages``: pages through the real web server, the start of the platform and its memory."""

from __future__ import annotations

import re

from requests import Session

from bench import clients
from bench.running import Platform, arguments, platform, signed_in

REQUESTS = 800
WHO = "mixed"  # a member of twenty organizations, busy and quiet


def main() -> None:
    """Start, look at what runs, and ask for each page many times."""
    asked = arguments(__doc__ or "").parse_args()
    with platform(asked) as running:
        print(f"{asked.database}, {asked.documents:,} documents")
        print(f"  first page after {running.started_in:.1f} s")
        session = signed_in(running.url, WHO)
        for name, path in _pages(running.url, session).items():
            _measure(running, session, name, path)
        _tell_memory(running)


def _pages(url: str, session: Session) -> dict[str, str]:
    outbox = session.get(f"{url}/outbox/").text
    found = re.search(r'href="(/documents/show/[^"]+)"', outbox)
    if found is None:
        raise SystemExit("There is no document to look at.")
    invoice = found[1].replace("/show", "") + "/html"
    pages = {"inbox": "/inbox/", "outbox": "/outbox/", "document": found[1]}
    return {**pages, "invoice": invoice, "home": "/"}


def _measure(running: Platform, session: Session, name: str, path: str) -> None:
    cookie = cookie_of(session)
    clients.ask(running.url, cookie, [path], 100)  # warm
    before = running.cpu()
    load = clients.ask(running.url, cookie, [path], REQUESTS)
    cpu = (running.cpu() - before) / REQUESTS
    print(
        f"  {name:<9} {load.rate:6.0f} requests/s, p50 {load.percentile(50):.0f} ms,"
        f" p95 {load.percentile(95):.0f} ms of 8 browsers, web CPU {cpu:.1f} ms each,"
        f" {load.wrong} wrong",
        flush=True,
    )


def cookie_of(session: Session) -> str:
    """The cookies of a browser as one line."""
    return "; ".join(f"{each.name}={each.value}" for each in session.cookies)


def _tell_memory(running: Platform) -> None:
    parts = running.parts()
    for part in parts:
        print(f"  {part.rss:6.0f} MB RSS {part.pss:6.0f} MB PSS  {part.name}")
    print(f"  {sum(part.pss for part in parts):6.0f} MB for all {len(parts)} processes")


if __name__ == "__main__":
    main()
