"""The picture of the chain."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain.picture_page import PictureQuestion, picture_page
from portal.chain.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import current_language


@bp.route("/carte")
@requires(Permission.CHAIN_VIEW)
def picture() -> ResponseReturnValue:
    """From our entities to the countries; all of it, or what stands around something."""
    args = request.args
    asked = PictureQuestion(
        focus=args.get("vers", "").strip(), words=args.get("q", "").strip(), country=args.get("pays", "").strip(),
        red=args.get("rouge", "") == "oui",
    )  # fmt: skip
    page = picture_page(current(), asked, current_language())
    return render_template("chain/picture.html", page=page, asked=asked)
