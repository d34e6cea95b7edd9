"""Objects in a bucket of an S3-compatible server, for several machines that share one storage."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from app.errors import AppError, Conflict
from app.storage.base import (
    FULL,
    SILENT,
    Kept,
    Unreachable,
    digest_of,
    name_of,
    parts_of,
    whole,
)
from app.storage.place import FIRST_REGION, Place

CONNECT_SECONDS = 3
ANSWER_SECONDS = 10  # for each piece of an answer, not for all of it
TRIES = 2
CONNECTIONS = 16  # more than a web process has threads
# How the servers call it; the number 507 says the same.
NO_ROOM = ("QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "StorageFull")
INSUFFICIENT_STORAGE = 507
ABSENT = ("NoSuchKey", "404", "NotFound")

log = logging.getLogger(__name__)


class S3Store:
    """One object for each digest; its name begins with the organization."""

    def __init__(self, place: Place, kind: str) -> None:
        self._bucket = place.bucket
        self._prefix = f"{place.prefix}{kind}/"
        self._client = _client(place)
        # The first of all regions is the one that must not be named.
        elsewhere = place.region != FIRST_REGION
        self._where = (
            {"CreateBucketConfiguration": {"LocationConstraint": place.region}} if elsewhere else {}
        )

    def keep(self, organization: str, content: bytes) -> str:
        """Put the bytes in the bucket; the answer is their digest. Twice is once."""
        digest = digest_of(content)
        with _spoken():
            # Without looking first: the same name has the same bytes, and its age begins anew.
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(organization, digest), Body=content
            )
        return digest

    def fetch(self, organization: str, digest: str) -> bytes:
        """The bytes with this digest, whole and unchanged."""
        try:
            with _spoken():
                found = self._client.get_object(
                    Bucket=self._bucket, Key=self._key(organization, digest)
                )
                content: bytes = found["Body"].read()
        except _Absent:
            return whole(None, digest)
        return whole(content, digest)

    def has(self, organization: str, digest: str) -> bool:
        """Whether bytes with this digest are kept."""
        try:
            with _spoken():
                self._client.head_object(Bucket=self._bucket, Key=self._key(organization, digest))
        except _Absent:
            return False
        return True

    def remove(self, organization: str, digest: str) -> None:
        """Take the bytes away; once gone they may be removed again."""
        with suppress(_Absent), _spoken():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(organization, digest))

    def kept(self, organization: str | None = None) -> Iterator[Kept]:
        """Every kept object, in order of its name."""
        prefix = f"{self._prefix}{organization}/" if organization else self._prefix
        with _spoken():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from filter(None, map(self._seen, page.get("Contents", ())))

    def check(self) -> None:
        """Come back when the bucket is there and ours."""
        with _spoken():
            self._client.head_bucket(Bucket=self._bucket)

    def prepare(self) -> None:
        """Make the bucket, on a server where we may."""
        try:
            self.check()
        except _Absent:
            with _spoken():
                self._client.create_bucket(Bucket=self._bucket, **self._where)

    def _key(self, organization: str, digest: str) -> str:
        return self._prefix + name_of(organization, digest)

    def _seen(self, found: dict[str, Any]) -> Kept | None:
        parts = parts_of(found["Key"].removeprefix(self._prefix))
        return Kept(*parts, found["Size"], found["LastModified"]) if parts else None


class _Absent(Unreachable):
    """The server has no such object; where that is odd, it is no answer at all."""


@contextmanager
def _spoken() -> Iterator[None]:
    """Talk to the server; what it refuses becomes one of our sentences, and a line in the log."""
    try:
        yield
    except ClientError as error:
        raise _refusal(error) from error
    except BotoCoreError as error:
        log.warning("the storage doesn't answer: %s", type(error).__name__)
        raise Unreachable(SILENT) from error


def _refusal(error: ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in ABSENT:
        return _Absent(SILENT)
    # Wrong keys, a bucket that isn't there, too much at once: the operator reads which one it was.
    log.warning("the storage refuses: %s (%s)", code, status)
    refusal: AppError = Unreachable(SILENT)
    if code in NO_ROOM or status == INSUFFICIENT_STORAGE:
        refusal = Conflict(FULL)
    return refusal


@lru_cache(maxsize=8)
def _client(place: Place) -> Any:
    client = _session().create_client(
        "s3",
        endpoint_url=place.endpoint,
        region_name=place.region,
        aws_access_key_id=place.key,
        aws_secret_access_key=place.secret,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            max_pool_connections=CONNECTIONS,
            tcp_keepalive=True,
            # The server then checks that it got the very bytes that were sent, also over TLS.
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            # Newer checksums than these are not understood by every compatible server.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    # A connection that two processes share would mix up their answers.
    os.register_at_fork(after_in_child=client.close)
    return client


@lru_cache(maxsize=1)
def _session() -> Session:
    logging.getLogger("botocore").setLevel(logging.WARNING)  # its details are not for our log
    return Session()
