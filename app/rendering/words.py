"""The words of the printed page, each translated where it is shown."""

from __future__ import annotations

from app.invoice.wording import N_

INVOICE, CREDIT_NOTE = N_("Invoice"), N_("Credit note")
SELLER, BUYER, PAYEE = N_("From"), N_("To"), N_("Payable to")
TAX_REPRESENTATIVE, DELIVERED_TO = N_("Tax representative"), N_("Delivered to")

DATE, DUE_DATE, DELIVERY_DATE = N_("Date"), N_("Due date"), N_("Delivery date")
VAT_DATE, VAT_DUE = N_("VAT date"), N_("VAT counts from")
PERIOD, ORDER, SALES_ORDER = N_("Period"), N_("Your order"), N_("Our order")
BUYER_REFERENCE, CONTRACT, PROJECT = N_("Your reference"), N_("Contract"), N_("Project")
ORIGINAL, DESPATCH, ACCOUNTING = N_("Original invoice"), N_("Packing slip"), N_("Cost centre")
RECEIPT, TENDER, OBJECT = N_("Receipt"), N_("Tender"), N_("Invoiced object")

REGISTRATION, VAT_NUMBER, IDENTIFIER = N_("Registration number"), N_("VAT number"), N_("Identifier")
TAX_NUMBER, ELECTRONIC_ADDRESS = N_("Tax number"), N_("Electronic address")
LOCATION = N_("Location")

NUMBER, DESCRIPTION, QUANTITY, PRICE = N_("No."), N_("Description"), N_("Quantity"), N_("Price")
VAT, AMOUNT = N_("VAT"), N_("Amount")
ITEM_NUMBER, YOUR_ITEM_NUMBER, ORDER_LINE = N_("Item"), N_("Your item"), N_("Order line")
STANDARD_ITEM, CLASSIFICATION, ORIGIN = N_("Standard number"), N_("Classification"), N_("Origin")
PER, DISCOUNT, EXTRA_COST = N_("per %(quantity)s"), N_("Discount"), N_("Extra cost")
GROSS_PRICE, PRICE_DISCOUNT = N_("Price before discount"), N_("Discount on the price")
PERCENT_OF, CODE = N_("%(percent)s of %(amount)s"), N_("code %(code)s")
CARRIED_FORWARD, BROUGHT_FORWARD = N_("Carried forward"), N_("Brought forward")

SUBTOTAL, TOTAL_WITHOUT_VAT, TOTAL_VAT = N_("Subtotal"), N_("Total without VAT"), N_("Total VAT")
TOTAL_DISCOUNTS, TOTAL_EXTRA_COSTS = N_("Total discounts"), N_("Total extra costs")
TOTAL_WITH_VAT, PREPAID, ROUNDING = N_("Total with VAT"), N_("Paid before"), N_("Rounding")
TO_PAY, CREDITED = N_("Amount to pay"), N_("Amount credited")
VAT_RATE, TAXABLE, VAT_AMOUNT = N_("VAT rate"), N_("Over"), N_("VAT amount")

PAYMENT, ACCOUNT, ACCOUNT_NAME, BANK = N_("Payment"), N_("Account"), N_("In the name of"), N_("BIC")
PAYMENT_REFERENCE, METHOD = N_("Payment reference"), N_("Payment method")
MANDATE, DEBITED, CREDITOR = N_("Mandate"), N_("Debited from"), N_("Creditor identifier")
CARD, CARD_HOLDER = N_("Card"), N_("Card holder")
SCAN_TO_PAY = N_("Scan to pay")
QR_CODE = N_("QR code of a bank transfer of %(amount)s to %(account)s")
TERMS, NOTES, ATTACHMENTS = N_("Terms"), N_("Notes"), N_("Attachments")
PAGE, ABOUT = N_("Page"), N_("About this document")
TYPE, CURRENCY, VAT_CURRENCY = N_("Type"), N_("Currency"), N_("Currency for VAT")
SPECIFICATION, PROCESS = N_("Specification"), N_("Process")
BY = N_("by %(date)s")

# UNTDID 1001: what the page is called when it is no ordinary invoice or credit note.
TITLES = {
    "326": N_("Partial invoice"),
    "383": N_("Debit note"),
    "384": N_("Corrected invoice"),
    "386": N_("Prepayment invoice"),
    "389": N_("Self-billed invoice"),
    "261": N_("Self-billed credit note"),
}
VAT_DUE_ON = {"3": N_("the invoice date"), "35": N_("the date of supply"), "432": N_("the payment")}
METHODS = {
    "10": N_("Cash"),
    "20": N_("Cheque"),
    **dict.fromkeys(("30", "42"), N_("Bank transfer")),
    "31": N_("Debit transfer"),
    "48": N_("Bank card"),
    "49": N_("Direct debit"),
    "54": N_("Credit card"),
    "55": N_("Debit card"),
    "57": N_("Standing agreement"),
    "58": N_("Bank transfer (SEPA)"),
    "59": N_("Direct debit (SEPA)"),
    "68": N_("Online payment"),
    "97": N_("Set off between parties"),
}
CATEGORIES = {
    "Z": N_("Zero rate"),
    "E": N_("Exempt"),
    "AE": N_("Reverse charge"),
    "K": N_("Intra-community supply"),
    "G": N_("Export"),
    "O": N_("Outside VAT"),
    "L": N_("IGIC"),
    "M": N_("IPSI"),
    "B": N_("Split payment"),
}
UNITS = {
    **dict.fromkeys(("C62", "EA", "H87", "NAR", "PCE"), N_("pcs")),
    "HUR": N_("hours"),
    "MIN": N_("minutes"),
    "DAY": N_("days"),
    "WEE": N_("weeks"),
    "MON": N_("months"),
    "ANN": N_("years"),
    "KGM": N_("kg"),
    "GRM": N_("g"),
    "TNE": N_("t"),
    "LTR": N_("l"),
    "MTR": N_("m"),
    "KMT": N_("km"),
    "MTK": N_("m²"),
    "MTQ": N_("m³"),
    "KWH": N_("kWh"),
    "XBX": N_("boxes"),
    "XPK": N_("packs"),
    "SET": N_("sets"),
    "P1": N_("%"),
}
