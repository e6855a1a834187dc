"""Whether a document is a statement of applicability: what a certificate on information security rests on.

It vouches for nothing by itself, so that `kind_of` finds no proof in it; with its certificate it answers much.
"""

from typing import Any

from portal.core.expressions import expression
from portal.documents_in.document import SourceDocument
from portal.evidence.reading.printed_text import PrintedText

KIND = "soa"
_TITLE = expression(r"declaration d'applicabilite|statement of applicability")
_CONTROL = expression(r"\b(?:a\.)?[5-8]\.\d{1,2}\b")
HEAD = 3_000
"""Characters among which it says what it is."""
CONTROLS = 20
"""Different controls that it speaks of, at least: a brochure that promises one lists none. The standard has 93."""


def applicability(document: SourceDocument) -> dict[str, Any] | None:
    """The reading of a statement of applicability, as `EvidenceReading.as_json` gives it; None for another document."""
    text = PrintedText(document)
    title = _TITLE.search(text.folded, 0, HEAD)
    if title is None or len({found[0].removeprefix("a.") for found in _CONTROL.finditer(text.folded)}) < CONTROLS:
        return None
    nothing = dict.fromkeys(("issuer", "holder", "standard", "issued_on", "period_from", "period_to", "expires_on"))
    return {
        "kind": {"value": KIND, "quote": text.quote(title.start(), title.end())},
        **nothing,
        **{name: [] for name in ("scope", "sites", "exceptions")},
    }
