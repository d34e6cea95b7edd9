"""Where a bucket is, as the setting STORAGE_URL writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

FIRST_REGION = "us-east-1"  # of servers that know no regions as well


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, how to reach it, and who we are there."""

    endpoint: str
    bucket: str
    prefix: str  # empty, or a folder of ours inside the bucket, with its slash
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``s3://key:secret@host:port/bucket/folder?region=…&tls=no``; it was checked before."""
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        bucket, _, folder = parts.path.strip("/").partition("/")
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return cls(
            endpoint=f"{'http' if asked.get('tls') == 'no' else 'https'}://{host}"
            + (f":{parts.port}" if parts.port else ""),
            bucket=bucket,
            prefix=f"{folder}/" if folder else "",
            region=asked.get("region", FIRST_REGION),
            key=unquote(parts.username or ""),
            secret=unquote(parts.password or ""),
        )
