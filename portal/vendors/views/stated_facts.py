"""Facts of many services set at once from the list; facts asked of somebody by a link, proposed, accepted."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import NOBODY, Permission
from portal.core.errors import Refused
from portal.identity.forms import TokenForm
from portal.vendors import queries, services
from portal.vendors.forms import AnswerFactsForm, AskFactsForm, FactsForm
from portal.vendors.models import FactsRequest, Service
from portal.vendors.queries import MOST_DESCRIBED
from portal.vendors.rules.stated_facts import read_stored
from portal.vendors.stated_words import stated_lines
from portal.vendors.views.blueprint import bp
from portal.vendors.views.filtering import wanted_vendors
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.routing import row_number
from portal.web.text import _, change_language, lazy, ngettext, said

STEPS = ("apercu", "enregistrer", "revoir")


@bp.route("/faits", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def bulk_facts() -> ResponseReturnValue:
    """Set facts on the services of the vendors chosen in the list: stated, seen before they are written, written."""
    ctx = edge.current()
    vendor_ids = _chosen_vendors()
    held = queries.services_to_describe(ctx, vendor_ids)
    if not held:
        flash(_("Choisissez d'abord des sous-traitants dont une prestation est décrite."), "warning")
        return redirect(url_for(".index"))
    form = FactsForm().leaving_open(_("Ne rien changer"))
    chosen, replace = _numbers(request.form.getlist("s")), "remplacer" in request.form
    then = request.form.get("then", "")
    if form.submitted() and then in {"apercu", "enregistrer"}:
        stated = form.stated()
        changes = services.preview_facts(ctx, held, chosen, stated, replace=replace)
        if changes and then == "enregistrer":
            count = services.state_facts(ctx, held, chosen, stated, replace=replace)
            flash(ngettext("%(num)s prestation est mise à jour.", "%(num)s prestations sont mises à jour.", count))
            return redirect(url_for(".index", criticite=queries.UNCLASSIFIED))
        if changes:
            shown = [(change, [(one.service, stated_lines(one.before, one.after)) for one in change.services])
                     for change in changes]  # fmt: skip
            kept = [pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "then"}]
            ranked = sum(change.tier is not None for change in changes)
            return render_template("vendors/facts_preview.html", changes=shown, kept=kept, ranked=ranked)
        flash(_("Rien ne changerait : rien n'est répondu, ou tout est déjà renseigné."), "warning")
    vendors = {service.vendor_id: service.vendor for service in held}
    page = render_template(
        "vendors/facts.html", form=form, held=held, vendors=list(vendors.values()),
        chosen=set(chosen) if request.method == "POST" else {service.id for service in held}, replace=replace,
        most=MOST_DESCRIBED,
    )  # fmt: skip
    return page, form.status


def _chosen_vendors() -> list[int]:
    """The vendors of the boxes ticked in the list, or all those of its filter."""
    if request.method == "GET" and "tous" in request.args:
        sort = request.args.get("tri", "nom")
        return queries.first_ids(edge.current(), wanted_vendors(), sort=sort, most=MOST_DESCRIBED)
    given = request.form.getlist("v") if request.method == "POST" else request.args.getlist("v")
    return _numbers(given)[:MOST_DESCRIBED]


def _numbers(given: Sequence[str]) -> list[int]:
    found = []
    for text in given:
        try:
            found.append(row_number(text))
        except ValueError:
            continue
    return found


@bp.route("/<int:vendor_id>/prestations/<int:service_id>/questions", methods=["GET", "POST"])
@requires(Permission.VENDOR_EDIT)
def ask_facts(vendor_id: int, service_id: int) -> ResponseReturnValue:
    """Send the questions about a service to somebody who knows."""
    ctx = edge.current()
    service = queries.get_service(ctx, vendor_id, service_id, to=Permission.VENDOR_EDIT)
    card = queries.vendor_overview(ctx, service.vendor)
    owner = queries.owner_of(ctx, service.vendor)
    form = AskFactsForm(email=owner.email if owner else None)
    if form.submitted():
        try:
            sent = services.ask_facts(ctx, edge.settings().secrets, service, form.email.data, form.language.data)
        except Refused as error:
            form.refuse(error, "email")
        else:
            flash(_("Les questions partent à l'adresse %(email)s.", email=sent.email))
            return redirect(url_for(".show", vendor_id=vendor_id, _anchor="prestations"))
    known = [contact.email for contact in card.contacts] + ([owner.email] if owner else [])
    page = render_template("vendors/ask_facts.html", form=form, vendor=service.vendor, service=service, known=known)
    return page, form.status


@bp.route("/questions", methods=["GET", "POST"])
@public
def answer_facts() -> ResponseReturnValue:
    """Plain questions, by a link and without an account: the service they are about, and nothing else."""
    form = TokenForm()
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose="questions"), form.status
    ctx, token = edge.anonymous(NOBODY), form.given()
    try:
        asked = services.find_facts_request(ctx, token)
    except Refused as refusal:
        return render_template("vendors/answer_over.html", sentence=said(refusal.sentence), done=False), 410
    if "language" not in session:
        change_language(asked.language)
    if "repondre" not in request.form:
        return _questions(asked, AnswerFactsForm(formdata=None, token=token))
    answers = AnswerFactsForm()
    answers.token.data = token
    answers.leaving_open(lazy("Je ne sais pas"))
    if answers.submitted():
        try:
            services.answer_facts_request(ctx, asked, answers.stated(), answers.name.data)
        except Refused as refusal:
            answers.refuse(refusal)
        else:
            return render_template("vendors/answer_over.html", sentence="", done=True)
    return _questions(asked, answers)


def _questions(asked: FactsRequest, form: AnswerFactsForm) -> ResponseReturnValue:
    form.leaving_open(lazy("Je ne sais pas"))
    shown = {"vendor": asked.vendor.name, "service": asked.service.name}
    return render_template("vendors/answer_facts.html", form=form, **shown), form.status


@bp.route("/<int:vendor_id>/questions/<int:request_id>", methods=["POST"])
@requires(Permission.VENDOR_EDIT)
def settle_facts(vendor_id: int, request_id: int) -> ResponseReturnValue:
    """Accept what was answered, or set it aside."""
    ctx = edge.current()
    asked = queries.get_facts_request(ctx, vendor_id, request_id)
    if request.form.get("then") == "accepter":
        services.accept_facts(ctx, asked)
        flash(_("Les réponses sont reprises ; la criticité du sous-traitant est recalculée."))
    else:
        services.set_facts_aside(ctx, asked)
        flash(_("Les réponses sont écartées ; la prestation n'a pas changé."))
    return redirect(url_for(".show", vendor_id=vendor_id, _anchor="prestations"))


def proposal_lines(asked: FactsRequest) -> list[tuple[str, str, str]]:
    """What accepting a proposal would change, in words."""
    stated = read_stored(asked.answers)
    service: Service = asked.service
    current: dict[str, Any] = {name: getattr(service, name) for name in stated}
    return stated_lines(current, {name: value for name, value in stated.items() if current[name] != value})
