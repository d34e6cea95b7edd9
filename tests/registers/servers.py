"""A register on loopback: it answers as the real ones do, or as they do on a bad day."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "l7xx-test-key"


@dataclass
class Answer:
    """What it says to one address, and how."""

    said: Any = None
    status: int = 200
    seconds: float = 0  # before it says anything
    trickle: float = 0  # between two bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """As bytes: what is no text is written as JSON."""
        if isinstance(self.said, bytes):
            return self.said
        return json.dumps(self.said).encode()


@dataclass
class Register:
    """What was asked, and what is answered by path; what it doesn't know it answers with 404."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    key: str = ""  # the one it wants, if it wants one

    def at(self, path: str, said: Any = None, **how: Any) -> None:
        """Answer this there from now on."""
        self.answers[path] = Answer(said, **how)

    def answer(self, path: str, key: str) -> Answer:
        """For one question."""
        parts = urlsplit(path)
        self.asked.append((parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}))
        if self.key and key != self.key:
            return Answer({"fout": [{"code": "IPD1002"}]}, 401)
        unknown = Answer({"fout": [{"code": "IPD5200", "omschrijving": "Geen resultaten"}]}, 404)
        return self.answers.get(parts.path, unknown)


@contextmanager
def register(key: str = "") -> Iterator[Register]:
    """Started on a free port, and stopped."""
    at = Register(key=key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = at.answer(self.path, self.headers.get("apikey", ""))
            time.sleep(answer.seconds)
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self._write(answer)
            except OSError:
                return  # who asked has gone

        def _write(self, answer: Answer) -> None:
            if not answer.trickle:
                self.wfile.write(answer.body)
                return
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                time.sleep(answer.trickle)

        def log_message(self, *_words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    at.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield at
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def found_by_name(*companies: tuple[str, str, str]) -> dict[str, Any]:
    """What *Zoeken* says: each is number, name and type."""
    rows = [
        {
            "kvkNummer": number,
            "naam": name,
            "type": kind,
            "actief": "Ja",
            "adres": {
                "binnenlandsAdres": {
                    "type": "bezoekadres",
                    "straatnaam": "Oosterwal",
                    "plaats": "Lochem",
                }
            },
        }
        for number, name, kind in companies
    ]
    return {"pagina": 1, "resultatenPerPagina": 25, "totaal": len(rows), "resultaten": rows}


PROFILE = {
    "kvkNummer": "69599084",
    "naam": "Bakkerij Bolder",
    "statutaireNaam": "Bakkerij Bolder B.V.",
    "_embedded": {
        "hoofdvestiging": {
            "adressen": [
                {"type": "correspondentieadres", "postbusnummer": 12, "plaats": "Zutphen"},
                {
                    "type": "bezoekadres",
                    "straatnaam": "Oosterwal",
                    "huisnummer": 7,
                    "huisletter": "a",
                    "huisnummerToevoeging": "2",
                    "postcode": "7241AR",
                    "plaats": "Lochem",
                    "land": "Nederland",
                },
            ]
        }
    },
}


def valid(name: str, address: str) -> dict[str, Any]:
    """What VIES says of a number that exists."""
    return {"isValid": True, "userError": "VALID", "name": name, "address": address}
