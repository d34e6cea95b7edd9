"""The way into the network, and the loopback network's own registry and behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.errors import NotAllowed
from app.extensions import db
from app.invoice.identifiers import ParticipantId, normalise
from app.models import NetworkRegistration, Setting
from app.peppol.access_points import AccessPoint, Behaviour, Entry, LoopbackAccessPoint
from app.services import audit
from app.transactions import transaction

SETTING = "loopback_behaviour"
EVERYONE = "*"


def access_point() -> AccessPoint:
    """The way into the network that this platform uses."""
    return LoopbackAccessPoint(TableRegistry(), behaviour_of)


class TableRegistry:
    """The loopback network's registry in a table; it is the outside world, with transactions of its own."""

    def get(self, participant: str) -> Entry | None:
        """The entry of this participant."""
        with tenancy.every_environment("loopback registry"):
            row = _row(participant)
            return _entry(row) if row else None

    def put(self, entry: Entry) -> Entry:
        """Keep an entry, unless another provider has one already; the answer is the one that stands."""
        with transaction(), tenancy.every_environment("loopback registry"):
            row = _row(entry.participant) or _added(entry)
            if row.provider == entry.provider:
                row.document_types = list(entry.document_types)
            return _entry(row)

    def delete(self, participant: str, provider: str) -> None:
        """Remove this provider's entry, if there is one."""
        with transaction(), tenancy.every_environment("loopback registry"):
            db.session.execute(
                delete(NetworkRegistration).where(
                    NetworkRegistration.participant == participant,
                    NetworkRegistration.provider == provider,
                )
            )


def behaviour_of(participant: str) -> Behaviour:
    """How the loopback network behaves towards this participant."""
    kept = _behaviours()
    return Behaviour.parse(**kept.get(participant, kept.get(EVERYONE, {"kind": "accept"})))


def behaviours() -> dict[str, Behaviour]:
    """Every behaviour that was set, by participant; ``*`` stands for everyone else."""
    return {name: Behaviour.parse(**kept) for name, kept in sorted(_behaviours().items())}


def behave(participant: str, behaviour: Behaviour) -> None:
    """Tell the loopback network how to behave, towards one participant or (empty) everyone."""
    _need_technical_support()
    key = _participant(participant)
    with transaction(), tenancy.every_environment("set how the loopback network behaves"):
        kept = db.session.get(Setting, SETTING) or Setting(name=SETTING, value={})
        facts = {"kind": behaviour.kind.value, "note": behaviour.note, "polls": behaviour.polls}
        kept.value = {**kept.value, key: facts}
        db.session.add(kept)
        audit.record("network.behaviour", key, kind=behaviour.kind.value, polls=behaviour.polls)


def published(at_most: int = 100) -> Sequence[NetworkRegistration]:
    """Who was published last."""
    _need_technical_support()
    newest = select(NetworkRegistration).order_by(NetworkRegistration.id.desc())
    found: Sequence[NetworkRegistration] = db.session.scalars(newest.limit(at_most)).all()
    return found


def _need_technical_support() -> None:
    if tenancy.current().staff is not tenancy.StaffRole.TECHNICAL:
        raise NotAllowed("Only technical support can look into the network.")


def _participant(text: str) -> str:
    if text.strip() in ("", EVERYONE):
        return EVERYONE
    given = ParticipantId.parse(text)
    return str(normalise(given.scheme, given.value)).lower()


def _behaviours() -> dict[str, dict[str, Any]]:
    with tenancy.every_environment("how the loopback network behaves"):
        kept = db.session.scalars(select(Setting).where(Setting.name == SETTING)).one_or_none()
        return dict(kept.value) if kept else {}


def _row(participant: str) -> NetworkRegistration | None:
    row: NetworkRegistration | None = db.session.scalars(
        select(NetworkRegistration).where(NetworkRegistration.participant == participant)
    ).one_or_none()
    return row


def _added(entry: Entry) -> NetworkRegistration:
    row = NetworkRegistration(
        participant=entry.participant,
        provider=entry.provider,
        document_types=list(entry.document_types),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another worker was first; theirs stands
        first = _row(entry.participant)
        if first is None:
            raise
        return first
    return row


def _entry(row: NetworkRegistration) -> Entry:
    return Entry(row.participant, row.provider, tuple(row.document_types))
