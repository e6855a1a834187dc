"""An audience in the words of its reader."""

from collections.abc import Mapping
from typing import Any

from portal.campaigns import queries, rules
from portal.campaigns.wording import STATUS_NAMES, TIER_NAMES
from portal.core.language import Sentence
from portal.vendors.place_names import place_name
from portal.web.text import current_language


def audience_in_words(raw: Mapping[str, Any]) -> Sentence | None:
    """Whom it addresses; None when that cannot be read."""
    if queries.audience_problems(raw):
        return None
    audience = queries.parse_audience(raw)
    names = {code: place_name(code, current_language()) for code in audience.countries}
    return rules.describe_audience(audience, {**TIER_NAMES, **STATUS_NAMES, **names})
