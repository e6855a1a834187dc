"""Pages of identity: sign in, invitation, own account, accounts of others."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from portal.web.guard import public

bp = Blueprint("identity", __name__)


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in."""
    return "connexion " + url_for(".sign_in") + request.method


@bp.route("/langue", methods=["POST"])
@public
def language() -> ResponseReturnValue:
    """Choose the language."""
    return ""
