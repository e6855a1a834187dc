"""The page of one question being written: tried while it is typed, saved, moved, taken from another questionnaire."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.errors import Refused
from portal.core.language import Sentence
from portal.questionnaires import catalogue, queries, services
from portal.questionnaires.authoring.field_names import in_words
from portal.questionnaires.authoring.forms import QuestionForm, ShareForm, grouped, values_of
from portal.questionnaires.authoring.own_page import offered_answers
from portal.questionnaires.authoring.views.blueprint import ID, WRITE, acted, bp, named, opened, step
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire, OwnSection
from portal.questionnaires.rules.writing import is_shared
from portal.questionnaires.toml_reading import read_toml
from portal.web import edge
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, current_language

NEW: dict[str, Any] = {"kind": "yes_no", "articles": []}


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>/questions/nouvelle", methods=["GET", "POST"])
@requires(WRITE)
def new_question(own_id: int, part_id: int) -> ResponseReturnValue:
    """A question, last of its section."""
    ctx, own = edge.current(), opened(own_id)
    section = queries.get_own_section(ctx, own, part_id)
    form = _form(own, section, None)
    if form.submitted():
        try:
            row = services.add_question(ctx, own, section, form.raw(NEW))
        except Refused as error:
            _refuse(form, error)
        else:
            flash(_("Question ajoutée."))
            return redirect(url_for(".show", own_id=own.id, _anchor=f"q-{row.id}"))
    return _page(form, own, section, None)


@bp.route(f"/<{ID}:own_id>/questions/<{ID}:entry_id>", methods=["GET", "POST"])
@requires(WRITE)
def question(own_id: int, entry_id: int) -> ResponseReturnValue:
    """Change a question; one that is defined elsewhere is only read."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_question(ctx, own, entry_id)
    if is_shared(row.toml):
        return redirect(url_for(".show", own_id=own.id, _anchor=f"q-{row.id}"))
    section = queries.get_own_section(ctx, own, row.section_id)
    form = _form(own, section, row)
    if form.submitted():
        try:
            is_other = form.is_other is not None and form.is_other.data == "1"
            services.edit_question(ctx, own, row, form.raw(_entry(row)), is_other=is_other)
        except Refused as error:
            _refuse(form, error)
        else:
            flash(_("Question enregistrée."))
            return redirect(url_for(".show", own_id=own.id, _anchor=f"q-{row.id}"))
    return _page(form, own, section, row)


def _entry(row: OwnQuestion) -> dict[str, Any]:
    return read_toml(row.toml.encode())


def _form(own: OwnQuestionnaire, section: OwnSection, row: OwnQuestion | None) -> QuestionForm:
    ctx = edge.current()
    if row is None:
        form = QuestionForm()
        del form.is_other
    else:
        hold(own)
        hold(row)
        form = QuestionForm(row=row, **values_of(_entry(row)))
        if own.published_id is None and "autre" not in request.args:
            del form.is_other
    text = queries.own_text(ctx.session, own)
    form.offer(offered_answers(text, services.reading_of(ctx, text), row, section, current_language()))
    if row is None or not values_of(_entry(row))["keeps_condition"]:
        del form.keeps_condition
    return form


def _refuse(form: QuestionForm, error: Refused) -> None:
    """Every sentence of the file's reader, above the form."""
    sentences = in_words(error.defects if isinstance(error, services.RefusedQuestion) else (error.sentence,))
    for sentence in sentences:
        form.refuse(Refused(sentence))


def _page(
    form: QuestionForm, own: OwnQuestionnaire, section: OwnSection, row: OwnQuestion | None
) -> ResponseReturnValue:
    return render_template(
        "questionnaires/own_question.html", form=form, own=own, name=named(own), section=section, row=row
    ), form.status


# --- tried while it is typed


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>/questions/essai", methods=["POST"])
@requires(WRITE)
def try_new_question(own_id: int, part_id: int) -> ResponseReturnValue:
    """What a new question would be."""
    ctx, own = edge.current(), opened(own_id)
    return _tried(own, queries.get_own_section(ctx, own, part_id), None)


@bp.route(f"/<{ID}:own_id>/questions/<{ID}:entry_id>/essai", methods=["POST"])
@requires(WRITE)
def try_question(own_id: int, entry_id: int) -> ResponseReturnValue:
    """What a question would be once changed. Nothing is kept."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_question(ctx, own, entry_id)
    return _tried(own, queries.get_own_section(ctx, own, row.section_id), row)


def _tried(own: OwnQuestionnaire, section: OwnSection, row: OwnQuestion | None) -> ResponseReturnValue:
    ctx, form = edge.current(), _form(own, section, row)
    refused: tuple[Sentence, ...] = ()
    lacks: tuple[Sentence, ...] = ()
    if form.validate():
        try:
            lacks = services.try_question(ctx, own, section, form.raw(_entry(row) if row else NEW), row)
        except Refused as error:
            refused = error.defects if isinstance(error, services.RefusedQuestion) else (error.sentence,)
    html = render_template(
        "questionnaires/_tried.html", refused=in_words(refused), lacks=in_words(lacks), errors=form.errors
    )
    return {"message": _("Rien n'est enregistré tant que vous ne l'enregistrez pas."), "html": html}


# --- its place


@bp.route(f"/<{ID}:own_id>/questions/<{ID}:entry_id>/deplacer", methods=["POST"])
@requires(WRITE)
def move_question(own_id: int, entry_id: int) -> ResponseReturnValue:
    """Put a question one place up or down."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_question(ctx, own, entry_id)
    return acted(
        own_id, lambda: services.move_question(ctx, own, row, step()), _("Question déplacée."), f"q-{entry_id}"
    )


@bp.route(f"/<{ID}:own_id>/questions/<{ID}:entry_id>/retirer", methods=["POST"])
@requires(WRITE)
def remove_question(own_id: int, entry_id: int) -> ResponseReturnValue:
    """Take a question out."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_question(ctx, own, entry_id)
    anchor = f"p-{row.section_id}"
    return acted(own_id, lambda: services.remove_question(ctx, own, row), _("Question retirée."), anchor)


# --- what is defined elsewhere


@bp.route(f"/<{ID}:own_id>/questions/<{ID}:entry_id>/faire-mienne", methods=["POST"])
@requires(WRITE)
def make_own(own_id: int, entry_id: int) -> ResponseReturnValue:
    """Take a question of another questionnaire as one's own, to change it."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_question(ctx, own, entry_id)
    done = _("Cette question est maintenant la vôtre : vous pouvez la modifier.")
    return acted(own_id, lambda: services.make_own_question(ctx, own, row), done, f"q-{entry_id}")


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>/reprendre", methods=["GET", "POST"])
@requires(WRITE)
def share(own_id: int, part_id: int) -> ResponseReturnValue:
    """Ask here a question of another questionnaire too."""
    ctx, own = edge.current(), opened(own_id)
    section = queries.get_own_section(ctx, own, part_id)
    found, _defects = catalogue.read(edge.settings().questionnaires_dir, ctx.session)
    here = {row.key for row in queries.own_text(ctx.session, own).entries}
    language = current_language()
    form = ShareForm()
    form.key.choices = grouped(
        {
            one.title.read(language): [
                (question.key, f"{one.numbers[question.key]} {question.text.read(language)}"[:120])
                for question in one.questions
                if question.key not in here
            ]
            for one in found.values()
            if one.key != own.key
        }
    )
    if form.submitted():
        try:
            row = services.share_question(ctx, own, section, form.key.data)
        except Refused as error:
            form.refuse(error, "key")
        else:
            return redirect(url_for(".show", own_id=own.id, _anchor=f"q-{row.id}"))
    return render_template(
        "questionnaires/own_share.html", form=form, own=own, name=named(own), section=section
    ), form.status
