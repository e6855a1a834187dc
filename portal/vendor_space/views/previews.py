"""For us: a questionnaire as its vendor would see it, on a computer and on a telephone, with the vendor's own pages."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns import queries as campaigns
from portal.campaigns.services import asked_of, first_vendor
from portal.core.errors import NotFound
from portal.core.language import Language
from portal.questionnaires import catalogue, queries, services
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.kinds.countries import country_names
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.questionnaire_page import readable_draft
from portal.questionnaires.rules.snapshot import digest_of
from portal.vendor_space.answer_form import read_answers
from portal.vendor_space.page_labels import page_labels
from portal.vendor_space.preview_page import preview_page, tried_answer
from portal.vendor_space.views.blueprint import ACCEPT
from portal.web import edge
from portal.web.guard import requires, unseen_by_vendors
from portal.web.security_headers import let_frame
from portal.web.text import current_language, read_in

bp = unseen_by_vendors(Blueprint("questionnaire_previews", __name__, url_prefix="/questionnaires/apercu"))
WIDTHS = ("bureau", "telephone")


@bp.route("/<any(catalogue, ecrit, version, essai):source>/<name>")
@requires(Permission.QUESTIONNAIRE_VIEW)
def frame(source: str, name: str) -> ResponseReturnValue:
    """The vendor's page in a frame of the width of a computer, or of a telephone."""
    questionnaire, language = _previewed(source, name)
    width = request.args.get("largeur")
    response = make_response(
        render_template(
            "vendor_space/preview_frame.html", source=source, name=name, questionnaire=questionnaire,
            width=width if width in WIDTHS else WIDTHS[0], read_in=language,
            own=queries.own_keyed(edge.current().session, questionnaire.key) if source == "ecrit" else None,
        )
    )  # fmt: skip
    let_frame(response)
    return response


@bp.route("/<any(catalogue, ecrit, version, essai):source>/<name>/page", methods=["GET", "POST"])
@requires(Permission.QUESTIONNAIRE_VIEW)
def page(source: str, name: str) -> ResponseReturnValue:
    """One section as the vendor answers it; what is posted opens the questions it would open, and is kept nowhere."""
    questionnaire, language = _previewed(source, name)
    given = read_answers(request.form, questionnaire.questions).entries
    answers = {
        question.key: tried_answer(question, given[question.key].posted)
        for question in questionnaire.questions
        if question.key in given
    }
    shown = preview_page(
        questionnaire, request.args.get("partie", ""), answers, language, shows_all="tout" in request.args
    )
    if shown is None:
        raise NotFound(queries.GONE)
    read_in(language)  # the choices and the page's own words too, as whoever answers in that language reads them
    here: dict[str, Any] = {"source": source, "name": name, "langue": language.value}
    response = make_response(
        render_template(
            "vendor_space/preview.html", page=shown, here=here, urls=_urls(), read_in=language,
            steps=[
                {"title": part.title, "url": url_for(".page", **here, partie=part.key), "done": 0,
                 "total": len(part.questions), "problems": 0, "current": part is shown.part}
                for part in shown.text.sections
            ],
            countries=country_names(language).values() if any(one.text.takes_countries for one in shown.blocks) else (),
        )
    )  # fmt: skip
    let_frame(response)
    return response


def _previewed(source: str, name: str) -> tuple[Questionnaire, Language]:
    """The questionnaire, every text of it readable, and the language it is read in."""
    questionnaire, usual = readable_draft(_source(source, name))
    wanted = request.args.get("langue", "")
    fallback = current_language() if source != "ecrit" else usual
    language = Language(wanted) if wanted in set(Language) else fallback
    # What is made of a text is kept by its digest: that of what is shown, holes filled.
    return _signed(questionnaire), language


def _signed(questionnaire: Questionnaire) -> Questionnaire:
    return replace(questionnaire, sha256=digest_of(questionnaire))


def _source(source: str, name: str) -> Questionnaire:
    ctx = edge.current()
    if source == "catalogue":
        found, _defects = catalogue.read(edge.settings().questionnaires_dir, ctx.session)
        if name in found:
            return found[name]
    elif name.isascii() and name.isdigit() and len(name) < 10:
        if source == "essai":
            return _tried(ctx, int(name))
        if source == "ecrit":
            own = queries.get_own(ctx, int(name), to=Permission.QUESTIONNAIRE_WRITE)
            return services.reading_of(ctx, queries.own_text(ctx.session, own))
        version = ctx.session.get(QuestionnaireVersion, int(name))
        if version is not None:
            return queries.questionnaire_of(ctx.session, version)
    raise NotFound(queries.GONE)


def _tried(ctx: Context, campaign_id: int) -> Questionnaire:
    """What the next wave of a campaign would ask of the first vendor of its audience."""
    campaign = campaigns.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    return asked_of(ctx, campaign, first_vendor(ctx, campaign))


def _urls() -> SimpleNamespace:
    """What each question repeats; nothing of a preview is sent anywhere."""
    return SimpleNamespace(
        answer="", upload="", proof="", file="", thread="", threads={}, offers={}, accept=ACCEPT, has_files=False,
        words=page_labels(current_language()),
    )  # fmt: skip
