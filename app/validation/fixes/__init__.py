"""Corrections that are safe and certain: proposed from the document and its findings, never applied here."""

from app.validation.fixes.change import Change
from app.validation.fixes.proposing import Proposal, propose

__all__ = ["Change", "Proposal", "propose"]
