"""What stands in the tables of a platform that has been used for years, as statements of the database.

The rows are made where they are kept, because sending ten million of them there would take hours. A plan is
drawn first: for each document whose it is, where it goes and how it fared; the tables follow from the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

YEARS = 2  # the documents are spread over these
# Organizations that have most of the documents, each with a habit of its own: 0 and 4 have of
# everything something; of 1 all went well and was read, so its short lists are empty; of 2 half failed
# once and was sent again; 3 only receives.
BUSY = 5
SPOTLESS = 1
COLLEAGUES = 200  # people without an organization, to whom some documents are shown


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database says it."""

    uuid: str
    hex64: str
    roll: Callable[[int], str]  # a die with so many sides
    series: Callable[[int, int], str]  # numbers i, from and to
    moment: Callable[[str], str]  # so many seconds ago
    date: Callable[[str, int], str]  # the day of a moment, so many days later


POSTGRESQL = Dialect(
    uuid="CAST(gen_random_uuid() AS text)",
    hex64="md5(CAST(random() AS text)) || md5(CAST(random() AS text))",
    roll=lambda sides: f"CAST(floor(random() * {sides}) AS integer)",
    series=lambda first, last: (
        f"SELECT i FROM generate_series(CAST({first} AS bigint), {last}) AS each(i)"
    ),
    moment=lambda seconds: f"now() - make_interval(secs => {seconds})",
    date=lambda at, days: f"CAST({at} AS date) + {days}",
)
SQLITE = Dialect(
    uuid=(
        "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
        " || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    ),
    hex64="lower(hex(randomblob(32)))",
    roll=lambda sides: f"abs(random() % {sides})",
    series=lambda first, last: (
        f"SELECT i FROM (WITH RECURSIVE each(i) AS (SELECT {first} UNION ALL"
        f" SELECT i + 1 FROM each WHERE i < {last}) SELECT i FROM each)"
    ),
    moment=lambda seconds: f"strftime('%Y-%m-%d %H:%M:%f000', 'now', -({seconds}) || ' seconds')",
    date=lambda at, days: f"date({at}, '+{days} days')",
)


@dataclass(frozen=True, slots=True)
class Range:
    """Which numbers the rows get, and how many organizations there are of each sort."""

    documents: int
    environment_id: int
    first_organization: int
    quiet: int
    empty: int

    @property
    def first_quiet(self) -> int:
        """The number of the first organization with few documents."""
        return self.first_organization + BUSY

    @property
    def first_empty(self) -> int:
        """The number of the first organization without any."""
        return self.first_quiet + self.quiet

    @property
    def last_organization(self) -> int:
        """The number of the last organization."""
        return self.first_empty + self.empty - 1


def organizations(say: Dialect, to: Range) -> Iterator[str]:
    """Organizations that may send and receive."""
    series = say.series(to.first_organization, to.last_organization)
    yield f"""INSERT INTO organization (id, public_id, environment_id, name, country, street, postcode,
        city, email, iban, state, reason, number_prefix, next_number, created_at, activated_at)
        SELECT i, {say.uuid}, {to.environment_id}, 'Bedrijf ' || i || ' BV', 'NL', 'Dorpsstraat 1',
        '1234 AB', 'Utrecht', '', 'NL91ABNA0417164300', 'active', '', '', 1, {say.moment("0")},
        {say.moment("0")} FROM ({series}) AS numbers"""
    yield f"""INSERT INTO identifier (public_id, organization_id, scheme, value, owned, send, receive,
        registration, registration_note, registration_tries, created_at, verified_at)
        SELECT {say.uuid}, i, '0106', CAST(20000000 + i AS text), TRUE, TRUE, FALSE, 'off', '', 0,
        {say.moment("0")}, {say.moment("0")} FROM ({series}) AS numbers"""


def plan(say: Dialect, to: Range) -> Iterator[str]:
    """Whose each document is, and how it fared."""
    seconds = YEARS * 365 * 86400
    yield f"""CREATE TABLE bench_plan AS
        WITH dice AS MATERIALIZED (
          SELECT i, {say.roll(100)} AS slot, {say.roll(to.quiet)} AS quiet, {say.roll(100)} AS way,
            {say.roll(1000)} AS luck, {say.roll(100)} AS eye, {say.roll(100)} AS twice
          FROM ({say.series(1, to.documents)}) AS numbers),
        owned AS MATERIALIZED (
          SELECT dice.*, CASE WHEN slot < 30 THEN 0 WHEN slot < 70 THEN 1 + (slot - 30) / 10
            ELSE {BUSY} + quiet END AS place FROM dice),
        aimed AS MATERIALIZED (
          SELECT owned.*, CASE WHEN place = 3 OR way < 45 THEN 'in' ELSE 'out' END AS direction
          FROM owned),
        kept AS MATERIALIZED (
          SELECT aimed.*, CASE WHEN direction = 'in' OR place = 1 THEN 'ready'
            WHEN luck < 20 OR (place = 2 AND luck < 200) THEN 'draft'
            WHEN luck < 30 THEN 'invalid' ELSE 'ready' END AS readiness FROM aimed)
        SELECT i AS id, {to.first_organization} + place AS organization_id, direction, readiness,
          CASE WHEN direction = 'in' OR readiness <> 'ready' THEN ''
            WHEN place = 1 THEN CASE WHEN luck < 700 THEN 'delivered' ELSE 'sent' END
            WHEN place = 2 THEN CASE WHEN luck < 300 THEN 'failed' ELSE 'delivered' END
            WHEN luck < 50 THEN '' WHEN luck < 60 THEN 'failed' WHEN luck < 63 THEN 'unknown'
            WHEN luck < 73 THEN 'cancelled' WHEN luck < 80 THEN 'retrying'
            WHEN luck < 85 THEN 'queued' WHEN luck < 800 THEN 'delivered' ELSE 'sent'
          END AS state,
          place = 1 OR eye < CASE WHEN place = 2 THEN 50 ELSE 90 END AS opened,
          place <> 1 AND twice < CASE WHEN place = 2 THEN 50 ELSE 2 END AS again,
          {say.moment(f"({to.documents} - i) * {seconds / to.documents:.6f}")} AS at
        FROM kept"""


def documents(say: Dialect) -> Iterator[str]:
    """Documents themselves."""
    yield f"""INSERT INTO document (id, public_id, organization_id, direction, kind, number, number_key,
        digest, version, readiness, status, source, created_at, changed_at, opened_at, queued_at)
        SELECT id, {say.uuid}, organization_id, direction,
        CASE WHEN id % 41 = 0 THEN 'credit_note' ELSE 'invoice' END,
        CASE WHEN readiness = 'draft' THEN '' ELSE 'F' || id END,
        CASE WHEN readiness = 'ready' THEN {say.hex64} END,
        CASE WHEN readiness <> 'draft' THEN {say.hex64} END, 1, readiness,
        CASE WHEN direction = 'out' THEN 5 WHEN opened THEN 20 ELSE 10 END,
        CASE WHEN readiness = 'draft' THEN 'form' WHEN direction = 'in' THEN 'platform' ELSE 'upload' END,
        at, at, CASE WHEN direction = 'in' AND opened THEN at END, CASE WHEN state <> '' THEN at END
        FROM bench_plan ORDER BY id"""


def contents(say: Dialect) -> Iterator[str]:
    """What they say."""
    yield f"""INSERT INTO document_content (organization_id, document_id, seller_name, buyer_name,
        party_key, buyer_email, buyer_scheme, buyer_value, issue_date, due_date, currency, payable,
        file_name, status_reason)
        SELECT organization_id, id,
        CASE WHEN direction = 'in' THEN 'Leverancier ' || (id % 4999) ELSE 'Bedrijf' END,
        CASE WHEN direction = 'out' THEN 'Klant ' || (id % 4999) ELSE 'Bedrijf' END,
        CASE WHEN direction = 'in' THEN 'in:leverancier ' ELSE 'out:klant ' END || (id % 4999),
        CASE WHEN direction = 'out' THEN 'klant@example.nl' ELSE '' END, '', '',
        {say.date("at", 0)}, {say.date("at", 30)}, 'EUR', 1000 + (id * 7919) % 900000,
        'F' || id || '.xml', '' FROM bench_plan ORDER BY id"""


def versions(_say: Dialect) -> Iterator[str]:
    """Their bytes; most of these documents have none, which no list asks for."""
    yield """INSERT INTO document_version (organization_id, document_id, version, digest, size, created_at)
        SELECT organization_id, id, 1, digest, 5000, created_at FROM document
        WHERE digest IS NOT NULL ORDER BY id"""


def deliveries(say: Dialect) -> Iterator[str]:
    """How they travelled: some failed first and were sent again, and only the last one counts."""
    yield _delivery(say, "'failed'", "FALSE", "again AND state <> ''")
    yield _delivery(say, "state", "TRUE", "state <> ''")


def _delivery(say: Dialect, state: str, latest: str, which: str) -> str:
    ended = "'failed', 'delivered', 'sent', 'cancelled'"
    note = "'The receiver''s server did not answer.'"
    return f"""INSERT INTO delivery (public_id, organization_id, document_id, version, route, recipient,
        message_key, state, next_at, attempts, code, note, created_at, ended_at, latest)
        SELECT {say.uuid}, organization_id, id, 1,
        CASE WHEN {state} = 'delivered' THEN 'platform' ELSE 'email' END, 'klant@example.nl',
        {say.hex64}, {state},
        CASE WHEN {state} IN ('queued', 'retrying') THEN {say.moment("-9000000")} END,
        CASE WHEN {state} IN ('queued', 'cancelled') THEN 0 WHEN {state} = 'retrying' THEN 3 ELSE 1 END,
        '', CASE WHEN {state} IN ('failed', 'retrying', 'unknown') THEN {note} ELSE '' END, at,
        CASE WHEN {state} IN ({ended}) THEN at END, {latest} FROM bench_plan WHERE {which} ORDER BY id"""


def attempts(_say: Dialect) -> Iterator[str]:
    """Each try."""
    yield """INSERT INTO attempt (organization_id, document_id, delivery_id, number, started_at,
        handing_over_at, ended_at, result, code, note, evidence)
        SELECT delivery.organization_id, document_id, delivery.id, tries.number, created_at, created_at,
        created_at, CASE WHEN state IN ('failed', 'retrying') THEN 'unreachable'
          WHEN state = 'unknown' THEN 'unknown' WHEN state = 'sent' THEN 'accepted'
          ELSE 'delivered' END, '', '', '{}'
        FROM delivery JOIN (SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3) AS tries
        ON tries.number <= delivery.attempts"""


def shares(say: Dialect, first_user: int) -> Iterator[str]:
    """One in fifty documents is shown to a colleague."""
    yield f"""INSERT INTO document_share (public_id, organization_id, document_id, user_id, rights,
        shared_by, created_at) SELECT {say.uuid}, organization_id, id, {first_user} + {say.roll(COLLEAGUES)},
        'read', 'Iemand Anders', at FROM bench_plan WHERE id % 50 = 0 ORDER BY id"""


def end(_say: Dialect) -> Iterator[str]:
    """The plan has been carried out."""
    yield "DROP TABLE bench_plan"
