"""What management's decisions put in the file for the authority."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import N_, Sentence, say
from portal.dashboard.models import VendorDecision
from portal.dashboard.wording import CHOICE_NAMES
from portal.web.file_parts import FilePart, FileScope, FileTable, PartContent


def decision_content(ctx: Context, scope: FileScope) -> PartContent:
    """What management decided of the vendors of a file until that day; a decision is never changed."""
    rows = ctx.session.scalars(
        select(VendorDecision)
        .options(joinedload(VendorDecision.decided_by), joinedload(VendorDecision.owner))
        .where(VendorDecision.vendor_id.in_(scope.vendor_ids), VendorDecision.decided_at < scope.before)
        .order_by(VendorDecision.id)
    ).all()
    return PartContent(
        tables=(
            FileTable(
                name="decisions", title=N_("Décisions de la direction"),
                columns=(N_("Décidé le"), N_("Sous-traitant"), N_("Décision"), N_("Motif"), N_("Par")),
                rows=tuple(
                    (one.decided_at, scope.named(one.vendor_id), Sentence(CHOICE_NAMES[one.choice]), one.motive,
                     one.decided_by.name if one.decided_by else None)
                    for one in rows
                ),
            ),
        ),
        gaps=() if rows else (say("Aucune décision de la direction à cette date."),),
    )  # fmt: skip


PARTS = (
    FilePart(
        key="decisions", order=80, title=N_("Décisions de la direction"), permission=Permission.PORTFOLIO_VIEW,
        find=decision_content, actions=frozenset({"decision.taken"}),
    ),
)  # fmt: skip
