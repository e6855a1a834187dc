"""One section at a time: shown, saved whole by its form, or one answer at a time by the page's script."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.queries import Sheet
from portal.audits.services import Entry, Kept
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.stale import StaleWrite
from portal.questionnaires import rules as questions
from portal.questionnaires.rules import NO_ANSWER, GivenAnswer, Reason
from portal.vendor_space import posted, queries
from portal.vendor_space.answers import clash_of, held
from portal.vendor_space.asked import Outcome, Reading, base_for, section_of
from portal.vendor_space.copies import Copy, SectionCopy, copy_of
from portal.vendor_space.countries import names
from portal.vendor_space.labels import labels
from portal.vendor_space.views.blueprint import ID, bp, deadline, done_words, left_words, opened, refused, urls_of
from portal.vendor_space.whole import Whole, whole
from portal.vendor_space.wording import saved_at, spoken
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, current_language


@bp.route(f"/audits/<{ID}:audit_id>/sections/<section_key>", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
def section(audit_id: int, section_key: str) -> ResponseReturnValue:
    """A section: its questions, or all its answers saved at once."""
    if request.method == "POST":
        return _save(audit_id, section_key)
    found = opened(audit_id)
    return _page(found, _part(found.copy, section_key), Outcome())


def _part(copy: Copy, key: str) -> SectionCopy:
    part = copy.section(key)
    if part is None:
        raise NotFound()
    return part


def _save(audit_id: int, section_key: str) -> ResponseReturnValue:
    ctx, language = edge.current(), current_language()
    sheet = services.locked(ctx, audit_id)
    part = _part(copy_of(sheet.questionnaire, language), section_key)
    act, _sep, what = request.form.get("then", "").partition(":")
    given = posted.read(request.form, _questions(sheet, part), without=what if act == "retirer" else "")
    entries = _chosen(given.entries, act, what)
    try:
        kept = services.save_together(ctx, sheet, [e for key, e in entries.items() if key not in given.refused])
    except Refused as over:
        flash(spoken(over.sentence), "warning")
        return redirect(url_for(".audit", audit_id=audit_id))
    early = {key: refusal for key, refusal in given.refused.items() if key in kept.sheet.open_keys}
    outcome = Outcome(entries, {**early, **kept.refused})
    if not outcome.refused:
        return redirect(_onward(whole(kept.sheet, language), part, kept, act, what))
    # What could be saved is: the person corrects the rest on the page that comes back.
    edge.commit_despite_error()
    page = _page(whole(kept.sheet, language), part, outcome)
    return page, 409 if all(isinstance(r, StaleWrite) for r in outcome.refused.values()) else 422


def _questions(sheet: Sheet, part: SectionCopy) -> list[questions.Question]:
    found = (sheet.questionnaire.question(copy.key) for copy in part.questions)
    return [question for question in found if question is not None]


def _chosen(entries: Mapping[str, Entry], act: str, what: str) -> dict[str, Entry]:
    """The answers to save, once the person has settled a clash: theirs stands, or mine over the one I have seen."""
    found = dict(entries)
    if act == "leur":
        found.pop(what, None)
    if act == "mien" and what in found:
        base, seen = posted.base_of(request.form.get(f"{what}:seen", ""))
        old = found[what]
        found[what] = Entry(what, old.posted, old.comment, base, seen)
    return found


def _onward(found: Whole, part: SectionCopy, kept: Kept, act: str, what: str) -> str:
    audit_id = found.sheet.audit.id
    question = what.partition(":")[0]
    is_here = any(copy.key == question for copy in part.questions)
    if act == "section" and found.copy.section(what):
        return url_for(".section", audit_id=audit_id, section_key=what)
    if act == "fichiers" and is_here:
        return url_for(".upload", audit_id=audit_id, question=question)
    if act == "piece" and what.isascii() and what.isdigit():
        return url_for(".proof", audit_id=audit_id, link_id=int(what[:9]))
    if act in {"ligne", "retirer", "mien", "leur"} and is_here:
        return _here(found, part, question, one_more=act == "ligne")
    appeared = [c.key for c in part.questions if c.key in kept.appeared and not _answered(kept.sheet, c.key)]
    if appeared:
        flash(_("Enregistré. Une de vos réponses a fait apparaître une question : la voici."), "info")
        return _here(found, part, appeared[0])
    flash(_("Vos réponses sont enregistrées."))
    return _here(found, part) if act == "ici" else _next(found, part)


def _here(found: Whole, part: SectionCopy, question: str = "", *, one_more: bool = False) -> str:
    return url_for(
        ".section",
        audit_id=found.sheet.audit.id,
        section_key=part.key,
        ligne=question if one_more else None,
        _anchor=f"q-{question}" if question else None,
    )


def _answered(sheet: Sheet, key: str) -> bool:
    question = sheet.questionnaire.question(key)
    return question is not None and questions.is_answered(question, sheet.answers.get(key, NO_ANSWER))


def _next(found: Whole, part: SectionCopy) -> str:
    following = _following(found, part)
    if following is None:
        return url_for(".review_before_sending", audit_id=found.sheet.audit.id)
    return url_for(".section", audit_id=found.sheet.audit.id, section_key=following.key)


def _following(found: Whole, part: SectionCopy) -> SectionCopy | None:
    """The section after this one; in a returned round, the next that has something to take up again."""
    returned = found.sheet.round.number > 1 and found.sheet.audit.state.is_with_vendor
    after = [state for state in found.sections if state.copy.number > part.number and state.is_asked]
    return next((state.copy for state in after if not returned or state.problems), None)


def _page(found: Whole, part: SectionCopy, outcome: Outcome) -> str:
    ctx, audit = edge.current(), found.sheet.audit
    reading = Reading(
        today=ctx.today,
        files=audits.files_of(ctx, audit),
        messages=queries.messages(ctx, audit),
        nag="reste" in request.args,
    )
    before = [state.copy for state in found.sections if state.copy.number < part.number and state.is_asked]
    asked = section_of(found, part, reading, outcome, current_language())
    return render_template(
        "vendor_space/section.html",
        found=found,
        audit=audit,
        part=part,
        steps=_steps(found, part),
        asked=asked,
        refused=[one for one in asked if one.copy.key in outcome.refused],
        previous=before[-1] if before else None,
        next=_following(found, part),
        due=deadline(audit.due_on),
        left=left_words(found),
        done=done_words(audit.answered, audit.expected),
        one_more=request.args.get("ligne", ""),
        urls=urls_of(audit.id, has_files=queries.has_given_files(ctx)),
        countries=names(current_language()).values() if any(one.copy.has_countries for one in asked) else (),
    )


def _steps(found: Whole, part: SectionCopy) -> list[dict[str, object]]:
    return [
        {
            "title": state.copy.title,
            "url": url_for(".section", audit_id=found.sheet.audit.id, section_key=state.copy.key),
            # A mark is given to a section where nothing is left, not even to take up again.
            "done": state.done if state.is_done else min(state.done, state.total - 1),
            "total": state.total,
            "problems": state.problems,
            "current": state.copy.key == part.key,
        }
        for state in found.sections
        if state.is_asked or state.copy.key == part.key
    ]


@bp.route(f"/audits/<{ID}:audit_id>/reponses/<question>", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def answer(audit_id: int, question: str) -> ResponseReturnValue:
    """One answer, saved while the person goes on; the page's script shows what comes back."""
    ctx, language = edge.current(), current_language()
    sheet = services.locked(ctx, audit_id)
    asked = sheet.questionnaire.question(question)
    if asked is None:
        raise NotFound()
    given = posted.read(request.form, [asked])
    entry = given.entries.get(question, Entry(question, None, None, posted.NO_VERSION))
    try:
        if question in given.refused:
            raise given.refused[question]
        saved = services.save_on(ctx, sheet, entry)
    except StaleWrite as stale:
        copy = copy_of(sheet.questionnaire, language).by_question[question][1]
        clash = clash_of(copy, held(copy, GivenAnswer(), entry), stale.theirs, language)
        html = render_template("vendor_space/_clash.html", clash=clash, key=question, words=labels(language))
        return refused(stale, 409, html=html)
    except Refused as refusal:
        return refused(refusal)
    return {"message": saved_at(ctx.now), **after(saved.sheet, question)}


def after(sheet: Sheet, question: str) -> dict[str, object]:
    """What a page shows once an answer, or a file, is kept."""
    language = current_language()
    found = whole(sheet, language)
    owed = [missing for missing in sheet.missing if missing.question == question]
    told = owed if _answered(sheet, question) else []
    return {
        "base": base_for(sheet, question),
        "version": sheet.versions.get(question, 0),
        "visible": {q.key: q.key in sheet.shown for q in sheet.questionnaire.questions if q.visible_if is not None},
        "owed": [spoken(missing.why, language) for missing in told],
        "comment": any(missing.reason is Reason.COMMENT for missing in told),
        "remaining": left_words(found),
        "progress": {
            "answered": sheet.audit.answered,
            "expected": sheet.audit.expected,
            "text": done_words(sheet.audit.answered, sheet.audit.expected),
        },
    }
