"""What scorecards put in the file for the authority: the last level taken by then, which is never changed."""

from sqlalchemy import func, select

from portal.audits.models import Audit
from portal.audits.queries import cancelled_by
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import N_, say
from portal.questionnaires.models import QuestionnaireVersion
from portal.scorecards.models import Scorecard
from portal.web.file_parts import FilePart, FileScope, FileTable, PartContent


def level_content(ctx: Context, scope: FileScope) -> PartContent:
    """The level of demonstrated guarantees (RGPD art. 28(1)) of each vendor, by questionnaire, as last taken then.

    What was measured of an audit cancelled since counts no more, here as on every page.
    """
    cancelled = cancelled_by(ctx, scope.vendor_ids, scope.before)
    last = (
        select(func.max(Scorecard.id))
        .join(Audit, Audit.id == Scorecard.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Scorecard.vendor_id.in_(scope.vendor_ids), Scorecard.taken_at < scope.before, Audit.id.not_in(cancelled))
        .group_by(Scorecard.vendor_id, QuestionnaireVersion.key)
    )
    found = (
        select(Scorecard, QuestionnaireVersion.title)
        .join(Audit, Audit.id == Scorecard.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Scorecard.id.in_(last))
        .order_by(Scorecard.vendor_id, Scorecard.id)
    )
    cards = ctx.session.execute(found).all()
    silent = sorted(scope.vendor_ids - {one.vendor_id for one, _title in cards if one.grade})
    return PartContent(
        tables=(
            FileTable(
                name="niveaux", title=N_("Niveau de garanties démontrées (art. 28(1)) : échelle interne"),
                columns=(N_("Sous-traitant"), N_("Questionnaire"), N_("Mesuré le"), N_("Note"), N_("Sur 100"),
                         N_("Audit n°")),
                rows=tuple(
                    (scope.named(one.vendor_id), title[scope.language.value], one.taken_at,
                     *((one.grade, one.basis_points // 100) if one.grade else (say("rien à noter"), "")), one.audit_id)
                    for one, title in cards
                ),
            ),
        ),
        gaps=tuple(say("%(vendor)s : aucun niveau mesuré à cette date.", vendor=scope.named(n)) for n in silent),
    )  # fmt: skip


PARTS = (
    FilePart(
        key="niveaux", order=75, title=N_("Niveau de garanties"), permission=Permission.SCORECARD_VIEW,
        find=level_content, actions=frozenset({"scorecard.taken"}),
    ),
)  # fmt: skip
