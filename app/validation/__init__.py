"""Is it a correct document?  ``check(xml)`` answers with a report of everything it found."""

from app.validation.checking import check
from app.validation.report import Finding, Report, Severity
from app.validation.schema import prepare

__all__ = ["Finding", "Report", "Severity", "check", "prepare"]
