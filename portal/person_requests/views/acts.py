"""What is done with a request: each act has its form, and one page shows them all the same way."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.files import Blob
from portal.core.language import N_
from portal.person_requests import queries, services
from portal.person_requests.forms import (
    AnsweredForm,
    DatesForm,
    DoubtForm,
    ExtensionForm,
    OnDayForm,
    RecipientsForm,
    RefusalForm,
    WhyForm,
)
from portal.person_requests.models import PersonRequest
from portal.person_requests.rules.life import RequestAct, leads_to
from portal.person_requests.views.blueprint import bp
from portal.web import edge
from portal.web.forms import PortalForm
from portal.web.guard import requires, takes_files
from portal.web.text import said


@dataclass(frozen=True)
class RequestActPage:
    """The page of an act: its form, what it does, what is said before and after."""

    form: Callable[..., Any]
    do: Callable[[Context, PersonRequest, Any, Blob | None], object]
    lead: str
    done: str


PAGES = {
    RequestAct.ACKNOWLEDGE: RequestActPage(
        OnDayForm, lambda ctx, row, form, _file: services.acknowledge(ctx, row, form.on.data),
        N_("Le jour où la personne a su que sa demande est reçue."), N_("C'est noté."),
    ),
    RequestAct.EXTEND: RequestActPage(
        ExtensionForm, lambda ctx, row, form, _file: services.extend(ctx, row, form.on.data, form.reason.data),
        N_("Une fois, de deux mois, si la personne l'a su avec les motifs dans le premier mois (RGPD art. 12(3))."),
        N_("Prolongation notée."),
    ),
    RequestAct.DOUBT: RequestActPage(
        DoubtForm, lambda ctx, row, form, _file: services.doubt_identity(ctx, row, form.on.data, form.reason.data),
        N_("Les jours d'attente seront ajoutés au délai. Le texte ne le dit pas : c'est la lecture du CEPD."),
        N_("Doute noté. Le délai est suspendu, selon cette lecture."),
    ),
    RequestAct.IDENTIFY: RequestActPage(
        OnDayForm, lambda ctx, row, form, _file: services.establish_identity(ctx, row, form.on.data),
        N_("Le jour où la personne a prouvé qui elle est. N'en gardez pas la copie."), N_("Le délai reprend."),
    ),
    RequestAct.ANSWER: RequestActPage(
        AnsweredForm, lambda ctx, row, form, file: services.answer_request(ctx, row, form.sheet(), file),
        N_("Ce que la personne a reçu, et quand. Sans fichier qui le prouve, la réponse ne compte pas."),
        N_("Réponse notée."),
    ),
    RequestAct.REFUSE: RequestActPage(
        RefusalForm, lambda ctx, row, form, file: services.refuse_request(ctx, row, form.sheet(), file),
        N_("La personne connaît le motif, et sait qu'elle peut saisir la CNIL ou le juge (RGPD art. 12(4))."),
        N_("Refus noté."),
    ),
    RequestAct.DATE: RequestActPage(
        DatesForm, lambda ctx, row, form, _file: services.correct_dates(ctx, row, form.sheet()),
        N_("Les deux dates restent au registre ; vous dites laquelle compte, et pourquoi."),
        N_("Le délai est compté de nouveau."),
    ),
    RequestAct.CLOSE: RequestActPage(
        RecipientsForm, lambda ctx, row, form, _file: services.close_request(ctx, row, form.recipients.data or ""),
        N_("La ligne reste au registre. L'identité de la personne et les fichiers s'effaceront cinq ans plus tard."),
        N_("Demande close."),
    ),
    RequestAct.DROP: RequestActPage(
        WhyForm, lambda ctx, row, form, _file: services.drop_request(ctx, row, form.reason.data),
        N_("Saisie deux fois, retirée par la personne… Elle reste au registre, ni à l'heure ni en retard."),
        N_("Noté. La demande reste au registre."),
    ),
    RequestAct.RESUME: RequestActPage(
        WhyForm, lambda ctx, row, form, _file: services.resume_request(ctx, row, form.reason.data),
        N_("La réponse sera à noter de nouveau, avec sa preuve. Le délai ne change pas."), N_("Demande reprise."),
    ),
}  # fmt: skip
"""Asking a vendor has a page of its own."""


@bp.route(
    "/<int:request_id>/<any(accuser, prolonger, douter, identifier, repondre, refuser, dater, clore, 'sans-objet',"
    " reprendre):named>",
    methods=["GET", "POST"],
)
@takes_files
@requires(Permission.REQUEST_WORK)
def act(request_id: int, named: str) -> ResponseReturnValue:
    """One act: what it does, its form, then the request again."""
    ctx, wanted = edge.current(), RequestAct(named)
    row = queries.get_request(ctx, request_id, to=Permission.REQUEST_WORK)
    if leads_to(wanted, row.state, row.kind) is None:
        return redirect(url_for(".show", request_id=row.id))
    page = PAGES[wanted]
    form = _form(page, ctx, row)
    if form.submitted():
        try:
            file = sealed_file(form)
            ctx = edge.current()
            page.do(ctx, queries.get_request(ctx, request_id, to=Permission.REQUEST_WORK), form, file)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(refusal.sentence))
        else:
            flash(said(page.done))
            return redirect(url_for(".show", request_id=request_id))
    row = queries.get_request(edge.current(), request_id, to=Permission.REQUEST_WORK)
    shown = render_template("person_requests/act.html", form=form, request_row=row, act=wanted, lead=page.lead)
    return shown, form.status


def _form(page: RequestActPage, ctx: Context, row: PersonRequest) -> PortalForm:
    values = {
        "on": ctx.today, "vendor_received_on": row.vendor_received_on, "reached_us_on": row.reached_us_on,
        "counts_from": "vendor" if row.counts_from_vendor else "us",
    }  # fmt: skip
    form: PortalForm = page.form(data=values)
    return form.offering(row.kind) if isinstance(form, RefusalForm) else form


def sealed_file(form: PortalForm) -> Blob | None:
    """The file of a form, sealed; none without one. The database is let go of meanwhile: nobody waits for an upload."""
    given = form["file"].data if "file" in form else None
    if given is None or not getattr(given, "filename", ""):
        return None
    edge.release()
    return services.seal_proof(given.stream, given.filename)
