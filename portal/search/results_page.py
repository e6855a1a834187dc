"""What a search shows: the kinds of things this person may open, each with what was found and how many in all."""

from collections.abc import Sequence

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.pages import MOST_COUNTED, Page
from portal.web.manifest import SearchHit, searchables


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


def kinds_found(ctx: Context, words: Sequence[str], *, each: int) -> list[FoundKind]:
    """Of each kind that this person may open and of which something was found, the first ones."""
    if not words:
        return []
    pages = [(kind.label, kind.find(ctx, words, each)) for kind in searchables(ctx)]
    return [FoundKind(label, page) for label, page in pages if page.total]
