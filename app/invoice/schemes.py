"""The identifier schemes of the EAS code list that people can choose, with form and check digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import ean, lei
from stdnum.be import vat as be_vat
from stdnum.de import leitweg
from stdnum.de import vat as de_vat
from stdnum.dk import cvr
from stdnum.fr import siren, siret, tva
from stdnum.it import iva
from stdnum.nl import btw
from stdnum.no import orgnr as no_orgnr
from stdnum.se import orgnr as se_orgnr

from app.invoice.wording import N_


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of number: where it is used, what it looks like, how it is checked."""

    code: str
    name: str  # English; translate where it is shown
    countries: tuple[str, ...]  # empty: used everywhere
    pattern: re.Pattern[str]
    example: str
    digits: int = 0  # how many digits there must be; 0 when it varies
    only_digits: bool = True
    prefix: str = ""  # part of the number
    strip_prefix: str = ""  # taken away when it was typed
    pad_from: int = 0  # from this many digits on, missing leading zeros are added
    keeps_dashes: bool = False
    groups: tuple[int, ...] = ()
    separator: str = " "
    check: Callable[[str], bool] | None = None


def _digits(count: int, prefix: str = "") -> re.Pattern[str]:
    return re.compile(rf"{prefix}[0-9]{{{count}}}")


SCHEMES = (
    Scheme(
        "0106",
        N_("KvK number"),
        ("NL",),
        _digits(8),
        "12345678",
        8,
        strip_prefix="KVK",
        groups=(8,),
    ),
    # The first eight digits say which register the rest comes from; no check digits of its own.
    Scheme(
        "0190",
        N_("OIN"),
        ("NL",),
        re.compile(r"0000000[1-9][0-9]{12}"),
        "00000001 823288444 000",
        20,
        strip_prefix="OIN",
        pad_from=13,
        groups=(8, 9, 3),
    ),
    Scheme(
        "9944",
        N_("Dutch VAT number"),
        ("NL",),
        re.compile(r"NL[0-9]{9}B[0-9]{2}"),
        "NL123456782B01",
        11,
        only_digits=False,
        prefix="NL",
        strip_prefix="NL",
        check=btw.is_valid,
    ),
    Scheme(
        "0208",
        N_("Belgian enterprise number"),
        ("BE",),
        re.compile(r"[01][0-9]{9}"),
        "0123.456.749",
        10,
        strip_prefix="BE",
        pad_from=9,
        groups=(4, 3, 3),
        separator=".",
        check=be_vat.is_valid,
    ),
    Scheme(
        "9925",
        N_("Belgian VAT number"),
        ("BE",),
        re.compile(r"BE[01][0-9]{9}"),
        "BE 0123.456.749",
        10,
        prefix="BE",
        strip_prefix="BE",
        pad_from=9,
        groups=(4, 3, 3),
        separator=".",
        check=be_vat.is_valid,
    ),
    Scheme(
        "9930",
        N_("German VAT number"),
        ("DE",),
        _digits(9, "DE"),
        "DE136695976",
        9,
        prefix="DE",
        strip_prefix="DE",
        check=de_vat.is_valid,
    ),
    Scheme(
        "0204",
        N_("Leitweg-ID"),
        ("DE",),
        re.compile(r"[0-9]{2,12}(-[A-Z0-9]{1,30})?-[0-9]{2}"),
        "991-33333TEST-33",
        only_digits=False,
        keeps_dashes=True,
        check=leitweg.is_valid,
    ),
    Scheme(
        "0002",
        N_("SIREN"),
        ("FR",),
        _digits(9),
        "552 008 443",
        9,
        groups=(3, 3, 3),
        check=siren.is_valid,
    ),
    Scheme(
        "0009",
        N_("SIRET"),
        ("FR",),
        _digits(14),
        "732 829 320 00074",
        14,
        groups=(3, 3, 3, 5),
        check=siret.is_valid,
    ),
    Scheme(
        "9957",
        N_("French VAT number"),
        ("FR",),
        re.compile(r"FR[0-9A-HJ-NP-Z]{2}[0-9]{9}"),
        "FR40303265045",
        only_digits=False,
        prefix="FR",
        strip_prefix="FR",
        check=tva.is_valid,
    ),
    Scheme(
        "0007",
        N_("Swedish organization number"),
        ("SE",),
        _digits(10),
        "123456-7897",
        10,
        groups=(6, 4),
        separator="-",
        check=se_orgnr.is_valid,
    ),
    Scheme(
        "0192",
        N_("Norwegian organization number"),
        ("NO",),
        _digits(9),
        "988 077 917",
        9,
        groups=(3, 3, 3),
        check=no_orgnr.is_valid,
    ),
    Scheme(
        "0184",
        N_("Danish CVR number"),
        ("DK",),
        _digits(8),
        "13585628",
        8,
        strip_prefix="DK",
        check=cvr.is_valid,
    ),
    Scheme(
        "0211",
        N_("Italian VAT number"),
        ("IT",),
        _digits(11, "IT"),
        "IT00743110157",
        11,
        prefix="IT",
        strip_prefix="IT",
        check=iva.is_valid,
    ),
    Scheme("0088", N_("GLN"), (), _digits(13), "4012345000009", 13, check=ean.is_valid),
    Scheme(
        "0199",
        N_("LEI"),
        (),
        re.compile(r"[0-9A-Z]{18}[0-9]{2}"),
        "213800KUD8LAJWSQ9D15",
        only_digits=False,
        check=lei.is_valid,
    ),
    Scheme(
        "0060",
        N_("D-U-N-S number"),
        (),
        _digits(9),
        "15-048-3782",
        9,
        groups=(2, 3, 4),
        separator="-",
    ),
)
