"""Read the larger parts of a UBL document: parties, lines, payment, allowances."""

from __future__ import annotations

from dataclasses import replace

from app.invoice import ubl
from app.invoice.model import (
    Address,
    AllowanceCharge,
    Contact,
    Delivery,
    Identifier,
    Line,
    Party,
    PaymentMeans,
    VatBreakdown,
)
from app.invoice.ubl_values import day, identifiers, period
from app.invoice.values import (
    Element,
    address_lines,
    amount,
    classifications,
    content,
    endpoint,
    every,
    first,
    identifier,
    measured,
    text,
)


def seller_or_buyer(role: Element | None) -> Party:
    """A party whose name is that of its legal entity."""
    party = first(role, "cac:Party")
    return _party(
        party,
        name=text(party, "cac:PartyLegalEntity/cbc:RegistrationName"),
        trading_name=text(party, "cac:PartyName/cbc:Name"),
    )


def other_party(party: Element | None) -> Party | None:
    """A payee or tax representative, whose name is its everyday one."""
    if party is None:
        return None
    return _party(party, name=text(party, "cac:PartyName/cbc:Name"), trading_name=None)


def _party(party: Element | None, name: str | None, trading_name: str | None) -> Party:
    vat, other = _tax_numbers(party)
    return Party(
        name=name,
        trading_name=trading_name,
        endpoint=endpoint(first(party, "cbc:EndpointID")),
        identifiers=tuple(
            each
            for each in identifiers(party, "cac:PartyIdentification/cbc:ID")
            if each.scheme != ubl.CREDITOR_SCHEME
        ),
        legal_id=identifier(first(party, "cac:PartyLegalEntity/cbc:CompanyID")),
        vat_id=vat,
        tax_registration=other,
        legal_form=text(party, "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        address=address(first(party, "cac:PostalAddress")),
        contact=_contact(first(party, "cac:Contact")),
    )


def _tax_numbers(party: Element | None) -> tuple[str | None, str | None]:
    vat = other = None
    for scheme in every(party, "cac:PartyTaxScheme"):
        value = text(scheme, "cbc:CompanyID")
        if (text(scheme, "cac:TaxScheme/cbc:ID") or "").upper() == "VAT":
            vat = vat or value
        else:
            other = other or value
    return vat, other


def address(element: Element | None) -> Address | None:
    """A postal address; one without any content is no address."""
    found = Address(
        lines=_address_lines(element),
        city=text(element, "cbc:CityName"),
        postcode=text(element, "cbc:PostalZone"),
        subdivision=text(element, "cbc:CountrySubentity"),
        country=text(element, "cac:Country/cbc:IdentificationCode"),
    )
    return found if found != Address() else None


def _address_lines(element: Element | None) -> tuple[str, ...]:
    street, more = text(element, "cbc:StreetName"), text(element, "cbc:AdditionalStreetName")
    further = filter(None, map(content, every(element, "cac:AddressLine/cbc:Line")))
    return address_lines(street, more, *further)


def _contact(element: Element | None) -> Contact | None:
    found = Contact(
        text(element, "cbc:Name"),
        text(element, "cbc:Telephone"),
        text(element, "cbc:ElectronicMail"),
    )
    return found if found != Contact() else None


def delivery(element: Element | None) -> Delivery | None:
    """Where and when it was delivered."""
    found = Delivery(
        name=text(element, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=identifier(first(element, "cac:DeliveryLocation/cbc:ID")),
        date=day(element, "cbc:ActualDeliveryDate"),
        address=address(first(element, "cac:DeliveryLocation/cac:Address")),
    )
    return found if found != Delivery() else None


def payment_means(element: Element) -> PaymentMeans:
    """One way to pay."""
    code = first(element, "cbc:PaymentMeansCode")
    account = first(element, "cac:PayeeFinancialAccount")
    card = first(element, "cac:CardAccount")
    mandate = first(element, "cac:PaymentMandate")
    return PaymentMeans(
        code=content(code),
        text=None if code is None else code.get("name"),
        reference=text(element, "cbc:PaymentID"),
        account=text(account, "cbc:ID"),
        account_name=text(account, "cbc:Name"),
        bic=text(account, "cac:FinancialInstitutionBranch/cbc:ID"),
        card=text(card, "cbc:PrimaryAccountNumberID"),
        card_holder=text(card, "cbc:HolderName"),
        mandate=text(mandate, "cbc:ID"),
        debited_account=text(mandate, "cac:PayerFinancialAccount/cbc:ID"),
    )


def allowance_charge(element: Element) -> AllowanceCharge:
    """A discount or an extra cost."""
    return AllowanceCharge(
        charge=text(element, "cbc:ChargeIndicator") in ("true", "1"),
        amount=amount(element, "cbc:Amount"),
        base=amount(element, "cbc:BaseAmount"),
        percent=amount(element, "cbc:MultiplierFactorNumeric"),
        vat_category=text(element, "cac:TaxCategory/cbc:ID"),
        vat_rate=amount(element, "cac:TaxCategory/cbc:Percent"),
        reason=text(element, "cbc:AllowanceChargeReason"),
        reason_code=text(element, "cbc:AllowanceChargeReasonCode"),
    )


def vat_breakdown(element: Element) -> VatBreakdown:
    """The VAT of one category and rate."""
    category = first(element, "cac:TaxCategory")
    return VatBreakdown(
        taxable=amount(element, "cbc:TaxableAmount"),
        tax=amount(element, "cbc:TaxAmount"),
        category=text(category, "cbc:ID"),
        rate=amount(category, "cbc:Percent"),
        exemption_reason=text(category, "cbc:TaxExemptionReason"),
        exemption_code=text(category, "cbc:TaxExemptionReasonCode"),
    )


def line(element: Element) -> Line:
    """One invoice line or credit note line."""
    invoiced = first(element, "cbc:InvoicedQuantity")
    credited = first(element, "cbc:CreditedQuantity")
    quantity, unit = measured(credited if invoiced is None else invoiced)
    base, base_unit = measured(first(element, "cac:Price/cbc:BaseQuantity"))
    price = first(element, "cac:Price")
    charges = every(element, "cac:AllowanceCharge")
    return replace(
        _item(first(element, "cac:Item")),
        id=text(element, "cbc:ID"),
        note=text(element, "cbc:Note"),
        object_id=_object(element),
        quantity=quantity,
        unit=unit,
        net=amount(element, "cbc:LineExtensionAmount"),
        order_line=text(element, "cac:OrderLineReference/cbc:LineID"),
        accounting_reference=text(element, "cbc:AccountingCost"),
        period=period(first(element, "cac:InvoicePeriod")),
        allowances_charges=tuple(allowance_charge(each) for each in charges),
        price=amount(price, "cbc:PriceAmount"),
        price_discount=amount(price, "cac:AllowanceCharge/cbc:Amount"),
        gross_price=amount(price, "cac:AllowanceCharge/cbc:BaseAmount"),
        base_quantity=base,
        base_unit=base_unit,
    )


def _item(item: Element | None) -> Line:
    """A line that knows only what was sold."""
    vat = first(item, "cac:ClassifiedTaxCategory")
    return Line(
        vat_category=text(vat, "cbc:ID"),
        vat_rate=amount(vat, "cbc:Percent"),
        name=text(item, "cbc:Name"),
        description=text(item, "cbc:Description"),
        seller_item_id=text(item, "cac:SellersItemIdentification/cbc:ID"),
        buyer_item_id=text(item, "cac:BuyersItemIdentification/cbc:ID"),
        standard_item_id=identifier(first(item, "cac:StandardItemIdentification/cbc:ID")),
        classifications=classifications(
            every(item, "cac:CommodityClassification/cbc:ItemClassificationCode")
        ),
        origin_country=text(item, "cac:OriginCountry/cbc:IdentificationCode"),
        attributes=tuple(
            (text(each, "cbc:Name") or "", text(each, "cbc:Value") or "")
            for each in every(item, "cac:AdditionalItemProperty")
        ),
    )


def _object(element: Element) -> Identifier | None:
    for reference in every(element, "cac:DocumentReference"):
        if text(reference, "cbc:DocumentTypeCode") in (ubl.OBJECT_DOCUMENT, None):
            return identifier(first(reference, "cbc:ID"))
    return None
