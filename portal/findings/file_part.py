"""What findings put in the file for the authority: gaps seen by then, what was asked, and how each ended."""

from datetime import date

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.history import rows_as_of
from portal.core.language import N_, Sentence, say
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingState
from portal.findings.wording import SEVERITY_NAMES, STATE_NAMES
from portal.web.file_parts import FilePart, FileScope, FileTable, PartContent, unknown_before


def finding_content(ctx: Context, scope: FileScope) -> PartContent:
    """Findings as they stood, and what both sides wrote of them; what is internal stays with us."""
    past = rows_as_of(ctx.session, Finding, scope.before, parents=scope.vendor_ids)
    messages = ctx.session.scalars(
        select(FindingMessage)
        .where(
            FindingMessage.finding_id.in_([one.id for one in past.rows]), FindingMessage.internal.is_(False),
            FindingMessage.at < scope.before,
        )
        .order_by(FindingMessage.finding_id, FindingMessage.id)
    ).all()  # fmt: skip
    late = [one for one in past.rows if one.state is FindingState.OPEN and one.due_on < scope.on]
    lapsed = [one for one in past.rows if one.state is FindingState.WAIVED and _ended(one.waived_until, scope.on)]
    return PartContent(
        tables=(
            FileTable(
                name="constats", title=N_("Constats"), as_records=True,
                columns=(N_("Constat n°"), N_("Sous-traitant"), N_("Constat"), N_("Gravité"), N_("État"),
                         N_("Ce qui est demandé"), N_("Ouvert le"), N_("Échéance"), N_("Échéance première"),
                         N_("Clos ou accepté le"), N_("Clos ou accepté par"), N_("Pourquoi"),
                         N_("Accepté jusqu'au")),
                rows=tuple(
                    (one.id, scope.named(one.vendor_id), one.title, Sentence(SEVERITY_NAMES[one.severity]),
                     Sentence(STATE_NAMES[one.state]), one.action, one.opened_at, one.due_on, one.first_due_on,
                     one.closed_at or "", one.closed_by, one.closing_reason, one.waived_until or "")
                    for one in past.rows
                ),
            ),
            FileTable(
                name="echanges-constats", title=N_("Échanges sur les constats"),
                columns=(N_("Constat n°"), N_("Le"), N_("Qui"), N_("Ce qui est dit")),
                rows=tuple((one.finding_id, one.at, one.author_name, one.text) for one in messages),
            ),
        ),
        gaps=(
            *unknown_before(past, say("Constats")),
            *(say("Constat n° %(number)s : correction attendue pour le %(day)s au plus tard.",
                  number=one.id, day=one.due_on)
              for one in late),
            *(say("Constat n° %(number)s : accepté jusqu'au %(day)s, et rien n'en était décidé depuis.",
                  number=one.id, day=one.waived_until)
              for one in lapsed),
        ),
    )  # fmt: skip


def _ended(until: date | None, on: date) -> bool:
    return until is not None and until < on


PARTS = (
    FilePart(
        key="constats", order=60, title=N_("Constats et corrections"), permission=Permission.FINDING_VIEW,
        find=finding_content,
        actions=frozenset({"finding.opened", "finding.clos", "finding.reopened", "finding.risque_accepte",
                           "finding.date_accepted", "finding.date_refused"}),
    ),
)  # fmt: skip
