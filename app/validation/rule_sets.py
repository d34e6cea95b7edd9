"""Which rule sets a document is to be checked against, in which release, and what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from threading import Lock

from app.invoice import ubl
from app.invoice.wording import N_
from app.validation.document import Document
from app.validation.look import is_day, text
from app.validation.releases import (
    EN16931,
    G_ACCOUNT,
    NLCIUS,
    PEPPOL,
    RELEASES,
    Checker,
    Release,
    usable,
)
from app.validation.report import Finding, Severity
from app.validation.rule import quoted
from app.validation.rules import nlcius

_MOST_OF_A_KIND = 500
_MOST_LOOKED_AT = 100_000
# Looks of documents in which nothing was wrong: the next one that looks so needs its figures judged only.
_FAULTLESS: dict[tuple[Choice, bytes], None] = {}
_MOST_REMEMBERED = 10_000
_remembering = Lock()
_MORE = N_("There is more of the same. Of each kind of problem, the first %(most)s are shown.")
_OTHER_CLAIM = N_(
    "The document says that it follows “%(found)s”, whose own rules aren't known here. Only the rules of the European norm were checked."
)
_NORM = "urn:cen.eu:en16931:2017"


@dataclass(frozen=True, slots=True)
class Choice:
    """Rule sets, each in one release."""

    sets: tuple[tuple[str, Release], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """``peppol-ubl``"""
        return tuple(name for name, _release in self.sets)

    @property
    def releases(self) -> tuple[str, ...]:
        """``peppol-ubl 3.0.21``"""
        return tuple(f"{name} {release.number}" for name, release in self.sets)


def asked(names: Iterable[str]) -> Choice:
    """These rule sets, in their newest release; an unknown one is a mistake of the caller."""
    chosen = tuple(dict.fromkeys(names))
    for name in chosen:
        if name not in RELEASES:
            raise ValueError(f"there is no rule set {name!r}; choose from {', '.join(RELEASES)}")
    return Choice(tuple((name, RELEASES[name][0]) for name in chosen))


def _claimed(document: Document) -> tuple[str, ...]:
    """The norm always, and what the document itself claims to follow (BT-24)."""
    claim = document.customization
    if claim.startswith(ubl.PEPPOL_CUSTOMIZATION):
        return EN16931, PEPPOL
    if claim.startswith(nlcius.G_ACCOUNT):
        return (G_ACCOUNT,)
    if claim.startswith(nlcius.SI_UBL):
        return EN16931, NLCIUS
    return (EN16931,)


def _issued(document: Document) -> date | None:
    written = text(document.root, "cbc:IssueDate")
    return date.fromisoformat(written) if is_day(written) and written >= "0001" else None


def chosen_by(document: Document) -> tuple[Choice, ...]:
    """What the document is to be checked against; two choices while two releases may be used."""
    names, day = _claimed(document), _issued(document)
    found = {name: usable(name, day) for name in names}
    most = max(len(releases) for releases in found.values())
    return tuple(
        Choice(tuple((name, found[name][min(turn, len(found[name]) - 1)]) for name in names))
        for turn in range(most)
    )


def about_claim(document: Document) -> Iterable[Finding]:
    """A specification that we don't know is said, so that nobody thinks that it was checked."""
    claim = document.customization
    if claim not in ("", _NORM) and _claimed(document) == (EN16931,):
        values = {"found": quoted(claim)}
        yield Finding(
            "PST-SPECIFICATION", Severity.INFORMATION, _OTHER_CLAIM, "BT-24", values=values
        )


def apply(choice: Choice, document: Document) -> Iterable[Finding]:
    """Run the rules of these sets; a rule that is in two sets runs once.

    One mistake on each of many lines is told for the first of them, so that it doesn't hide
    another one, and so that a hostile document doesn't fill the memory.
    """
    found = islice(_all(choice, document), _MOST_LOOKED_AT)
    count: Counter[str] = Counter()
    for finding in found:
        count[finding.code] += 1
        if count[finding.code] <= _MOST_OF_A_KIND:
            yield finding
    if any(number > _MOST_OF_A_KIND for number in count.values()):
        yield Finding("PST-MORE", Severity.INFORMATION, _MORE, values={"most": _MOST_OF_A_KIND})


def _all(choice: Choice, document: Document) -> Iterable[Finding]:
    checkers, looks = _checkers(choice), document.looks.digest()
    if looks is not None and (choice, looks) in _FAULTLESS:
        of_figures = [each.figures for each in checkers if each.figures]
        return chain.from_iterable(check(document) for check in of_figures)
    found = list(islice(_found_by(checkers, document), _MOST_LOOKED_AT))
    if not found and looks is not None:
        _remember(choice, looks)
    several = document.with_apart(each.path for each in found) if found else None
    return found if several is None else _found_by(checkers, several)


def _found_by(checkers: Iterable[Checker], document: Document) -> Iterable[Finding]:
    return chain.from_iterable(each.run(document) for each in checkers)


@lru_cache(maxsize=64)
def _checkers(choice: Choice) -> tuple[Checker, ...]:
    """All of them, each once."""
    found: dict[Checker, None] = {}
    for _name, release in choice.sets:
        norm = () if EN16931 in choice.names else release.norm
        found |= dict.fromkeys((*norm, *release.rules))
    return tuple(found)


def forget() -> None:
    """As if no document had been checked before."""
    _FAULTLESS.clear()


def _remember(choice: Choice, looks: bytes) -> None:
    with _remembering:  # the oldest can't be looked for while another thread adds one
        while len(_FAULTLESS) >= _MOST_REMEMBERED:
            del _FAULTLESS[next(iter(_FAULTLESS))]
        _FAULTLESS[choice, looks] = None
