"""What was sent, taken away: as a table, as our own JSON, as a CycloneDX attestation; the receipt is the PDF."""

import json
from collections.abc import Callable, Mapping

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import NotFound
from portal.core.spreadsheets import write_xlsx
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.vendor_copy import for_vendor
from portal.vendor_space import queries
from portal.vendor_space.sent_answers import SentAnswersFile, answers_header, answers_json, answers_table, cyclonedx
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendors.queries import name_as_of
from portal.web import edge
from portal.web.downloads import attached
from portal.web.guard import requires
from portal.web.text import _, current_language

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route(f"/audits/<{ID}:audit_id>/accuses/<{ID}:number>/reponses.<form>")
@requires(Permission.SPACE_VIEW)
def take_away(audit_id: int, number: int, form: str) -> ResponseReturnValue:
    """A round that was sent, in one of three forms; raises NotFound for another form."""
    made = _FORMS.get(form)
    if made is None:
        raise NotFound()
    ctx = edge.current()
    submission, audit = queries.sent_content(ctx, audit_id, number)
    sent = SentAnswersFile(
        vendor=name_as_of(ctx.session, audit.vendor, submission.at),
        organisation=process.settings().organisation,
        questionnaire=for_vendor(questionnaire_of(ctx.session, audit.questionnaire_version)),
        round=number,
        at=submission.at,
        by=submission.by_name,
        sha256=submission.sha256,
        content=submission.content,
        receipt_url=url_for(".receipt", audit_id=audit_id, number=number, _external=True),
    )
    return attached(made(sent), f"reponses-{audit_id}-{number}.{form}")


def _table(sent: SentAnswersFile) -> Response:
    language = current_language()
    content = write_xlsx(_("Réponses"), answers_header(language), answers_table(sent, language))
    return Response(content, mimetype=_XLSX)


def _json(sent: SentAnswersFile) -> Response:
    return _as_json(answers_json(sent), "application/json")


def _cyclonedx(sent: SentAnswersFile) -> Response:
    return _as_json(cyclonedx(sent, current_language()), "application/vnd.cyclonedx+json")


def _as_json(content: Mapping[str, object], mimetype: str) -> Response:
    return Response(json.dumps(content, ensure_ascii=False, indent=2), mimetype=mimetype)


_FORMS: Mapping[str, Callable[[SentAnswersFile], Response]] = {
    "xlsx": _table, "json": _json, "cdx.json": _cyclonedx,
}  # fmt: skip
