"""``make bench-upload``: one-page invoices through the form for uploads, with its session and its token."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from requests import Session

from app.invoice.identifiers import ParticipantId
from app.services import specimens
from app.services.demonstration_firms import BAKERY, CAFE
from bench.clients import percentile
from bench.running import arguments, platform, signed_in, token_of

GOAL = 150  # milliseconds, 95 of 100 uploads
UPLOADS, WARM = 300, 10
WHO = "busy"  # a member of one organization


def main() -> None:
    """Upload one after the other; each has to be accepted without a fault."""
    asked = arguments(__doc__ or "").parse_args()
    with platform(asked) as running:
        session = signed_in(running.url, WHO)
        form = session.get(f"{running.url}/documents/upload").text
        fields = {"csrf_token": token_of(form), "organization": _organization(form)}
        seller = _seller(running.url, session)
        for number in range(WARM):
            _upload(running.url, session, fields, _invoice(seller, number))
        before = running.cpu()
        times = [
            _upload(running.url, session, fields, _invoice(seller, WARM + number))
            for number in range(UPLOADS)
        ]
        cpu = (running.cpu() - before) / UPLOADS
    p95 = percentile(times, 95)
    print(
        f"{asked.database}: {UPLOADS} uploads, p50 {percentile(times, 50):.0f} ms,"
        f" p95 {p95:.0f} ms; web CPU {cpu:.0f} ms each"
    )
    print(f"goal {GOAL} ms: {'met' if p95 < GOAL else 'NOT met'}")
    sys.exit(p95 >= GOAL)


def _organization(form: str) -> str:
    found = re.search(r'name="organization" value="([^"]+)"', form)
    if found is None:
        raise SystemExit("There is no organization to upload for.")
    return found[1]


def _seller(url: str, session: Session) -> specimens.Firm:
    """The organization as it stands on its invoices: with its own number."""
    page = session.get(f"{url}/organizations/list/", timeout=60).text
    shown = re.search(r'href="(/organizations/show/[^"]+)"', page)
    if shown is None:
        raise SystemExit("The organization has no page.")
    number = re.search(r"\b(2\d{7})\b", session.get(url + shown[1]).text)
    if number is None:
        raise SystemExit("The organization has no number.")
    return replace(BAKERY, number=ParticipantId("0106", number[1]))


def _invoice(seller: specimens.Firm, number: int) -> tuple[str, bytes]:
    name = f"M{number:06}"
    order = specimens.Order("Boerenbrood", 12, Decimal("3.50"))
    today = datetime.now(UTC).date()
    return f"{name}.xml", specimens.xml(name, seller, specimens.party(CAFE), order, today)


def _upload(url: str, session: Session, fields: dict[str, str], file: tuple[str, bytes]) -> float:
    began = time.perf_counter()
    answer = session.post(f"{url}/documents/upload", data=fields, files={"files": file})
    took = (time.perf_counter() - began) * 1000
    # A worker may be reading it already; that is as good as a verdict.
    taken = "/documents/show/" in answer.text and 'class="bad"' not in answer.text
    if answer.status_code != 200 or not taken:
        raise SystemExit(f"{file[0]} was not accepted: {answer.status_code}\n{answer.text[-3000:]}")
    return took


if __name__ == "__main__":
    main()
