"""Is it a correct document?  ``check(xml)`` answers with a report of everything it found, ``check_file`` for any kind of file."""

from app.validation.checking import check, check_file, check_original
from app.validation.report import Finding, Report, Severity
from app.validation.schema import prepare

__all__ = ["Finding", "Report", "Severity", "check", "check_file", "check_original", "prepare"]
