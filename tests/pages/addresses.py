"""Which pages there are for someone: followed from link to link, and each address of the URL map tried."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import html as markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.pages.town import BROKEN, STRANGER, Town

# Addresses of one route, with the same questions in them, that are asked for, per person.
# Three times as many held nothing that these didn't show.
MOST_OF_ONE_KIND = 20
NOWHERE = "/there-is-no-such-page"
NOTHING = "zzzzqq"  # finds nothing, wherever it is looked for
# Of no interest to those who are signed in: the stranger looks at them.
STRANGERS = (
    "SignInView.login",
    "SignUpView.",
    "PasswordView.",
    "DevMailView.",
    "AcceptView.",
    "PrivateView.",
    "SetupView.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One page: its address, what it is a kind of, and what it consists of."""

    address: str
    endpoint: str
    shape: frozenset[str]
    status: int


@dataclass(slots=True)
class Walk:
    """Everything that one person can reach."""

    pages: list[Found] = field(default_factory=list)
    endpoints: set[str] = field(default_factory=set)  # pages, files and parts


class Finder:
    """Follows links without a browser: that is ten times as fast, and the browser then opens what differs."""

    def __init__(self, town: Town, role: str, language: str) -> None:
        self.town, self.role, self.language = town, role, language
        self.map = town.app.url_map.bind("127.0.0.1")
        self.waiting: deque[str] = deque(["/", NOWHERE, BROKEN, *self._without_arguments()])
        if role == STRANGER:
            self.waiting.extend(town.links)
        self.asked: set[str] = set()
        self.asked_of: Counter[tuple[str, ...]] = Counter()
        self.walk = Walk()

    def run(self) -> Walk:
        while self.waiting:
            address = self.waiting.popleft()
            if self._wanted(address):
                self._ask(address)
        return self.walk

    def _without_arguments(self) -> Iterator[str]:
        for rule in self.town.app.url_map.iter_rules():
            if not rule.arguments and "GET" in (rule.methods or ()):
                yield rule.rule

    def _wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        if address in self.asked or parts.path.startswith("/static/"):
            return False
        self.asked.add(address)
        endpoint = self.endpoint(parts.path)
        if self.role != STRANGER and endpoint.startswith(STRANGERS):
            return False
        kind = (endpoint, *sorted(name for name, _ in parse_qsl(parts.query)))
        self.asked_of[kind] += 1
        most = 1 if endpoint.endswith((".pdf", ".xml")) else MOST_OF_ONE_KIND
        return self.asked_of[kind] <= most

    def endpoint(self, path: str) -> str:
        try:
            return str(self.map.match(path, method="GET")[0])
        except RequestRedirect as redirect:
            return self.endpoint(urlsplit(redirect.new_url).path)
        except HTTPException:
            return ""

    def _ask(self, address: str) -> None:
        answer = self.town.get(self.role, self.language, address)
        if 300 <= answer.status_code < 400:
            self._note(urljoin(address, answer.location))
            self.walk.endpoints.add(self.endpoint(urlsplit(address).path))
            return
        endpoint = self.endpoint(urlsplit(address).path)
        if answer.status_code == 200:
            self.walk.endpoints.add(endpoint)
        if answer.mimetype != "text/html" or "<html" not in answer.text:
            return
        page = markup.fromstring(answer.text)
        if answer.status_code != 200:
            endpoint = f"error {answer.status_code}"
        self.walk.pages.append(Found(address, endpoint, shape(page), answer.status_code))
        for link in links(page):
            self._note(urljoin(address, link))

    def _note(self, link: str) -> None:
        parts = urlsplit(link)
        ours = parts.scheme in ("", "http") and parts.netloc in ("", urlsplit(self.town.url).netloc)
        if ours and parts.path.startswith("/"):
            self.waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def links(page: Any) -> Iterator[str]:
    """Where a page leads by asking only: its links, frames, and searches that find nothing."""
    yield from page.xpath("//a[not(@download)]/@href")
    yield from page.xpath("//iframe/@src")
    for form in page.xpath("//form[translate(@method, 'GET', 'get')='get' or not(@method)]"):
        fields = [each for each in form.xpath(".//input[@name]") if each.get("type") != "hidden"]
        typed = [
            each.get("name") for each in fields if each.get("type") in (None, "text", "search")
        ]
        if form.get("action") is not None and typed:
            yield f"{form.get('action')}?{urlencode(dict.fromkeys(typed, NOTHING))}"


def shape(page: Any) -> frozenset[str]:
    """What a page consists of; two with the same shape differ in words only."""
    place = page.xpath("//main") or [page]
    return frozenset(
        f"{each.tag}.{each.get('class') or ''}.{each.get('type') or ''}"
        for each in place[0].iter()
        if isinstance(each.tag, str)
    )


Seen = dict[
    str, frozenset[str]
]  # of each kind of page: what pages of that kind consisted of so far


def different(pages: list[Found], most: int, seen: Seen) -> list[Found]:
    """One page of each kind, and up to so many more that consist of something that nobody saw yet."""
    chosen: list[Found] = []
    count: Counter[str] = Counter()
    for page in pages:
        before = seen.get(page.endpoint, frozenset())
        if not count[page.endpoint] or (page.shape - before and count[page.endpoint] < most):
            chosen.append(page)
            count[page.endpoint] += 1
            seen[page.endpoint] = before | page.shape
    return chosen
