"""Write the larger parts of a UBL document, each in the order that the schema asks for."""

from __future__ import annotations

import base64

from app.invoice import ubl
from app.invoice.model import (
    Address,
    AllowanceCharge,
    Attachment,
    Contact,
    Delivery,
    Identifier,
    Party,
    PaymentMeans,
    Period,
)
from app.invoice.ubl_build import Child, Element, group, leaf


def numbered(name: str, identifier: Identifier | None) -> Element | None:
    """A number with its scheme."""
    if identifier is None:
        return None
    return leaf(name, identifier.value, schemeID=identifier.scheme)


def tax_category(
    name: str, category: str | None, rate: object, *reasons: Element | None
) -> Element | None:
    """A VAT category with its rate, always under the scheme VAT."""
    if category is None and rate is None:
        return None
    return group(
        name,
        leaf("cbc:ID", category),
        leaf("cbc:Percent", rate),
        reasons,
        group("cac:TaxScheme", leaf("cbc:ID", "VAT")),
    )


def seller_or_buyer(role: str, party: Party, creditor_id: str | None = None) -> Element | None:
    """A party whose name is that of its legal entity."""
    numbers = _identifications(party, creditor_id)
    return group(role, _party("cac:Party", party, numbers, (party.trading_name, party.name)))


def other_party(role: str, party: Party | None, creditor_id: str | None = None) -> Element | None:
    """A payee or tax representative, whose name is its everyday one."""
    if party is None:
        return None
    return _party(role, party, _identifications(party, creditor_id), (party.name, None))


def _identifications(party: Party, creditor_id: str | None) -> list[Element | None]:
    numbers = list(party.identifiers)
    if creditor_id is not None:
        numbers.append(Identifier(creditor_id, ubl.CREDITOR_SCHEME))
    return [group("cac:PartyIdentification", numbered("cbc:ID", each)) for each in numbers]


def _party(
    role: str, party: Party, numbers: Child, names: tuple[str | None, str | None]
) -> Element | None:
    endpoint = party.endpoint
    everyday_name, registered_name = names
    return group(
        role,
        leaf("cbc:EndpointID", endpoint.value, schemeID=endpoint.scheme) if endpoint else None,
        numbers,
        group("cac:PartyName", leaf("cbc:Name", everyday_name)),
        address("cac:PostalAddress", party.address),
        _tax_scheme(party.vat_id, "VAT"),
        _tax_scheme(party.tax_registration, "TAX"),
        group(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", registered_name),
            numbered("cbc:CompanyID", party.legal_id),
            leaf("cbc:CompanyLegalForm", party.legal_form),
        ),
        _contact(party.contact),
    )


def _tax_scheme(number: str | None, scheme: str) -> Element | None:
    if number is None:
        return None
    return group(
        "cac:PartyTaxScheme",
        leaf("cbc:CompanyID", number),
        group("cac:TaxScheme", leaf("cbc:ID", scheme)),
    )


def address(name: str, value: Address | None) -> Element | None:
    """A postal address; its third line, and each one after it, is an address line of its own."""
    if value is None:
        return None
    street, more, *rest = (*(line or None for line in value.lines), None, None)
    return group(
        name,
        leaf("cbc:StreetName", street),
        leaf("cbc:AdditionalStreetName", more),
        leaf("cbc:CityName", value.city),
        leaf("cbc:PostalZone", value.postcode),
        leaf("cbc:CountrySubentity", value.subdivision),
        [group("cac:AddressLine", leaf("cbc:Line", line)) for line in rest],
        group("cac:Country", leaf("cbc:IdentificationCode", value.country)),
    )


def _contact(contact: Contact | None) -> Element | None:
    if contact is None:
        return None
    return group(
        "cac:Contact",
        leaf("cbc:Name", contact.name),
        leaf("cbc:Telephone", contact.phone),
        leaf("cbc:ElectronicMail", contact.email),
    )


def period(value: Period | None, tax_point_code: str | None = None) -> Element | None:
    """A start and an end; in the document's own period also what decides the date of its VAT."""
    known = value or Period()
    return group(
        "cac:InvoicePeriod",
        leaf("cbc:StartDate", known.start),
        leaf("cbc:EndDate", known.end),
        leaf("cbc:DescriptionCode", tax_point_code),
    )


def delivery(value: Delivery | None) -> Element | None:
    """Where and when it was delivered."""
    if value is None:
        return None
    return group(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", value.date),
        group(
            "cac:DeliveryLocation",
            numbered("cbc:ID", value.location),
            address("cac:Address", value.address),
        ),
        group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", value.name))),
    )


def payment_means(means: PaymentMeans, due_date: object) -> Element | None:
    """One way to pay; a credit note has its due date here."""
    return group(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", means.code, name=means.text),
        leaf("cbc:PaymentDueDate", due_date),
        leaf("cbc:PaymentID", means.reference),
        _card(means),
        group(
            "cac:PayeeFinancialAccount",
            leaf("cbc:ID", means.account),
            leaf("cbc:Name", means.account_name),
            group("cac:FinancialInstitutionBranch", leaf("cbc:ID", means.bic)),
        ),
        group(
            "cac:PaymentMandate",
            leaf("cbc:ID", means.mandate),
            group("cac:PayerFinancialAccount", leaf("cbc:ID", means.debited_account)),
        ),
    )


def _card(means: PaymentMeans) -> Element | None:
    if means.card is None and means.card_holder is None:
        return None
    return group(
        "cac:CardAccount",
        leaf("cbc:PrimaryAccountNumberID", means.card),
        leaf("cbc:NetworkID", "NA"),  # the schema asks for it; the norm has no term for it
        leaf("cbc:HolderName", means.card_holder),
    )


def allowance_charge(value: AllowanceCharge, currency: str | None) -> Element | None:
    """A discount or an extra cost."""
    return group(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", value.charge),
        leaf("cbc:AllowanceChargeReasonCode", value.reason_code),
        leaf("cbc:AllowanceChargeReason", value.reason),
        leaf("cbc:MultiplierFactorNumeric", value.percent),
        leaf("cbc:Amount", value.amount, currencyID=currency),
        leaf("cbc:BaseAmount", value.base, currencyID=currency),
        tax_category("cac:TaxCategory", value.vat_category, value.vat_rate),
    )


def document(name: str, number: Identifier | str | None, code: str | None = None) -> Element | None:
    """A reference to another document by its number, perhaps with a code of its kind."""
    if number is None:
        return None
    as_identifier = number if isinstance(number, Identifier) else Identifier(number)
    return group(name, numbered("cbc:ID", as_identifier), leaf("cbc:DocumentTypeCode", code))


def attachment(value: Attachment) -> Element | None:
    """A supporting document."""
    encoded = None if value.content is None else base64.b64encode(value.content).decode()
    return group(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", value.id),
        leaf("cbc:DocumentDescription", value.description),
        group(
            "cac:Attachment",
            leaf(
                "cbc:EmbeddedDocumentBinaryObject",
                encoded,
                mimeCode=value.mime,
                filename=value.filename,
            ),
            group("cac:ExternalReference", leaf("cbc:URI", value.url)),
        ),
    )
