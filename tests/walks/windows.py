"""Windows that watch: an error on a page, or something missing in it, is kept and told at the end."""

from __future__ import annotations

from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

PATIENCE = 20_000  # milliseconds; the machine is shared
NOT_LOADED = "Failed to load resource"  # judged by its status instead


class Windows:
    """Each window has its own cookies."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self._chromium = chromium
        self._url = url
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def open(self, **options: Any) -> Page:
        """A window of someone who reads English."""
        context = self._chromium.new_context(base_url=self._url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("console", lambda message: self.troubles.extend(_complaint(message)))
        context.on("response", lambda response: self.troubles.extend(_failure(response)))
        self._contexts.append(context)
        return context.new_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        for context in self._contexts:
            context.close()
        assert self.troubles == [] or problem[0] is not None, self.troubles


def _complaint(message: ConsoleMessage) -> list[str]:
    wrong = message.type in ("error", "warning") and not message.text.startswith(NOT_LOADED)
    return [f"{message.type}: {message.text}"] if wrong else []


def _failure(response: Response) -> list[str]:
    """A page may refuse what a person did; nothing may break, and nothing inside it be missing."""
    page = response.request.resource_type == "document"
    wrong = response.status >= (500 if page else 400)
    return [f"{response.status} {response.url}"] if wrong else []
