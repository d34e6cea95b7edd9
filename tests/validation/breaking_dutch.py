"""NLCIUS and G accounts: for each rule a sample and the changes that break it."""

SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount"
CATEGORY = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
MEANS = "cac:PaymentMeans"

DUTCH: dict[str, tuple] = {
    "SI-V20-INV-R000": ("nlcius", ("set", "cbc:CustomizationID", "urn:cen.eu:en16931:2017")),
    "BII2-T10-R001": ("nlcius", ("remove", "cbc:CustomizationID")),
    "BR-NL-1": ("nlcius", ("remove", f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID")),
    "BR-NL-2": ("nlcius", ("remove", "cbc:BuyerReference"), ("remove", "cac:OrderReference")),
    "BR-NL-3": ("nlcius", ("remove", f"{SELLER}/cac:PostalAddress/cbc:CityName")),
    "BR-NL-4": ("nlcius", ("remove", f"{BUYER}/cac:PostalAddress/cbc:CityName")),
    "BR-NL-5": ("nlcius", ("add", ".", "cac:TaxRepresentativeParty/cac:PostalAddress/cac:Country/cbc:IdentificationCode", "NL")),
    "BR-NL-7": ("nlcius", ("set", "cbc:InvoiceTypeCode", "326")),
    "BR-NL-8": ("nlcius", ("set", "cbc:InvoiceTypeCode", "381")),
    "BR-NL-9": ("nlcius", ("set", "cbc:InvoiceTypeCode", "384")),
    "BR-NL-10": ("nlcius", ("remove", f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID")),
    "BR-NL-11": ("nlcius", ("remove", MEANS)),
    "BR-NL-12": ("nlcius", ("set", f"{MEANS}/cbc:PaymentMeansCode", "5")),
    "BR-NL-19": ("nlcius", ("add", ".", "cbc:TaxCurrencyCode", "EUR")),
    "BR-NL-20": ("nlcius", ("add", ".", "cbc:TaxPointDate", "2026-01-01")),
    "BR-NL-21": ("nlcius", ("add", ".", "cac:InvoicePeriod/cbc:DescriptionCode", "999")),
    "BR-NL-24": ("nlcius", ("add", ".", "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate", "2026-01-01")),
    "BR-NL-26": ("nlcius", ("add", f"{SELLER}/cac:PartyLegalEntity", "cbc:CompanyLegalForm", "x")),
    "BR-NL-27-1": ("nlcius", ("add", f"{SELLER}/cac:PostalAddress", "cac:AddressLine/cbc:Line", "x")),
    "BR-NL-27-2": ("nlcius", ("add", f"{BUYER}/cac:PostalAddress", "cac:AddressLine/cbc:Line", "x")),
    "BR-NL-27-3": ("nlcius", ("add", ".", "cac:TaxRepresentativeParty/cac:PostalAddress/cac:AddressLine/cbc:Line", "x")),
    "BR-NL-27-4": ("nlcius", ("add", "cac:Delivery/cac:DeliveryLocation/cac:Address", "cac:AddressLine/cbc:Line", "x")),
    "BR-NL-28-1": ("nlcius", ("add", f"{SELLER}/cac:PostalAddress", "cbc:CountrySubentity", "x")),
    "BR-NL-28-2": ("nlcius", ("add", f"{BUYER}/cac:PostalAddress", "cbc:CountrySubentity", "x")),
    "BR-NL-28-3": ("nlcius", ("add", ".", "cac:TaxRepresentativeParty/cac:PostalAddress/cbc:CountrySubentity", "x")),
    "BR-NL-28-4": ("nlcius", ("add", "cac:Delivery/cac:DeliveryLocation/cac:Address", "cbc:CountrySubentity", "x")),
    "BR-NL-30": ("nlcius", ("add", ACCOUNT, "cbc:Name", "x")),
    "BR-NL-32-1": ("nlcius", ("add", ".", "cac:AllowanceCharge/cbc:ChargeIndicator", "false"), ("add", "cac:AllowanceCharge", "cbc:AllowanceChargeReasonCode", "95")),
    "BR-NL-35": ("nlcius", ("add", CATEGORY, "cbc:TaxExemptionReasonCode", "VATEX-EU-O")),
    "BR-NL-25": ("nlcius", ("set", f"{SELLER}/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "x")),
    "BR-NL-29": ("nlcius", ("attribute", f"{MEANS}/cbc:PaymentMeansCode", "name", "Bank")),
    "BR-NL-31": ("nlcius", ("set", f"{MEANS}/cbc:PaymentMeansCode", "58"), ("add", ACCOUNT, "cac:FinancialInstitutionBranch/cbc:ID", "POSTNL2A")),
    "BR-NL-33": ("nlcius", ("remove", "cbc:DocumentCurrencyCode")),
    "BR-NL-13": ("nlcius", ("remove", "cac:OrderReference")),
    "SI-UBL-2": ("nlcius", ("empty", "cbc:Note")),
    "BR-GA-0": ("g account", ("set", "cbc:CustomizationID", "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0")),
    "BR-GA-1": ("g account", ("remove", "cac:PaymentTerms")),
    "BR-GA-2": ("g account", ("repeat", MEANS)),
    "BR-GA-3": ("g account", ("remove", "cac:PaymentTerms/cbc:Amount")),
    "BR-GA-7": ("g account", ("repeat", f"{MEANS}[2]")),
    "BR-GA-4": ("g account", ("remove", "cac:PaymentTerms/cbc:PaymentMeansID")),
    "BR-GA-5": ("g account", ("repeat", f"{MEANS}/cbc:ID")),
    "BR-GA-6": ("g account", ("set", f"{MEANS}/cbc:ID", "x")),
}  # fmt: skip
