"""Ways out of the platform. They know no customers and no database: they take a message and say how it went."""

from app.channels.base import Attachment, Channel, Message
from app.channels.email import EmailChannel

__all__ = ["Attachment", "Channel", "EmailChannel", "Message"]
