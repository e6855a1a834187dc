"""What a search shows: the kinds of things this person may open, each with what was found and how many in all."""

from collections.abc import Sequence
from typing import Any

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.found import MOST_COUNTED, first_of, totals_of
from portal.core.pages import Page
from portal.core.sought import Words
from portal.web.manifest import Hits, SearchHit, searchables
from portal.web.routing import numbered


@dataclass(frozen=True)
class FoundKind:
    """What was found of one kind."""

    label: str
    """Marked with `N_` by the domain that declares the kind."""
    found: Page[SearchHit]

    @property
    def is_beyond_count(self) -> bool:
        """Whether there are more than were counted."""
        return self.found.total > MOST_COUNTED


def kinds_found(ctx: Context, typed: Sequence[str], *, each: int) -> list[FoundKind]:
    """Of each kind that this person may open and of which something was found, the first ones.

    All kinds are counted in one statement; only those of which there is something are then read.
    """
    if not typed:
        return []
    words = Words(tuple(typed))
    kinds = [(kind.label, kind.find(ctx, words)) for kind in searchables(ctx)]
    asked = dict(words.letters)
    for _label, hits in kinds:
        asked |= hits.asked
    pages = []
    totals = totals_of(ctx.session, [hits.found for _label, hits in kinds], asked)
    for (label, hits), total in zip(kinds, totals, strict=True):
        if total:
            page = first_of(ctx.session, hits.found, asked, total=total, size=each)
            pages.append(FoundKind(label, page.showing(_hits(hits, page.rows))))
    return pages


def _hits(hits: Hits, rows: Sequence[Any]) -> list[SearchHit]:
    page_of = numbered(*hits.page)
    found = []
    for row in rows:
        title, detail = hits.show(row)
        found.append(SearchHit(title=title, detail=detail, url=page_of(row.id)))
    return found
