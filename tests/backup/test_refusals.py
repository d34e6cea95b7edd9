"""What cannot be backed up or restored is refused with a sentence, and leaves nothing behind."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from flask_migrate import downgrade

from app import storage
from app.backup import archive, files, making, postgres, restoring
from app.backup.archive import Manifest
from app.errors import AppError, Conflict, Unreadable
from app.extensions import remember_application, settings
from app.services import silence, upgrades
from config import ROOT
from tests.backup.places import CHANGED, Place, differences
from tests.delivery.conftest import build_walk
from tests.factories import World
from tests.walks.running import _others


@pytest.fixture(scope="module")
def here(tmp_path_factory, session_app):
    """A platform with two documents; no test changes it."""
    place = Place(tmp_path_factory.mktemp("here")).prepare()
    with place.open():
        walk = build_walk(World())
        walk.queued("1")
        walk.queued("2")
    yield place
    remember_application(session_app)


@pytest.fixture(scope="module")
def kept(here, tmp_path_factory):
    """Its backup."""
    with here.open():
        return making.make(tmp_path_factory.mktemp("backups")).path


@pytest.fixture
def there(tmp_path):
    return Place(tmp_path / "there")


@pytest.fixture(autouse=True)
def usual_application(session_app):
    yield
    remember_application(session_app)


def restore(place, path, **options):
    with place.open():
        return restoring.restore(path, **options)


def parts_of(path):
    with path.open("rb") as source:
        return [(part.name, part.content()) for part in archive.parts(source)]


def rewritten(path, to, change):
    """The archive with other parts."""
    with to.open("wb") as out:
        writer = archive.Writer(out)
        for name, content in change(parts_of(path)):
            writer.content(name, content)
        writer.close()
    return to


def with_manifest(parts, **columns):
    [(name, content), *others] = parts
    manifest = replace(Manifest.parse(content), **columns)
    return [(name, json.dumps(asdict(manifest)).encode()), *others]


def nothing_is_there(place):
    return (
        not (place.folder / "postiljon.db").exists()
        and place.bytes() == {}
        and not list(place.folder.glob(".restoring-*"))
    )


def spoil(parts, kind):
    """Change the last byte of the first part of this kind."""
    index = next(i for i, (name, _) in enumerate(parts) if name.startswith(kind))
    name, content = parts[index]
    parts[index] = (name, content[:-1] + bytes([content[-1] ^ 1]))
    return parts


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda parts: spoil(parts, "files/"), "was changed"),
        (lambda parts: spoil(parts, "database"), "was changed"),
        (lambda parts: parts[:-1], "ends too soon"),
        (lambda parts: [part for part in parts if not part[0].startswith("files/")], "too soon"),
        (lambda parts: parts[1:], "isn’t a backup"),
        (lambda parts: with_manifest(parts, revision="9999"), "newer Postiljon"),
        (lambda parts: with_manifest(parts, format=2), "newer Postiljon"),
        (lambda parts: with_manifest(parts, kind="postgresql"), "holds a PostgreSQL database"),
        (lambda parts: with_manifest(parts, rows={"document": 3}), "rows are missing"),
    ],
)
def test_an_archive_that_is_not_right_changes_nothing(kept, there, tmp_path, change, words):
    bad = rewritten(kept, tmp_path / "bad.tar", change)

    with pytest.raises(AppError, match=words):
        restore(there, bad)

    assert nothing_is_there(there)


def test_the_same_archive_unchanged_is_restored(kept, there, tmp_path):
    same = rewritten(kept, tmp_path / "same.tar", lambda parts: parts)

    restore(there, same)

    assert not nothing_is_there(there)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_an_archive_that_was_cut_off_is_refused(kept, there, tmp_path, share):
    cut = tmp_path / "cut.tar"
    cut.write_bytes(kept.read_bytes()[: int(kept.stat().st_size * share)])

    with pytest.raises(Unreadable):
        restore(there, cut)

    assert nothing_is_there(there)


def test_a_place_with_a_database_is_not_overwritten(kept, here):
    before = here.rows()

    with pytest.raises(Conflict, match="database isn’t empty"):
        restore(here, kept)

    assert differences(before, here.rows()) == []


def test_a_place_with_files_is_not_mixed_up(kept, there):
    with there.open():
        storage.store(settings()).keep("11111111-1111-4111-8111-111111111111", b"somebody's")

    with pytest.raises(Conflict, match="files here already"):
        restore(there, kept)

    assert len(there.bytes()) == 1


def test_replacing_keeps_the_former_database_beside_it(kept, here, there):
    there.prepare()

    restore(there, kept, replacing=True)

    assert set(differences(here.rows(), there.rows())) <= set(CHANGED)
    assert len(list(there.folder.glob("postiljon.db.replaced-*"))) == 1
    with there.open():
        assert silence.held()


def test_a_platform_that_runs_there_is_not_pulled_away(kept, there):
    lock = there.folder / "run.lock"
    hold = f"import fcntl,sys; f=open({str(lock)!r},'a'); fcntl.flock(f,fcntl.LOCK_EX); print(1,flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        running.stdout.readline()
        with pytest.raises(Conflict, match="Stop it"):
            restore(there, kept)
        running.communicate()

    restore(there, kept)


def test_a_restore_that_breaks_off_at_the_end_takes_everything_away(kept, there, monkeypatch):
    monkeypatch.setattr(upgrades, "bring_up_to_date", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        restore(there, kept)

    assert nothing_is_there(there)


def test_an_older_backup_is_brought_up_to_date(here, there, tmp_path):
    old = Place(tmp_path / "old")
    shutil.copytree(here.folder, old.folder, dirs_exist_ok=True)
    with old.open():
        downgrade(revision="-1")
        made = making.make(tmp_path)
    assert made.manifest.revision < here.rows()["alembic_version"][0][0]

    restore(there, made.path)

    assert there.rows()["alembic_version"] == here.rows()["alembic_version"]
    assert there.rows()["document"] == here.rows()["document"]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"other bytes")])
def test_a_file_that_is_gone_or_damaged_is_named_and_the_rest_is_kept(here, there, tmp_path, harm):
    worn = Place(tmp_path / "worn")
    shutil.copytree(here.folder, worn.folder, dirs_exist_ok=True)
    path = next((worn.folder / "files").glob("*/*/*"))
    harm(path)

    with worn.open():
        made = making.make(tmp_path)
    checked = restore(there, made.path)

    assert checked.end.missing == [f"files/{path.parts[-3]}/{path.name}"]
    assert len(there.bytes()) == 1


def test_only_its_owner_reads_an_archive_and_a_broken_one_has_no_name(
    here, kept, tmp_path, monkeypatch
):
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    monkeypatch.setattr(files, "store_of", lambda _kind: 1 / 0)
    with here.open(), pytest.raises(ZeroDivisionError):
        making.make(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_an_archive_is_a_tar_that_any_tool_opens(kept):
    listed = subprocess.run(["tar", "-tf", kept], capture_output=True, text=True, check=True)

    names = listed.stdout.split()
    assert names[:3] == ["manifest.json", "secret", "database"]
    assert names[-1] == "end.json"
    assert len(names) == 6


def test_older_archives_go_when_asked(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"postiljon-2026-11-0{day}T00-00-00Z.tar").touch()
    (tmp_path / "somebody-elses.tar").touch()

    assert making.forget_older(tmp_path, 2) == 3
    assert len(list(tmp_path.iterdir())) == 3
    assert (tmp_path / "postiljon-2026-11-05T00-00-00Z.tar").exists()


def test_programs_that_are_older_than_the_server_are_refused():
    assert postgres.program("pg_dump", "1")

    with pytest.raises(Conflict, match="Install postgresql-client-99"):
        postgres.program("pg_dump", "99")


def test_a_machine_without_the_programs_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "PACKAGED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Conflict, match="apt-get install postgresql-client"):
        postgres.program("pg_dump", "15")


def command(place, *words):
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", *words],
        cwd=ROOT,
        env=_others() | place.environment,
        capture_output=True,
        check=False,
    )


def invoked(place, *words):
    """A command that needs no process of its own."""
    with place.open() as app:
        return app.test_cli_runner().invoke(args=words)


def said(place, *words):
    return invoked(place, *words).output


def test_the_commands_back_up_check_restore_and_confirm(here, there, tmp_path, monkeypatch):
    monkeypatch.setattr("app.cli.os.nice", int)  # the other tests of this process don't step back
    made = invoked(here, "backup", "make", "-")
    assert made.exit_code == 0, made.output
    path = tmp_path / "piped.tar"
    path.write_bytes(made.stdout_bytes)

    assert "It is whole" in said(here, "backup", "check", str(path))
    assert "isn’t empty" in said(here, "backup", "restore", str(path))
    restored = command(here, "backup", "restore", str(path), "--into", str(there.folder))
    assert restored.returncode == 0, restored.stderr
    assert b"platform confirm" in restored.stdout
    assert "restored from a backup" in said(there, "platform", "state")
    assert "platform that sends" in said(there, "platform", "confirm", "--yes")
    assert "platform that sends" in said(there, "platform", "state")
    assert "Nothing new leaves" in said(there, "platform", "hold")
    assert "stopped all sending" in said(there, "platform", "state")
