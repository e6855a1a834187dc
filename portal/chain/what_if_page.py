"""The page « Et si… »: one question at a time, the same rules as the command, and the laws that are tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from markupsafe import Markup

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.chain import queries
from portal.chain.models import AppliedLaw
from portal.chain.queries import ChainWorld, Marks, NamedThing
from portal.chain.rules.law_file import law_of
from portal.chain.what_if_answer import Question, WhatIf, answer_of, answer_to_law
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Language
from portal.web.frozen import FrozenHtml

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
    """What was asked, what it comes to, and the laws that are tried."""

    asked: Asked
    reached: Markup | None
    """Who is reached, in HTML; none when nothing was asked, or when it has no answer."""
    found: Answered
    """Why it has none."""
    laws: tuple[TriedLaw, ...]


Shown = Callable[[WhatIf, Mapping[str, str | int]], str]
"""An answer to what an address asks, in HTML: of each kind, so many things at most."""

_REACHED = FrozenHtml(most=24)
"""Two hundred things of four kinds, a hundred kilobytes at most each."""


def what_if_page(ctx: Context, asked: Asked, language: Language, shown: Shown) -> WhatIfPage:
    """Answer what the address asks; whatever cannot be answered is said on the page.

    What an answer lists is kept as it is shown, until something that it was read from changes (docs/adr/0096).
    """
    world = queries.chain_world(ctx)
    laws = tuple(TriedLaw(row, answer_to_law(ctx, world, law_of(row.content))) for row in queries.applied_laws(ctx))
    asked = replace(asked, law=None)
    resolved = _question(ctx, world, asked)
    if not isinstance(resolved, Question):
        return WhatIfPage(asked, None, resolved, laws)
    kept = _kept_under(ctx)
    arguments = asked.arguments

    def made() -> str:
        return shown(answer_of(ctx, world, resolved), arguments)

    try:
        reached = Markup(made()) if kept is None else _REACHED.of(  # noqa: S704 - escaped as it was made
            (kept, resolved, tuple(arguments.items()), language), made
        )  # fmt: skip
    except Refused as refusal:
        return WhatIfPage(asked, None, Answered(refusal=refusal), laws)
    return WhatIfPage(asked, reached, Answered(), laws)


def _kept_under(ctx: Context) -> tuple[Marks, date] | None:
    """What an answer depends on beside its question; None for who does not see everything, or when nothing may be
    kept. An answer that is kept is that of whoever may see all.
    """
    if not queries.sees_all(ctx, Permission.VENDOR_VIEW, Permission.REGISTER_VIEW, Permission.CONTRACT_VIEW):
        return None
    marks = queries.marks(ctx)
    return None if marks is None else (marks, ctx.today)


def answer_asked(ctx: Context, world: ChainWorld, asked: Asked) -> Answered:
    """The answer to one question of an address; nothing when it asks nothing."""
    if asked.law is not None:
        row = next((one for one in queries.applied_laws(ctx) if one.id == asked.law), None)
        return Answered(answer_to_law(ctx, world, law_of(row.content)) if row else None)
    question = _question(ctx, world, asked)
    if not isinstance(question, Question):
        return question
    try:
        return Answered(answer_of(ctx, world, question))
    except Refused as refusal:
        return Answered(refusal=refusal)


def _question(ctx: Context, world: ChainWorld, asked: Asked) -> Question | Answered:
    """What an address asks, or what there is to say of it instead: nothing when it asks nothing."""
    if not asked.company:
        return Question(country=asked.country) if asked.country else Answered()
    found = queries.node_named(ctx, world, asked.company)
    if not found.nodes and found.vendor_id is None:
        return Answered(candidates=found.candidates)
    vendors = frozenset([found.vendor_id] if found.vendor_id is not None else [])
    return Question(frozenset(node.knot for node in found.nodes), vendors)
