"""What is remarked of a vendor's answers, told to the vendor before it sends."""

from collections.abc import Mapping, Sequence

from portal.audits.answer_remarks import Remarks, remarks_on
from portal.audits.models import AnswerEvidence
from portal.audits.queries import AuditAnswers
from portal.authz.context import Context


def own_remarks(
    ctx: Context, sheet: AuditAnswers, files: Mapping[str, Sequence[AnswerEvidence]] | None = None
) -> Remarks:
    """What is remarked of the answers given so far, and of these files; nothing once they are sent.

    An answer that is only proposed is not looked at: nobody has given it yet.
    """
    if not sheet.audit.state.is_with_vendor:
        return {}
    proofs = {key: [link.evidence for link in links] for key, links in (files or {}).items()}
    return remarks_on(ctx, sheet.questionnaire, sheet.answers, sheet.shown, proofs)
