"""The documents of a breach, as Word or PDF, in either language."""

from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.incidents import queries
from portal.incidents.letters import BreachLetter, LetterMatter, letter_tree
from portal.incidents.views.blueprint import bp
from portal.vendors.queries import our_officer
from portal.web import edge
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.printed import printed


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
    services = queries.service_names(ctx, incident.vendor_id)
    matter = LetterMatter(incident, services, edge.settings().organisation, our_officer(ctx), ctx.now)
    tree = letter_tree(BreachLetter(named), matter, Language(spoken))
    return printed(tree, kind, f"{incident.reference}-{named}-{spoken}")
