"""Static files as they are served: fingerprinted names, compressed once.

`python scripts/static_files.py` reads app/static and writes app/static_built: each file under a name that
holds a digest of its content, with its gzip and brotli forms beside it, and manifest.json, which says what
each is called now. What files say of each other (imports of modules, url() of style sheets) is rewritten to
those names, so a file whose imports changed gets another name too.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import posixpath
import re
import tempfile
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "app" / "static"
BUILT = ROOT / "app" / "static_built"
MANIFEST = "manifest.json"
FILES = "files"
# Where a file names another one. Only relative names: there are no addresses of others to begin with.
MENTIONS = {
    ".js": re.compile(r"""(?P<before>\b(?:from|import)\s*\(?\s*["'])(?P<name>\.{1,2}/[^"']+)"""),
    ".css": re.compile(
        r"""(?P<before>(?:url\(\s*["']?|@import\s+["']))(?!data:)(?P<name>[\w./][^"')#?]*)"""
    ),
}
COMPRESSED = {".css", ".js", ".svg", ".json", ".txt"}


class Broken(Exception):
    """A file names one that isn't there, or two name each other."""


def build(source: Path = SOURCE, built: Path = BUILT) -> dict[str, str]:
    """Write what is new, remove what neither this build nor the one before it names."""
    contents = Rewriting(source).contents()
    names = {name: _fingerprinted(name, content) for name, content in contents.items()}
    before = _manifest(built)
    for name, content in contents.items():
        _write(built / FILES / names[name], content)
    _replace(built / MANIFEST, json.dumps(names, indent=1, sort_keys=True).encode())
    _tidy(built / FILES, {*names.values(), *before.values()})
    return names


def _manifest(built: Path) -> dict[str, str]:
    path = built / MANIFEST
    return dict(json.loads(path.read_text())) if path.exists() else {}


class Rewriting:
    """The files of a folder with the names in them rewritten: first those that one names, then itself."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.done: dict[str, bytes] = {}

    def contents(self) -> dict[str, bytes]:
        for path in sorted(self.source.rglob("*")):
            if path.is_file():
                self._finish(path.relative_to(self.source).as_posix(), ())
        return self.done

    def _finish(self, name: str, above: tuple[str, ...]) -> bytes:
        if name in above:
            raise Broken(f"{name} and {above[-1]} name each other.")
        if not (self.source / name).is_file():
            raise Broken(f"{above[-1]} names {name}, which is not there.")
        if name not in self.done:
            self.done[name] = self._rewritten(name, above)
        return self.done[name]

    def _rewritten(self, name: str, above: tuple[str, ...]) -> bytes:
        path, folder = self.source / name, posixpath.dirname(name)
        mention = MENTIONS.get(path.suffix)
        if mention is None or name.startswith("vendor/"):  # those of others name nothing
            return path.read_bytes()

        def current(match: re.Match[str]) -> str:
            other = posixpath.normpath(posixpath.join(folder, match["name"]))
            latest = _fingerprinted(other, self._finish(other, (*above, name)))
            # A module's name has to begin with a dot; in a style sheet it may.
            return f"{match['before']}./{posixpath.relpath(latest, folder or '.')}"

        return mention.sub(current, path.read_text()).encode()


def _fingerprinted(name: str, content: bytes) -> str:
    stem, suffix = posixpath.splitext(name)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"


def _write(path: Path, content: bytes) -> None:
    """A file and its compressed forms; what is there under this name has this content."""
    for form, suffix in ((bytes, ""), (_gzip, ".gz"), (_brotli, ".br")):
        target = path.with_name(path.name + suffix)
        if (not suffix or path.suffix in COMPRESSED) and not target.exists():
            _replace(target, form(content))


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _brotli(content: bytes) -> bytes:
    return bytes(brotli.compress(content, mode=brotli.MODE_TEXT))


def _replace(path: Path, content: bytes) -> None:
    # Written aside and moved: several processes may do this at once, and others read meanwhile.
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as aside:
        aside.write(content)
    os.chmod(aside.name, 0o644)
    os.replace(aside.name, path)


def _tidy(folder: Path, kept: set[str]) -> None:
    # A platform that runs during this build goes on with the names of the build before it.
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix().removesuffix(".gz").removesuffix(".br")
        if path.is_file() and name not in kept and path.suffix != ".part":
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    build()
