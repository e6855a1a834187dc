"""Two names are one company, or are not: said, and taken back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.chain import queries, services
from portal.chain.forms import NamesForm, UndoJudgementForm
from portal.chain.views.blueprint import bp
from portal.chain.views.companies import company_view
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/societes/<int:company_id>/noms", methods=["POST"])
@requires(Permission.CHAIN_WRITE)
def judge(company_id: int) -> ResponseReturnValue:
    """Say whether another name is this company."""
    ctx = current()
    company = queries.get_company(ctx, company_id, to=Permission.CHAIN_WRITE)
    form = NamesForm()
    if form.submitted():
        try:
            other = queries.company_named(ctx, form.other.data)
            services.judge_names(ctx, company, other, form.verdict.data, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté ; vous pourrez l'annuler."))
            return redirect(url_for(".show", company_id=company_id, _anchor="noms"))
    return company_view(company, names=form)


@bp.route("/jugements/<int:judgement_id>/annuler", methods=["GET", "POST"])
@requires(Permission.CHAIN_WRITE)
def undo(judgement_id: int) -> ResponseReturnValue:
    """Take a judgement back."""
    ctx = current()
    row = queries.get_judgement(ctx, judgement_id)
    form = UndoJudgementForm()
    if form.submitted():
        try:
            services.undo_judgement(ctx, row, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Jugement annulé."))
            return redirect(url_for(".show", company_id=row.one_id, _anchor="noms"))
    return render_template("chain/undo.html", form=form, row=row), form.status
