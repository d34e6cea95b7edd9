"""A person at a browser window: signs in, opens pages, sends forms. Without an answer they know nothing."""

from __future__ import annotations

from typing import Any

import requests
from lxml import html

TIMEOUT = 30.0


class NoAnswer(Exception):
    """The connection broke, it took too long, or the platform says that it cannot now."""


class Window:
    """One session of one person."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url
        self._person = {"name": user, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False
        # A connection that is kept would keep all of us at one of the web processes.
        self._session.headers["Connection"] = "close"
        self._token = ""

    def page(self, path: str) -> Any:
        """Open a page."""
        return self._read(self._ask("GET", path))

    def content(self, path: str) -> bytes:
        """Download a file."""
        return bytes(self._ask("GET", path).content)

    def send(
        self, path: str, fields: list[tuple[str, str]], files: Any = None, timeout: float = TIMEOUT
    ) -> Any:
        """Send a form; the answer is the page that follows."""
        if not self._token:
            self.sign_in()
        data = [("csrf_token", self._token), *fields]
        return self._read(self._ask("POST", path, data=data, files=files, timeout=timeout))

    def sign_in(self) -> None:
        """With name and password."""
        self._session.cookies.clear()
        page = self._read(self._answer("GET", "/login/"))
        fields = {"csrf_token": _token(page), **self._person}
        page = self._read(self._answer("POST", "/login/", data=fields))
        if page.xpath("//input[@name='password']"):
            raise NoAnswer("sign-in was refused")
        self._token = _token(self._read(self._answer("GET", "/documents/upload")))

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        if not self._token:
            self.sign_in()
        answer = self._answer(method, path, **more)
        if "/login/" in answer.url:  # the session ended
            self._token = ""
            raise NoAnswer("signed out")
        return answer

    def _answer(self, method: str, path: str, **more: Any) -> requests.Response:
        more.setdefault("timeout", TIMEOUT)
        try:
            answer = self._session.request(method, self._url + path, **more)
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from error
        if answer.status_code >= 500 or answer.status_code in (400, 429):
            raise NoAnswer(f"answer {answer.status_code}")
        return answer

    def _read(self, answer: requests.Response) -> Any:
        return html.fromstring(answer.text)


def _token(page: Any) -> str:
    found = page.xpath("//input[@name='csrf_token']/@value")
    if not found:
        raise NoAnswer("a page without a form")
    return str(found[0])
