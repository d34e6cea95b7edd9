"""For each rule a sample and the changes that break it; those of the big tables aren't listed."""

from breaking_dutch import DUTCH
from breaking_norm import NORM
from breaking_peppol import PEPPOL
from breaking_syntax import SYNTAX

BREAKING = {**NORM, **SYNTAX, **PEPPOL, **DUTCH}
