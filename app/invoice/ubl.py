"""Names that UBL 2.1 and Peppol use, shared by reading, writing and validation."""

from __future__ import annotations

INVOICE_NS = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE_NS = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
NAMESPACES = {"cac": CAC, "cbc": CBC}

INVOICE_ROOT = f"{{{INVOICE_NS}}}Invoice"
CREDIT_NOTE_ROOT = f"{{{CREDIT_NOTE_NS}}}CreditNote"

PEPPOL_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

# UNTDID 1001 codes by which UBL tells two uses of one element apart.
OBJECT_DOCUMENT = "130"  # BT-18, BT-128: the thing that is invoiced, such as a meter
PROJECT_DOCUMENT = "50"  # BT-11 in a credit note, which has no project element
# Under this scheme stands the seller's or payee's number for direct debits (BT-90).
CREDITOR_SCHEME = "SEPA"
# What EN 16931 writes as the buyer's order when only the seller's number is known.
NO_ORDER = "NA"


def qualified(name: str) -> str:
    """``cbc:ID`` as lxml wants it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def path(names: str) -> str:
    """``cac:Party/cbc:Name`` as a path that lxml's ``find`` understands without a prefix table."""
    return "/".join(qualified(name) for name in names.split("/"))
