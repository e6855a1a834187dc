"""The page « Et si… »: one question at a time, the same rules as the command, and the laws that are tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.models import AppliedLaw
from portal.chain.queries import NamedThing
from portal.chain.rules.law_file import law_of
from portal.chain.what_if_answer import Question, WhatIf, answer_of, answer_to_law
from portal.core.errors import Refused

MOST_SHOWN = 200
"""Things of one kind that the page shows; how many there are in all is said."""


@dataclass(frozen=True)
class TriedLaw:
    """A law file that is tried, and whom it reaches."""

    row: AppliedLaw
    answer: WhatIf


@dataclass(frozen=True)
class WhatIfPage:
    """What was asked and what it comes to."""

    answer: WhatIf | None
    refusal: Refused | None
    candidates: Sequence[NamedThing]
    laws: tuple[TriedLaw, ...]
    most: int = MOST_SHOWN


def what_if_page(ctx: Context, *, company: str, country: str) -> WhatIfPage:
    """Answer what the address asks; whatever cannot be answered is said on the page."""
    world = queries.chain_world(ctx)
    laws = tuple(TriedLaw(row, answer_to_law(ctx, world, law_of(row.content))) for row in queries.applied_laws(ctx))
    question = Question(country=country)
    if company:
        found = queries.node_named(ctx, world, company)
        if not found.nodes and found.vendor_id is None:
            return WhatIfPage(None, None, found.candidates, laws)
        vendors = frozenset([found.vendor_id] if found.vendor_id is not None else [])
        question = Question(frozenset(node.knot for node in found.nodes), vendors)
    if not company and not country:
        return WhatIfPage(None, None, (), laws)
    try:
        return WhatIfPage(answer_of(ctx, world, question), None, (), laws)
    except Refused as refusal:
        return WhatIfPage(None, refusal, (), laws)
