"""``make migrate``: makes everything ready without starting anything: the database, the storage."""

from __future__ import annotations

import sys

from app import storage
from app.application import create_app
from app.errors import AppError
from app.running import migrating, waiting
from config import SettingError, Settings


def main() -> int:
    """Migrate the tables, write the permissions, make the bucket; the answer is the exit code."""
    try:
        settings = Settings.load()
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        application = create_app(settings)
        patience = settings.wait_seconds if settings.database_url.startswith("postgresql:") else 0
        waiting.until(lambda: migrating.reach(application, settings), patience, print)
        migrating.bring_up_to_date(application, settings)
        waiting.until(lambda: _prepare_storage(settings), settings.wait_seconds, print)
    except SettingError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print("The database is up to date.")
    return 0


def _prepare_storage(settings: Settings) -> None:
    try:
        storage.store(settings).prepare()
    except AppError as error:
        raise SettingError(waiting.without_storage(settings)) from error


if __name__ == "__main__":
    sys.exit(main())
