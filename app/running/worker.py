"""A worker: does jobs one after another in its own process, and makes room for a fresh one in time."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested

from app import patience, queue

JOBS_BEFORE_RECYCLING = 1000
MEGABYTES_BEFORE_RECYCLING = 400
SECONDS_WITHOUT_SIGN_OF_LIFE = 30
PAUSE = 0.5  # seconds between two looks whether the queue is back

log = logging.getLogger(__name__)


class RecycledWorker(SimpleWorker):
    """Jobs are nudges that find their work in the database, so none needs a process of its own.

    What a job leaves in memory goes when the worker is replaced.
    """

    max_connection_wait_time = 5.0  # the queue came back: start within seconds, not a minute
    jobs_done = 0

    def execute_job(self, job: Any, of_queue: Any) -> None:
        """Do the job; stop when it is time to be replaced."""
        super().execute_job(job, of_queue)
        self.jobs_done += 1
        if self.worn_out():
            raise StopRequested

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop in the middle of a job: a job that drains stops after the row in hand."""
        queue.ask_to_stop()

    def worn_out(self) -> bool:
        """Whether a fresh process should take over."""
        return (
            self.jobs_done >= JOBS_BEFORE_RECYCLING
            or resident_megabytes() > MEGABYTES_BEFORE_RECYCLING
        )

    def stopped_as_it_should(self) -> bool:
        """Asked to stop or due for replacement; anything else was trouble."""
        return self.worn_out() or self._shutdown_requested_date is not None


def main(url: str, queue_names: list[str]) -> None:
    """Do jobs until told to stop; leave with code 1 when something unexpected ended it."""
    connection = Redis.from_url(url, **patience.of_queue(url))
    _wait_for(connection)
    queues = [Queue(name, connection=connection) for name in queue_names]
    worker = RecycledWorker(queues, connection=connection, worker_ttl=SECONDS_WITHOUT_SIGN_OF_LIFE)
    try:
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("the queue went away in the middle (%s); this worker begins anew", error)
        raise SystemExit(1) from error
    if not worker.stopped_as_it_should():
        raise SystemExit(1)


def _wait_for(connection: Redis) -> None:
    # A worker that cannot even begin would end again at once, and its supervisor would give up.
    told = False
    while True:
        try:
            connection.ping()
        except (RedisError, OSError) as error:
            if not told:
                log.warning("the queue cannot be reached (%s); this worker waits for it", error)
                told = True
            time.sleep(PAUSE)
        else:
            return


def resident_megabytes() -> int:
    """Memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
