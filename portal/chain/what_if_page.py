"""The page « Et si… »: one question at a time, the same rules as the command, and the laws that are tried."""

from collections.abc import Sequence
from dataclasses import replace

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.models import AppliedLaw
from portal.chain.queries import ChainWorld, NamedThing
from portal.chain.rules.law_file import law_of
from portal.chain.what_if_answer import Question, WhatIf, answer_of, answer_to_law
from portal.core.dataclass import dataclass
from portal.core.errors import Refused

MOST_SHOWN = 200
"""Things of one kind that the page shows; how many there are in all is said."""


@dataclass(frozen=True)
class TriedLaw:
    """A law file that is tried, and whom it reaches."""

    row: AppliedLaw
    answer: WhatIf


@dataclass(frozen=True)
class Asked:
    """What an address asks: a company, a country, or a law that is tried."""

    company: str = ""
    country: str = ""
    law: int | None = None

    @property
    def arguments(self) -> dict[str, str | int]:
        """The same, in an address."""
        told = {"societe": self.company, "pays": self.country, "droit": self.law}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Answered:
    """What a question comes to: an answer, or why there is none."""

    answer: WhatIf | None = None
    refusal: Refused | None = None
    candidates: Sequence[NamedThing] = ()


@dataclass(frozen=True)
class WhatIfPage:
    """What was asked and what it comes to."""

    asked: Asked
    found: Answered
    laws: tuple[TriedLaw, ...]
    most: int = MOST_SHOWN


def what_if_page(ctx: Context, asked: Asked) -> WhatIfPage:
    """Answer what the address asks; whatever cannot be answered is said on the page."""
    world = queries.chain_world(ctx)
    laws = tuple(TriedLaw(row, answer_to_law(ctx, world, law_of(row.content))) for row in queries.applied_laws(ctx))
    return WhatIfPage(asked, answer_asked(ctx, world, replace(asked, law=None)), laws)


def answer_asked(ctx: Context, world: ChainWorld, asked: Asked) -> Answered:
    """The answer to one question of an address; nothing when it asks nothing."""
    if asked.law is not None:
        row = next((one for one in queries.applied_laws(ctx) if one.id == asked.law), None)
        return Answered(answer_to_law(ctx, world, law_of(row.content)) if row else None)
    question = Question(country=asked.country)
    if asked.company:
        found = queries.node_named(ctx, world, asked.company)
        if not found.nodes and found.vendor_id is None:
            return Answered(candidates=found.candidates)
        vendors = frozenset([found.vendor_id] if found.vendor_id is not None else [])
        question = Question(frozenset(node.knot for node in found.nodes), vendors)
    elif not asked.country:
        return Answered()
    try:
        return Answered(answer_of(ctx, world, question))
    except Refused as refusal:
        return Answered(refusal=refusal)
