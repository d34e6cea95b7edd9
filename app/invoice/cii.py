"""Names that the Cross Industry Invoice (UN/CEFACT CII D16B) uses."""

from __future__ import annotations

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
ROOT = f"{{{RSM}}}CrossIndustryInvoice"
# Nearly every name is one of RAM, which is therefore written without a prefix.
NAMESPACES = {"": RAM, "rsm": RSM, "udt": UDT, "qdt": QDT}

# UNTDID 1001 codes by which one element's uses are told apart.
TENDER_DOCUMENT = "50"  # BT-17
OBJECT_DOCUMENT = "130"  # BT-18, BT-128
VAT_SCHEME, TAX_SCHEME = "VA", "FC"
DATE_FORMAT = "102"  # UNTDID 2379: year, month, day without anything between
# UNTDID 1001: what becomes a credit note in UBL, which has two documents for it.
CREDIT_TYPES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})  # fmt: skip
# BT-8 is of UNTDID 2475 here; the norm's other syntax has it of UNTDID 2005.
TAX_POINT_CODES = {"5": "3", "29": "35", "72": "432"}
