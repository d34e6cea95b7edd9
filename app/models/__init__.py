"""The tables. Rows hold columns and the rules of their own life; they do not query, send or render."""

from __future__ import annotations

from app.models.delivery import Attempt, Delivery, DeliveryState, Exchange, Route
from app.models.document import (
    BusinessStatus,
    Direction,
    Document,
    DocumentContent,
    DocumentShare,
    DocumentVersion,
    Readiness,
)
from app.models.document_parts import Finding, HistoryEntry, PrivateLink
from app.models.environment import (
    Environment,
    EnvironmentDomain,
    EnvironmentKind,
    Group,
    JoinPolicy,
)
from app.models.invoice_template import InvoiceTemplate
from app.models.organization import (
    Contact,
    Identifier,
    MemberRole,
    Membership,
    MembershipState,
    Organization,
    OrganizationState,
    ReceiveAgreement,
    RegistrationState,
)
from app.models.partnership import (
    GroupMember,
    Partnership,
    PartnershipState,
    Request,
    RequestKind,
    RequestState,
)
from app.models.platform import (
    AuditEntry,
    Blob,
    Connection,
    NetworkRegistration,
    Notification,
    OutgoingMail,
    Setting,
)
from app.models.saved_view import SavedView
from app.models.tally import Measure, PlatformTally, Source, Tally, TallySlice
from app.models.user import (
    Alert,
    EnvironmentRole,
    OneTimeLink,
    Purpose,
    User,
    UserIdentity,
    UserState,
)

__all__ = [
    "Alert",
    "Attempt",
    "AuditEntry",
    "Blob",
    "BusinessStatus",
    "Connection",
    "Contact",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Document",
    "DocumentContent",
    "DocumentShare",
    "DocumentVersion",
    "Environment",
    "EnvironmentDomain",
    "EnvironmentKind",
    "EnvironmentRole",
    "Exchange",
    "Finding",
    "Group",
    "GroupMember",
    "HistoryEntry",
    "Identifier",
    "InvoiceTemplate",
    "JoinPolicy",
    "Measure",
    "MemberRole",
    "Membership",
    "MembershipState",
    "NetworkRegistration",
    "Notification",
    "OneTimeLink",
    "Organization",
    "OrganizationState",
    "OutgoingMail",
    "Partnership",
    "PartnershipState",
    "PlatformTally",
    "PrivateLink",
    "Purpose",
    "Readiness",
    "ReceiveAgreement",
    "RegistrationState",
    "Request",
    "RequestKind",
    "RequestState",
    "Route",
    "SavedView",
    "Setting",
    "Source",
    "Tally",
    "TallySlice",
    "User",
    "UserIdentity",
    "UserState",
]
