"""Audits as a search shows them."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from portal.audits.models import Audit
from portal.audits.wording import STATE_NAMES
from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.found import Found
from portal.core.sought import Shape, Titles, Words
from portal.core.statements import written_once
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import versions_titled
from portal.vendors.models import Vendor
from portal.vendors.queries import things_by_words
from portal.web.formats import long_date
from portal.web.manifest import Hits
from portal.web.text import current_language, said

_NO_VERSION = 0
"""No row has this number."""


def audit_hits(ctx: Context, words: Words) -> Hits:
    """The last audits within reach whose questionnaire, in either language, or vendor has each of these words."""
    titled = versions_titled(ctx, words.longest_first)
    # One list stands both for « in » and for « not in »: an empty one is written in one way only, hence never empty.
    asked = {_versions(number): titled[word] or [_NO_VERSION] for number, word in enumerate(words.longest_first)}
    return Hits(
        found=_found(reach(ctx, Permission.AUDIT_VIEW), words.shape),
        show=_shown,
        page=("audits.show", "audit_id"),
        asked=asked,
    )


def _versions(number: int) -> str:
    return f"versions_{number}"


@written_once
def _found(within: Reach, shape: Shape) -> Found:
    def has(word: Any) -> ColumnElement[bool]:
        return Audit.questionnaire_version_id.in_(bindparam(_versions(word.number), expanding=True))

    shown = (
        select(Audit.id, Audit.opened_at, Audit.state, QuestionnaireVersion.title, Vendor.name.label("vendor"))
        .outerjoin(Vendor, Vendor.id == Audit.vendor_id)
        .outerjoin(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .order_by(Audit.id.desc())
    )
    return things_by_words(Audit, shown, [within.over(Audit)], Titles(has, has), shape)


def _shown(row: Any) -> tuple[str, str]:
    title = row.title.get(current_language()) or row.title["fr"]
    return title, f"{row.vendor} · {long_date(row.opened_at)} · {said(STATE_NAMES[row.state])}"
