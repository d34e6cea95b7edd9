"""Read the larger parts of a CII document: parties, lines, payment, allowances."""

from __future__ import annotations

from dataclasses import replace

from app.invoice import cii
from app.invoice.cii_values import day, identifiers, period, reference, typed_documents
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

_MONEY = "SpecifiedTradeSettlementLineMonetarySummation"


def party(element: Element | None) -> Party:
    """A seller, buyer, payee or tax representative."""
    legal = first(element, "SpecifiedLegalOrganization")
    return Party(
        name=text(element, "Name"),
        trading_name=text(legal, "TradingBusinessName"),
        endpoint=endpoint(first(element, "URIUniversalCommunication/URIID")),
        identifiers=identifiers(element),
        legal_id=identifier(first(legal, "ID")),
        vat_id=_tax_number(element, cii.VAT_SCHEME),
        tax_registration=_tax_number(element, cii.TAX_SCHEME),
        legal_form=text(element, "Description"),
        address=address(first(element, "PostalTradeAddress")),
        contact=_contact(first(element, "DefinedTradeContact")),
    )


def other_party(element: Element | None) -> Party | None:
    """A payee or tax representative, for which the norm has no second name."""
    return None if element is None else replace(party(element), trading_name=None)


def _tax_number(element: Element | None, scheme: str) -> str | None:
    for found in every(element, "SpecifiedTaxRegistration/ID"):
        if found.get("schemeID") == scheme:
            return content(found)
    return None


def address(element: Element | None) -> Address | None:
    """A postal address; one without any content is no address."""
    lines = (text(element, f"Line{which}") for which in ("One", "Two", "Three"))
    found = Address(
        lines=address_lines(*lines),
        city=text(element, "CityName"),
        postcode=text(element, "PostcodeCode"),
        subdivision=text(element, "CountrySubDivisionName"),
        country=text(element, "CountryID"),
    )
    return found if found != Address() else None


def _contact(element: Element | None) -> Contact | None:
    names = (text(element, "PersonName"), text(element, "DepartmentName"))
    found = Contact(
        ", ".join(filter(None, names)) or None,
        text(element, "TelephoneUniversalCommunication/CompleteNumber"),
        text(element, "EmailURIUniversalCommunication/URIID"),
    )
    return found if found != Contact() else None


def delivery(element: Element | None) -> Delivery | None:
    """Where and when it was delivered."""
    place = first(element, "ShipToTradeParty")
    found = Delivery(
        name=text(place, "Name"),
        location=next(iter(identifiers(place)), None),
        date=day(element, "ActualDeliverySupplyChainEvent/OccurrenceDateTime/udt:DateTimeString"),
        address=address(first(place, "PostalTradeAddress")),
    )
    return found if found != Delivery() else None


def payment_means(settlement: Element | None) -> tuple[PaymentMeans, ...]:
    """The ways to pay; the reference and the mandate stand once for all of them."""
    found = [_payment_means(each) for each in every(settlement, "SpecifiedTradeSettlementPaymentMeans")]  # fmt: skip
    shared = PaymentMeans(
        reference=text(settlement, "PaymentReference"),
        mandate=text(settlement, "SpecifiedTradePaymentTerms/DirectDebitMandateID"),
    )
    if not found and shared != PaymentMeans():
        return (shared,)
    return tuple(replace(x, reference=shared.reference, mandate=shared.mandate) for x in found)


def _payment_means(element: Element) -> PaymentMeans:
    account = first(element, "PayeePartyCreditorFinancialAccount")
    card = first(element, "ApplicableTradeSettlementFinancialCard")
    return PaymentMeans(
        code=text(element, "TypeCode"),
        text=text(element, "Information"),
        account=text(account, "IBANID") or text(account, "ProprietaryID"),
        account_name=text(account, "AccountName"),
        bic=text(element, "PayeeSpecifiedCreditorFinancialInstitution/BICID"),
        card=text(card, "ID"),
        card_holder=text(card, "CardholderName"),
        debited_account=text(element, "PayerPartyDebtorFinancialAccount/IBANID"),
    )


def allowance_charge(element: Element) -> AllowanceCharge:
    """A discount or an extra cost."""
    return AllowanceCharge(
        charge=text(element, "ChargeIndicator/udt:Indicator") in ("true", "1"),
        amount=amount(element, "ActualAmount"),
        base=amount(element, "BasisAmount"),
        percent=amount(element, "CalculationPercent"),
        vat_category=text(element, "CategoryTradeTax/CategoryCode"),
        vat_rate=amount(element, "CategoryTradeTax/RateApplicablePercent"),
        reason=text(element, "Reason"),
        reason_code=text(element, "ReasonCode"),
    )


def vat_breakdown(element: Element) -> VatBreakdown:
    """The VAT of one category and rate."""
    return VatBreakdown(
        taxable=amount(element, "BasisAmount"),
        tax=amount(element, "CalculatedAmount"),
        category=text(element, "CategoryCode"),
        rate=amount(element, "RateApplicablePercent"),
        exemption_reason=text(element, "ExemptionReason"),
        exemption_code=text(element, "ExemptionReasonCode"),
    )


def line(element: Element) -> Line:
    """One line."""
    agreement = first(element, "SpecifiedLineTradeAgreement")
    settlement = first(element, "SpecifiedLineTradeSettlement")
    quantity, unit = measured(first(element, "SpecifiedLineTradeDelivery/BilledQuantity"))
    extras = every(settlement, "SpecifiedTradeAllowanceCharge")
    vat = first(settlement, "ApplicableTradeTax")
    return replace(
        _priced(_item(first(element, "SpecifiedTradeProduct")), agreement),
        id=text(element, "AssociatedDocumentLineDocument/LineID"),
        note=text(element, "AssociatedDocumentLineDocument/IncludedNote/Content"),
        object_id=_object(settlement),
        quantity=quantity,
        unit=unit,
        net=amount(settlement, f"{_MONEY}/LineTotalAmount"),
        order_line=text(agreement, "BuyerOrderReferencedDocument/LineID"),
        accounting_reference=text(settlement, "ReceivableSpecifiedTradeAccountingAccount/ID"),
        period=period(first(settlement, "BillingSpecifiedPeriod")),
        allowances_charges=tuple(map(allowance_charge, extras)),
        vat_category=text(vat, "CategoryCode"),
        vat_rate=amount(vat, "RateApplicablePercent"),
    )


def _priced(item: Line, agreement: Element | None) -> Line:
    net = first(agreement, "NetPriceProductTradePrice")
    gross = first(agreement, "GrossPriceProductTradePrice")
    of_net, of_gross = first(net, "BasisQuantity"), first(gross, "BasisQuantity")
    base, base_unit = measured(of_gross if of_net is None else of_net)
    return replace(
        item,
        price=amount(net, "ChargeAmount"),
        price_discount=amount(gross, "AppliedTradeAllowanceCharge/ActualAmount"),
        gross_price=amount(gross, "ChargeAmount"),
        base_quantity=base,
        base_unit=base_unit,
    )


def _item(product: Element | None) -> Line:
    """A line that knows only what was sold."""
    characteristics = every(product, "ApplicableProductCharacteristic")
    classes = every(product, "DesignatedProductClassification/ClassCode")
    return Line(
        name=text(product, "Name"),
        description=text(product, "Description"),
        seller_item_id=text(product, "SellerAssignedID"),
        buyer_item_id=text(product, "BuyerAssignedID"),
        standard_item_id=identifier(first(product, "GlobalID")),
        classifications=classifications(classes),
        origin_country=text(product, "OriginTradeCountry/ID"),
        attributes=tuple(
            (text(each, "Description") or "", text(each, "Value") or "") for each in characteristics
        ),
    )


def _object(settlement: Element | None) -> Identifier | None:
    for found in typed_documents(settlement, cii.OBJECT_DOCUMENT):
        return reference(found)
    return None
