"""The invented firms of the demonstration; their numbers lie outside what the registers give out."""

from __future__ import annotations

from app.invoice.identifiers import ParticipantId
from app.services import specimens

BAKERY = specimens.Firm(
    name="Bakkerij De Korenaar",
    number=ParticipantId("0106", "00000213"),
    vat_id="NL000016007B01",
    country="NL",
    street="Molenstraat 4",
    postcode="2611 AA",
    city="Delft",
    iban="NL91ABNA0417164300",
    email="post@korenaar.example",
)
TRANSPORT = specimens.Firm(
    name="Korenaar Transport",
    number=ParticipantId("0106", "00000320"),
    vat_id="NL000022007B01",
    country="NL",
    street="Havenweg 11",
    postcode="3089 JK",
    city="Rotterdam",
)
BREWERY = specimens.Firm(
    name="Brouwerij Zilverberg",
    number=ParticipantId("0208", "0999999823"),
    vat_id="BE0999999823",
    country="BE",
    street="Hopstraat 7",
    postcode="9000",
    city="Gent",
    iban="BE68539007547034",
    email="post@zilverberg.example",
)
CAFE = specimens.Firm(
    name="Café De Klok",
    number=ParticipantId("0106", "00000534"),
    vat_id="NL000039007B01",
    country="NL",
    street="Markt 2",
    postcode="2611 GS",
    city="Delft",
    email="post@deklok.example",
)
