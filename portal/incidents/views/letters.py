"""The documents of a breach, as Word or PDF, in either language."""

from flask import Response
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.documents.printing import PrintingError, print_in_child, write_in_child
from portal.core.errors import NotFound
from portal.core.files import Unavailable
from portal.core.language import Language, say
from portal.incidents import queries
from portal.incidents.letters import BreachLetter, LetterMatter, letter_tree
from portal.incidents.views.blueprint import bp
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PRINTING_SECONDS = 60


@bp.route(
    "/<int:incident_id>/lettres/<any(notification, personnes, client):named>-<any(fr, en):spoken>.<any(docx, pdf):kind>"
)
@requires(Permission.INCIDENT_VIEW)
def document(incident_id: int, named: str, spoken: str, kind: str) -> ResponseReturnValue:
    """One document, drafted from what is known now; raises Unavailable when the printer does not answer."""
    ctx = current()
    incident = queries.get_incident(ctx, incident_id, to=Permission.INCIDENT_VIEW)
    if incident.state.is_over and incident.mistake_reason:
        raise NotFound()
    services = {service.id: service.name for service in queries.services_of(ctx, incident.vendor_id)}
    matter = LetterMatter(incident, services, edge.settings().organisation, queries.our_officer(ctx), ctx.now)
    tree = letter_tree(BreachLetter(named), matter, Language(spoken))
    try:
        made = print_in_child(tree, PRINTING_SECONDS) if kind == "pdf" else write_in_child(tree, b"", PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure
    media = "application/pdf" if kind == "pdf" else DOCX
    return attached(Response(made, mimetype=media), f"{incident.reference}-{named}-{spoken}.{kind}")
