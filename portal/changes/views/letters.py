"""Our answer, as Word or PDF, in either language: as it would leave, or as it left."""

from flask import Response
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.changes import queries
from portal.changes.deadline_lines import deadline_lines
from portal.changes.letter_files import letter_file
from portal.changes.letters import LetterMatter, letter_tree
from portal.changes.rules.life import ChangeState
from portal.changes.services import retained_moves
from portal.changes.views.blueprint import bp
from portal.core.documents.freezing import thaw
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires


@bp.route("/<int:change_id>/lettre-<any(fr, en):spoken>.<any(docx, pdf):kind>")
@requires(Permission.CHANGE_VIEW)
def letter(change_id: int, spoken: str, kind: str) -> ResponseReturnValue:
    """The letter; raises Unavailable when the printer does not answer."""
    ctx = current()
    change = queries.get_change(ctx, change_id, to=Permission.CHANGE_VIEW)
    if change.state is ChangeState.ANSWERED:
        tree = thaw(change.letter[spoken])
    elif change.decision is None:
        raise NotFound()
    else:
        lines = deadline_lines(ctx, change.vendor_id, change.received_at)
        matter = LetterMatter(
            change, retained_moves(ctx, change), edge.settings().organisation, change.decided_by, lines, ctx.now
        )
        tree = letter_tree(matter, Language(spoken))
    made, media = letter_file(tree, kind)
    return attached(Response(made, mimetype=media), f"{change.reference}-{spoken}.{kind}")
