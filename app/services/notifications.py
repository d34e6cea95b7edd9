"""What happened for one person: the bell, and the mails that they asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import CursorResult, Select, select, update

from app import tenancy
from app.errors import NotFound
from app.extensions import db
from app.models import Alert, Notification, User, UserState
from app.models.types import now
from app.services import mails
from app.transactions import transaction

ALERTS = ("feed", "document", "request", "group")  # the switches of the profile
MOST_COUNTED = 100  # the bell says 99+
MOST_SHOWN = 100
LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, and whom to tell.

    ``text`` is an English message with ``%(name)s`` places; each reads it in their own language.
    """

    user_ids: tuple[int, ...]
    text: str
    link: str
    alert: str | None = None  # the switch of the profile that it belongs to
    mail: str | None = None  # the kind of mail for those whose switch says at once
    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.alert is not None and self.alert not in ALERTS:
            raise ValueError(f"there is no switch for {self.alert}")


def tell(
    user_ids: Iterable[int],
    text: str,
    link: str,
    *,
    alert: str | None = None,
    mail: str | None = None,
    **values: str,
) -> None:
    """Put a message behind the bell of these people, and mail those who want it at once."""
    tell_all([News(tuple(user_ids), text, link, alert, mail, values)])


def tell_all(news: Sequence[News]) -> None:
    """The same for several messages; the people are read together."""
    db.session.flush()  # what the caller did is judged by the caller's scope, not by this gate
    with transaction(), tenancy.every_environment("tell people what happened"):
        readers = _readers(user_id for each in news for user_id in each.user_ids)
        letters: list[mails.Order] = []
        for each in news:
            for user_id in dict.fromkeys(each.user_ids):
                if user_id in readers:
                    letters += _tell(readers[user_id], each)
        mails.queue_all(letters)


def _tell(user: Any, news: News) -> list[mails.Order]:
    """Behind the bell; the answer is the mail that goes with it, if any."""
    short = {name: value[:LONGEST_VALUE] for name, value in news.values.items()}
    db.session.add(Notification(user_id=user.id, text=news.text, values=short, link=news.link))
    if not news.mail or not user.email or not _wants_mail(user, news.alert):
        return []
    values = {"text": news.text, "link": news.link, **news.values}
    return [mails.Order(news.mail, user.email, user.language, values)]


def unread() -> Select[tuple[int]]:
    """What the person at work hasn't read yet."""
    return select(Notification.id).where(*_mine(), Notification.read_at.is_(None))


def latest() -> Sequence[Notification]:
    """The newest messages of the person at work."""
    newest = select(Notification).where(*_mine()).order_by(Notification.id.desc())
    found: Sequence[Notification] = db.session.scalars(newest.limit(MOST_SHOWN)).all()
    return found


def read(public_id: str) -> str:
    """Mark one message as read; the answer is the page that it is about."""
    with transaction():
        found = select(Notification).where(*_mine(), Notification.public_id == public_id)
        message: Notification | None = db.session.scalars(found).one_or_none()
        if message is None:
            raise NotFound("This notification isn't here, or it isn't yours.")
        message.read_at = message.read_at or now()
    return message.link


def read_all() -> int:
    """Mark every message of the person at work as read; the answer is how many were new."""
    with transaction():
        fresh = update(Notification).where(*_mine(), Notification.read_at.is_(None))
        done = db.session.execute(
            fresh.values(read_at=now()), execution_options={"synchronize_session": False}
        )
    return cast("CursorResult[Any]", done).rowcount


def _mine() -> tuple[Any, ...]:
    # The wall says so too; here it lets the database use its index, and staff have no others to see.
    return (Notification.user_id == tenancy.current().person_id,)


def _readers(user_ids: Iterable[int]) -> dict[int, Any]:
    """Those of these people who may read, by id."""
    wanted = set(user_ids)
    people = select(User).where(
        User.id.in_(wanted), User.active.is_(True), User.state == UserState.ACTIVE
    )
    return (
        {user.id: user for user in db.session.scalars(people.order_by(User.id))} if wanted else {}
    )


def _wants_mail(user: Any, alert: str | None) -> bool:
    return alert is None or getattr(user, f"alert_{alert}") == Alert.AT_ONCE
