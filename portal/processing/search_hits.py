"""Lines of the register of processing as a search shows them."""

from typing import Any

from portal.authz.context import Context, reach
from portal.authz.policy import Permission
from portal.core.sought import Words
from portal.processing import queries
from portal.web.manifest import Hits
from portal.web.text import said


def activity_hits(ctx: Context, words: Words) -> Hits:
    """The first lines whose name, purpose or reference has each of these words."""
    return Hits(
        found=queries.activities_by_words(reach(ctx, Permission.REGISTER_VIEW), words.shape),
        show=_shown,
        page=("processing.show", "activity_id"),
    )


def _shown(row: Any) -> tuple[str, str]:
    return row.name, f"{row.entity} · {said(row.role.label)}"
