"""The page of results, and what is suggested while one types."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.search import results_page, rules
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.manifest import searchables

bp = Blueprint("search", __name__, url_prefix="/recherche")
ON_THE_PAGE, SUGGESTED = 20, 4
"""How many of one kind are shown."""


@bp.route("")
@requires(Permission.HOME_VIEW)
def index() -> ResponseReturnValue:
    """What was found, by kind; works without a script."""
    ctx, typed = current(), request.args.get("q", "").strip()
    words = rules.words_of(typed)
    return render_template(
        "search/index.html",
        typed=typed[: rules.LONGEST],
        words=words,
        kinds=results_page.kinds_found(ctx, words, each=ON_THE_PAGE),
        places=[kind.label for kind in searchables(ctx)],
    )


@bp.route("/suggestions")
@requires(Permission.HOME_VIEW)
def suggestions() -> ResponseReturnValue:
    """The same, a few of each kind, for the list under the field."""
    words = rules.words_of(request.args.get("q", ""))
    kinds = results_page.kinds_found(current(), words, each=SUGGESTED)
    return jsonify(html=render_template("search/_suggestions.html", kinds=kinds) if words else "")
