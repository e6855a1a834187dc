"""A contract before whoever is asked to sign it: by their personal link, or from their account with us."""

from flask import render_template, session
from flask.typing import ResponseReturnValue

from portal.authz.policy import NOBODY, Permission
from portal.contracts import queries, services, signing_queries
from portal.contracts.rules.signing_order import SigningMeans
from portal.contracts.signatory_page import act_as_signatory
from portal.contracts.views.blueprint import bp
from portal.core.errors import NotFound
from portal.identity import web_session
from portal.identity.forms import TokenForm
from portal.identity.services import Throttled
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.text import _, change_language, said


@bp.route("/signer", methods=["GET", "POST"])
@public
def signatory() -> ResponseReturnValue:
    """Read and sign by a personal link: first its code, then the contract, with the code again at each act."""
    form = TokenForm()
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose="signing"), form.status
    ctx, token = edge.anonymous(NOBODY), form.given()
    try:
        found = services.find_signatory(ctx, token, web_session.caller())
    except NotFound:
        edge.commit_despite_error()
        sentence = _("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau.")
        return render_template("contracts/signatory_over.html", sentence=sentence), 404
    except Throttled as refusal:
        return render_template("contracts/signatory_over.html", sentence=said(refusal.sentence)), 429
    if "language" not in session:
        change_language(found.language)
    return act_as_signatory(ctx, found, SigningMeans.LINK, "contracts/signatory.html", token=token)


@bp.route("/<int:contract_id>/signer", methods=["GET", "POST"])
@requires(Permission.CONTRACT_VIEW)
def sign_here(contract_id: int) -> ResponseReturnValue:
    """Read and sign from an account of ours whose address is that of a signatory; nobody else has this page."""
    ctx = edge.current()
    contract = queries.get_contract(ctx, contract_id, to=Permission.CONTRACT_VIEW)
    found = signing_queries.signatory_at(ctx, contract.id, ctx.actor.email)
    if found is None:
        raise NotFound()
    return act_as_signatory(ctx, found, SigningMeans.STAFF, "contracts/sign_here.html", contract=contract)
