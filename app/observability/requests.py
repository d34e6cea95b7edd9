"""Every request has a number, one line in the log, and a place in the figures."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, request
from sqlalchemy import Engine, event
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from app import counting, tenancy
from app.observability import context, logs
from config import Settings

HEADER = "X-Request-Id"
# Asked for by machines every few seconds, or the same for everybody: of no interest line by line.
QUIET = ("static", "appbuilder.static", "watching.alive", "watching.ready", "watching.metrics")
UNKNOWN = "unknown address"

log = logging.getLogger("postiljon.access")
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def register(app: Flask, settings: Settings) -> None:
    """Number, time and tell every request. Comes before everything else that looks at one."""
    logs.ask(_scope)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count)  # type: ignore[method-assign]

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        context.begin_request(_number_of_proxy(settings) or context.new_id())

    @app.after_request
    def end(response: Response) -> Response:
        _tell(response)
        response.headers[HEADER] = context.request_id()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        context.end_request()


def count_statements(engine: Engine) -> None:
    """Count what this engine is asked for each request and each job."""

    @event.listens_for(engine, "before_cursor_execute")
    def one_more(*_statement: Any) -> None:
        context.count_statement()


def limit_time(engine: Engine, seconds: int) -> None:
    """Let PostgreSQL end a statement of a request that takes longer; jobs take the time they need."""
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "checkout")
    def set_limit(connection: Any, record: Any, _proxy: Any) -> None:
        wanted = seconds if has_request_context() else 0
        if record.info.get("seconds", 0) == wanted:
            return  # a process serves either requests or jobs, so this is once per connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", (f"{wanted}s",))
        connection.commit()  # outside the transaction that follows: a rollback would undo it
        record.info["seconds"] = wanted


def route() -> str:
    """The pattern of the address, never the address itself: it may be the secret of a link."""
    return str(request.url_rule.rule) if request.url_rule else UNKNOWN


def _number_of_proxy(settings: Settings) -> str:
    # A stranger could otherwise choose numbers that confuse whoever reads the log.
    given = request.headers.get(HEADER, "") if settings.trusted_proxies else ""
    return given if _SANE.fullmatch(given) else ""


def _tell(response: Response) -> None:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    work = context.current()
    statements = work.statements if work else 0
    quiet = request.endpoint in QUIET
    if not quiet:
        counting.request_ended(
            request.method, route(), response.status_code, seconds=seconds, statements=statements
        )
    log.log(
        logging.DEBUG if quiet else logging.INFO,
        "%s %s %s %.0f ms %s statements",
        request.method,
        route(),
        response.status_code,
        seconds * 1000,
        statements,
        extra={
            "facts": {
                "method": request.method,
                "route": route(),
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "statements": statements,
            }
        },
    )


def _scope() -> logs.Facts:
    """In whose name: ids of our own tables, which mean nothing to anyone else."""
    scope = tenancy.current_or_none() if has_app_context() else None
    if scope is None:
        return {}
    one = scope.organization_ids if scope.person_id is None else ()
    return {
        "person": scope.person_id,
        "environment": scope.environment_id,
        "organization": next(iter(one)) if len(one) == 1 else None,
    }
