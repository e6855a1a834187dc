"""Pages on which a questionnaire is written: the list's own part, the whole, its head, its sections, its use."""

from dataclasses import replace

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.errors import NotFound, Refused
from portal.questionnaires import catalogue, queries, services
from portal.questionnaires.authoring.field_names import in_words
from portal.questionnaires.authoring.forms import HeadForm, SectionForm
from portal.questionnaires.authoring.own_page import own_page
from portal.questionnaires.authoring.views.blueprint import ID, WRITE, acted, bp, named, opened, step
from portal.questionnaires.models import OwnQuestionnaire, OwnSection
from portal.questionnaires.queries import OwnText
from portal.web import edge
from portal.web.downloads import attached
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.manifest import questionnaire_uses
from portal.web.text import _, current_language

SHOWN_USES = 50


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(WRITE)
def new() -> ResponseReturnValue:
    """A questionnaire written from nothing."""
    form = HeadForm()
    if form.submitted():
        try:
            own = services.create_own(edge.current(), form.head())
        except Refused as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", own_id=own.id))
    return render_template("questionnaires/own_head.html", form=form, own=None, name=""), form.status


@bp.route("/copier/<key>", methods=["POST"])
@requires(WRITE)
def copy(key: str) -> ResponseReturnValue:
    """A copy of a questionnaire that may be asked."""
    ctx = edge.current()
    found, _defects = catalogue.read(edge.settings().questionnaires_dir, ctx.session)
    if key not in found:
        raise NotFound(queries.GONE)
    own = services.copy_questionnaire(ctx, found[key])
    flash(_("Copie prête. Ses questions sont celles de l'original : faites vôtre celle que vous voulez changer."))
    return redirect(url_for(".show", own_id=own.id))


@bp.route(f"/<{ID}:own_id>")
@requires(WRITE)
def show(own_id: int) -> ResponseReturnValue:
    """The questions in order, with what each lacks to be published."""
    ctx, own = edge.current(), opened(own_id)
    text = queries.own_text(ctx.session, own)
    found, _defects = catalogue.read(edge.settings().questionnaires_dir, ctx.session)
    reading, missing = services.reading_of(ctx, text), services.missing_from(ctx, text)
    return render_template(
        "questionnaires/own.html", own=own, name=named(own),
        page=own_page(text, reading, missing, found, current_language()),
        versions=queries.versions_of(ctx.session, own.key), has_changed=_has_changed(text),
    )  # fmt: skip


def _has_changed(text: OwnText) -> bool:
    """Whether what is written is not what was published last."""
    ctx, own = edge.current(), text.own
    published = queries.published_version(ctx.session, own)
    return published is None or services.differs(ctx, text, published)


@bp.route(f"/<{ID}:own_id>/titre", methods=["GET", "POST"])
@requires(WRITE)
def head(own_id: int) -> ResponseReturnValue:
    """Title, introduction, minutes."""
    own = opened(own_id)
    form = HeadForm(obj=own)
    if form.submitted():
        try:
            services.edit_head(edge.current(), own, form.head())
        except Refused as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", own_id=own.id))
    return render_template("questionnaires/own_head.html", form=form, own=own, name=named(own)), form.status


# --- sections


@bp.route(f"/<{ID}:own_id>/parties/nouvelle", methods=["GET", "POST"])
@requires(WRITE)
def new_section(own_id: int) -> ResponseReturnValue:
    """A section, last."""
    own, form = opened(own_id), SectionForm()
    if form.submitted():
        try:
            section = services.add_section(edge.current(), own, form.texts())
        except Refused as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", own_id=own.id, _anchor=f"p-{section.id}"))
    return _section_page(form, own, None)


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>", methods=["GET", "POST"])
@requires(WRITE)
def section(own_id: int, part_id: int) -> ResponseReturnValue:
    """Title and introduction of a section."""
    own = opened(own_id)
    row = queries.get_own_section(edge.current(), own, part_id)
    hold(own)
    form = SectionForm(obj=row)
    if form.submitted():
        try:
            services.edit_section(edge.current(), own, row, form.texts())
        except Refused as error:
            form.refuse(error)
        else:
            return redirect(url_for(".show", own_id=own.id, _anchor=f"p-{row.id}"))
    return _section_page(form, own, row)


def _section_page(form: SectionForm, own: OwnQuestionnaire, row: OwnSection | None) -> ResponseReturnValue:
    return render_template("questionnaires/own_section.html", form=form, own=own, name=named(own), row=row), form.status


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>/deplacer", methods=["POST"])
@requires(WRITE)
def move_section(own_id: int, part_id: int) -> ResponseReturnValue:
    """Put a section one place up or down."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_section(ctx, own, part_id)
    return acted(own_id, lambda: services.move_section(ctx, own, row, step()), _("Partie déplacée."), f"p-{part_id}")


@bp.route(f"/<{ID}:own_id>/parties/<{ID}:part_id>/retirer", methods=["POST"])
@requires(WRITE)
def remove_section(own_id: int, part_id: int) -> ResponseReturnValue:
    """Take a section out, with its questions."""
    ctx, own = edge.current(), opened(own_id)
    row = queries.get_own_section(ctx, own, part_id)
    return acted(own_id, lambda: services.remove_section(ctx, own, row), _("Partie retirée."))


# --- use


@bp.route(f"/<{ID}:own_id>/publier", methods=["GET", "POST"])
@requires(WRITE)
def publish(own_id: int) -> ResponseReturnValue:
    """What stops the publication, point by point; or the publication."""
    ctx, own = edge.current(), opened(own_id)
    text = queries.own_text(ctx.session, own)
    refused, status = None, 200
    if request.method == "POST":
        try:
            with ctx.session.begin_nested():
                version = services.publish_own(ctx, own)
        except Refused as error:
            refused, status = error.sentence, 422
        else:
            flash(_("Version %(version)s publiée : elle peut être demandée.", version=version.version))
            return redirect(url_for(".show", own_id=own.id))
    defects = services.defects_of(ctx, text)
    rows = {row.key: row for row in text.entries}
    return render_template(
        "questionnaires/own_publish.html", own=own, name=named(own), refused=refused,
        points=[(replace(one, message=in_words([one.message])[0]), rows.get(one.where)) for one in defects],
        number=services.number_of_next(ctx, own), reading=services.reading_of(ctx, text),
    ), status  # fmt: skip


@bp.route(f"/<{ID}:own_id>/usages")
@requires(WRITE)
def uses(own_id: int) -> ResponseReturnValue:
    """The audits and the campaigns that ask it."""
    ctx, own = edge.current(), opened(own_id)
    return render_template(
        "questionnaires/uses.html", key=own.key, name=named(own), own=own,
        uses=questionnaire_uses(ctx, own.key, SHOWN_USES),
    )  # fmt: skip


@bp.route(f"/<{ID}:own_id>/fichier.toml")
@requires(WRITE)
def export(own_id: int) -> ResponseReturnValue:
    """The file that it makes, as those of the folder are written."""
    own = opened(own_id)
    toml = services.document_of(queries.own_text(edge.current().session, own)).toml()
    return attached(Response(toml, mimetype="application/toml"), f"{own.key}.toml")


@bp.route(f"/<{ID}:own_id>/archiver", methods=["POST"])
@requires(WRITE)
def archive(own_id: int) -> ResponseReturnValue:
    """Ask it no more."""
    ctx, own = edge.current(), opened(own_id)
    done = _("Archivé : il n'est plus proposé. Les audits en cours continuent.")
    return acted(own_id, lambda: services.archive_own(ctx, own), done)


@bp.route(f"/<{ID}:own_id>/remettre", methods=["POST"])
@requires(WRITE)
def restore(own_id: int) -> ResponseReturnValue:
    """Let it be asked again."""
    ctx, own = edge.current(), opened(own_id)
    return acted(own_id, lambda: services.restore_own(ctx, own), _("Remis en service."))
