"""Is this party that organization?  Compares the numbers in a document with those of organizations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.invoice.identifiers import ParticipantId
from app.invoice.model import Party

_VAT = "VAT"  # not a scheme of the network: a VAT number says its country itself
_TAX_SCHEMES = frozenset({"9925", "9930", "9944", "9957", "0211"})
_SCHEME_OF_COUNTRY = {"BE": "9925", "NL": "9944", "DE": "9930", "FR": "9957", "IT": "0211"}
_ENTERPRISE = "0208"
_NOT_SAID = re.compile(r"[^0-9A-Za-z]")

Number = tuple[str, str]


def is_same(party: Party, own: Iterable[ParticipantId]) -> bool:
    """Whether one of the party's numbers is one of these, and none says that it is another."""
    known = {form for each in own for form in _forms(each.scheme, each.value)}
    given = _numbers(party)
    schemes = {scheme for scheme, _ in known if scheme != _VAT}
    # A register's number that isn't ours names somebody else, whatever the other numbers say.
    foreign = any(
        scheme in schemes and (scheme, value) not in known for scheme, value in _registered(party)
    )
    # BT-29 may be any number, also one that the customer gave; it helps to recognise, not to tell apart.
    given += [(each.scheme or "", each.value) for each in party.identifiers]
    return not foreign and any(form in known for number in given for form in _forms(*number))


def addresses(party: Party) -> tuple[ParticipantId, ...]:
    """By which identifiers a party can be found, the one it asks for first."""
    found = [party.endpoint] if party.endpoint else []
    if party.legal_id is not None and party.legal_id.scheme:
        found.append(ParticipantId(party.legal_id.scheme, party.legal_id.value))
    if party.vat_id:
        found += _of_vat(_plain(party.vat_id))
    return tuple(dict.fromkeys(ParticipantId(each.scheme, each.value.strip()) for each in found))


def of_vat_number(number: str) -> ParticipantId | None:
    """By which identifier who has this VAT number can be found, where its country has a scheme for it."""
    return next(iter(_of_vat(_plain(number))), None)


def key_of(party: Party) -> str:
    """One text for this seller, the same on all of its documents."""
    forms = sorted({form for number in _numbers(party) for form in _forms(*number)})
    return "|".join(forms[0]) if forms else _plain(party.name or "")


def _numbers(party: Party) -> list[Number]:
    numbers = list(_registered(party))
    if party.vat_id:
        numbers.append((_VAT, party.vat_id))
    if party.legal_id is not None and not party.legal_id.scheme:
        numbers.append(("", party.legal_id.value))
    return numbers


def _registered(party: Party) -> Iterator[Number]:
    if party.endpoint is not None:
        yield party.endpoint.scheme, _plain(party.endpoint.value)
    if party.legal_id is not None and party.legal_id.scheme:
        yield party.legal_id.scheme, _plain(party.legal_id.value)


def _forms(scheme: str, value: str) -> set[Number]:
    """Every way in which the same number is written."""
    plain = _plain(value)
    forms = {(scheme, plain), ("", plain)}
    if scheme in _TAX_SCHEMES or scheme == _VAT:
        forms.add((_VAT, plain))
        # A Belgian VAT number is the enterprise number with its country in front.
        if plain.startswith("BE"):
            forms |= {(_ENTERPRISE, plain[2:].zfill(10)), (_VAT, f"BE{plain[2:].zfill(10)}")}
    if scheme == _ENTERPRISE:
        forms.add((_VAT, f"BE{plain.zfill(10)}"))
    return forms


def _of_vat(plain: str) -> list[ParticipantId]:
    scheme = _SCHEME_OF_COUNTRY.get(plain[:2])
    found = [ParticipantId(scheme, plain)] if scheme else []
    if plain.startswith("BE"):
        found.append(ParticipantId(_ENTERPRISE, plain[2:].zfill(10)))
    return found


def _plain(text: str) -> str:
    return _NOT_SAID.sub("", text).upper()
