"""Files of others that pages need: fetched once from the npm registry, checked, and kept in the repository.

`python scripts/vendor.py` fetches the pinned versions that vendor.json names, refuses one whose checksum
differs, keeps its licence beside it, puts the chosen icons together in one sprite, and notes the digest of
every file that it wrote, so that a test sees a changed one. Running the platform needs none of this.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import tarfile
import urllib.request
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "app" / "static" / "vendor"
LIST = VENDOR / "vendor.json"
ICONS = "@tabler/icons"
SPRITE = VENDOR / "icons.svg"
REGISTRY = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org")
SVG = "http://www.w3.org/2000/svg"
# What every icon of one style shares; the sprite's symbols carry it, so that no style sheet is needed.
DRAWN = {
    "outline": 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"',
    "filled": 'fill="currentColor"',
}


def fetch(package: dict[str, Any]) -> tarfile.TarFile:
    """The package as published, with the checksum that is noted here."""
    name, version = package["name"], package["version"]
    address = f"{REGISTRY.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - a pinned https address
        content = answer.read()
    kind, _, expected = package["integrity"].partition("-")
    if base64.b64encode(hashlib.new(kind, content).digest()).decode() != expected:
        raise SystemExit(f"{address} is not what vendor.json expects; nothing more was written.")
    return tarfile.open(fileobj=io.BytesIO(content))


def member(archive: tarfile.TarFile, path: str) -> bytes:
    file = archive.extractfile(f"package/{path}")
    if file is None:
        raise SystemExit(f"The package has no {path}.")
    return file.read()


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    print(f"{path.relative_to(ROOT)}: {len(content) // 1024 + 1} kB")


def symbol(archive: tarfile.TarFile, name: str) -> str:
    """One icon of the sprite. A name that ends on -filled is the filled form."""
    style = "filled" if name.endswith("-filled") else "outline"
    source = member(archive, f"icons/{style}/{name.removesuffix('-filled')}.svg")
    drawing = ElementTree.fromstring(source)  # noqa: S314 - its checksum is known
    # The first path of each is an empty square that only reserves the room; viewBox does that too.
    parts = [part for part in drawing if part.get("d") != "M0 0h24v24H0z"]
    shapes = "".join(shape(part) for part in parts)
    return f'<symbol id="{name}" viewBox="0 0 24 24" {DRAWN[style]}>{shapes}</symbol>'


def shape(part: ElementTree.Element) -> str:
    tag = part.tag.removeprefix(f"{{{SVG}}}")
    attributes = "".join(f' {name}="{value}"' for name, value in part.attrib.items())
    return f"<{tag}{attributes}/>"


def sprite(archive: tarfile.TarFile, names: list[str]) -> bytes:
    symbols = "\n".join(symbol(archive, name) for name in sorted(names))
    return f'<svg xmlns="{SVG}">\n{symbols}\n</svg>\n'.encode()


def written(packages: list[dict[str, Any]]) -> list[Path]:
    """Every file that is kept here but made elsewhere."""
    files = [
        ROOT / package["folder"] / name
        for package in packages
        for name in package["files"].values()
    ]
    return [*files, SPRITE]


def keep(package: dict[str, Any], archive: tarfile.TarFile) -> None:
    """The files that are used of it, and its licence where the package carries one."""
    folder = ROOT / package["folder"]
    for path, name in package["files"].items():
        write(folder / name, member(archive, path))
    if package["licence_file"]:
        name = package["name"].replace("/", "-").removeprefix("@")
        write(folder / "licences" / f"{name}.txt", member(archive, package["licence_file"]))


def main() -> None:
    chosen = json.loads(LIST.read_text())
    for package in chosen["packages"]:
        with fetch(package) as archive:
            keep(package, archive)
            if package["name"] == ICONS:
                write(SPRITE, sprite(archive, chosen["icons"]))
    chosen["digests"] = {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in written(chosen["packages"])
    }
    LIST.write_text(json.dumps(chosen, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
