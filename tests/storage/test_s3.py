"""S3-compatible storage when it is full, gone, slow, wrong or damaged."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import pytest

from app import storage
from app.errors import Conflict
from app.storage import Store, Unreachable, s3
from app.storage.place import Place
from config import Settings
from tests.s3 import S3Server
from tests.storage.test_stores import OURS, XML

FULL = "The storage is full; nothing was stored."


def store_at(url: str, tmp_path: Path) -> Store:
    return storage.store(Settings.load({"DATA_DIR": str(tmp_path), "STORAGE_URL": url}))


@contextmanager
def answering(status: int, code: str) -> Iterator[tuple[str, list[str]]]:
    """A server that says the same to everything; the setting for it, and what it was asked."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_GET = do_HEAD = do_DELETE = do_PUT  # noqa: N815  # the names of the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"s3://key:secret@127.0.0.1:{server.server_port}/bucket?tls=no", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_setting_says_where_and_who(tmp_path: Path) -> None:
    place = Place.parse("s3://k%40y:s%2Fe+c@files.example:9000/bucket/a/b?region=eu-west-1&tls=no")

    assert (place.endpoint, place.bucket, place.prefix, place.region) == (
        "http://files.example:9000",
        "bucket",
        "a/b/",
        "eu-west-1",
    )
    assert (place.key, place.secret) == ("k@y", "s/e+c")
    assert "s/e" not in repr(place)
    assert "k@y" not in repr(place)
    assert Place.parse("s3://k:s@[::1]/b").endpoint == "https://[::1]"


def test_a_folder_inside_a_bucket_leaves_the_rest_of_it_alone(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    client, name = s3_server.client(), bucket.partition("?")[0].rpartition("/")[2]
    client.put_object(Bucket=name, Key="someone-else/file", Body=b"theirs")
    store = store_at(bucket.replace("?", "/invoices/ours?"), tmp_path)

    digest = store.keep(OURS, XML)

    keys = [found["Key"] for found in client.list_objects_v2(Bucket=name)["Contents"]]
    assert keys == [f"invoices/ours/files/{OURS}/{digest[:2]}/{digest}", "someone-else/file"]
    assert [kept.digest for kept in store.kept()] == [digest]


def test_more_objects_than_one_page_of_the_list_holds_are_all_listed(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_at(bucket, tmp_path)
    kept = {store.keep(OURS, bytes([number])) for number in range(7)}
    paginator = store._client.get_paginator  # type: ignore[attr-defined]

    def small_pages(name: str) -> object:
        pages = paginator(name)
        paginate = pages.paginate
        pages.paginate = lambda **asked: paginate(PaginationConfig={"PageSize": 3}, **asked)
        return pages

    monkeypatch.setattr(store._client, "get_paginator", small_pages)  # type: ignore[attr-defined]

    assert {found.digest for found in store.kept()} == kept


def test_bytes_that_were_changed_in_the_bucket_are_noticed(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    store = store_at(bucket, tmp_path)
    digest = store.keep(OURS, XML)
    name = bucket.partition("?")[0].rpartition("/")[2]
    s3_server.client().put_object(
        Bucket=name, Key=f"files/{OURS}/{digest[:2]}/{digest}", Body=b"<Invoice/>"
    )

    with pytest.raises(Conflict, match="damaged"):
        store.fetch(OURS, digest)


@pytest.mark.parametrize(
    ("status", "code"),
    [(507, "XMinioStorageFull"), (403, "QuotaExceeded"), (507, "InsufficientStorage")],
)
def test_a_full_storage_says_so(status: int, code: str, tmp_path: Path) -> None:
    with answering(status, code) as (url, _), pytest.raises(Conflict, match=FULL):
        store_at(url, tmp_path).keep(OURS, XML)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "InvalidAccessKeyId"),
        (403, "RequestTimeTooSkewed"),
        (404, "NoSuchBucket"),
        (500, "InternalError"),
        (503, "SlowDown"),
    ],
)
def test_a_storage_that_refuses_is_tried_later_and_the_operator_reads_why(
    status: int, code: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with answering(status, code) as (url, asked):
        store = store_at(url, tmp_path)
        for call in (
            lambda: store.keep(OURS, XML),
            lambda: store.fetch(OURS, storage.digest_of(XML)),
            lambda: store.remove(OURS, storage.digest_of(XML)),
            lambda: list(store.kept()),
            store.check,
        ):
            with pytest.raises(Unreachable, match="Try again in a few minutes"):
                call()

    assert f"the storage refuses: {code} ({status})" in caplog.messages
    assert all("secret" not in message for message in caplog.messages)
    assert len(asked) <= 5 * s3.TRIES


def test_a_storage_that_is_gone_is_noticed_soon(tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(Unreachable):
        store_at(f"s3://key:secret@127.0.0.1:{port}/bucket?tls=no", tmp_path).keep(OURS, XML)


def test_a_storage_that_never_answers_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "ANSWER_SECONDS", 0.2)
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"s3://key:secret@127.0.0.1:{silent.getsockname()[1]}/bucket?tls=no"
        with pytest.raises(Unreachable):
            store_at(url, tmp_path).fetch(OURS, storage.digest_of(XML))


def test_it_works_again_when_the_storage_is_back(tmp_path: Path) -> None:
    server = S3Server()
    store = store_at(server.url("bucket"), tmp_path)
    with pytest.raises(Unreachable):
        store.keep(OURS, XML)

    server.start()
    try:
        server.make_bucket("bucket")
        assert store.fetch(OURS, store.keep(OURS, XML)) == XML
    finally:
        server.stop()


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_that_is_not_there_is_made_when_asked(
    s3_server: S3Server, tmp_path: Path, region: str
) -> None:
    store = store_at(f"{s3_server.url(f'made-{region}')}&region={region}", tmp_path)
    with pytest.raises(Unreachable):
        store.check()

    store.prepare()

    assert store.fetch(OURS, store.keep(OURS, XML)) == XML


def test_a_child_process_gets_connections_of_its_own(bucket: str, tmp_path: Path) -> None:
    store = store_at(bucket, tmp_path)
    digest = store.keep(OURS, XML)  # its connection stays open, for the next call

    children = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = int(any(store.fetch(OURS, digest) != XML for _ in range(20)))
            finally:
                os._exit(code)
        children.append(pid)
    same = all(store.fetch(OURS, digest) == XML for _ in range(20))

    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0] * 4
    assert same
