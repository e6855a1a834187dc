"""One section at a time: shown, saved whole by its form, or one answer at a time by the page's script."""

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.audits import services, thread_queries
from portal.audits.queries import AuditAnswers
from portal.audits.services import PostedAnswer, SavedSection
from portal.audits.standing_answers import asked_of, held_proofs
from portal.authz.context import authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.stale import StaleWrite
from portal.evidence.queries import pieces_of
from portal.questionnaires.definition import NO_ANSWER
from portal.questionnaires.kinds.countries import country_names
from portal.questionnaires.rules.completing import MissingReason, is_answered
from portal.scorecards.queries import spared_in
from portal.vendor_space import queries
from portal.vendor_space.answer_conflict import answer_conflict
from portal.vendor_space.answer_form import NO_VERSION, read_answers, read_base
from portal.vendor_space.audit_page import AuditPage, audit_page, without_spared
from portal.vendor_space.exchange_page import PartHere, part_here, part_url
from portal.vendor_space.offered_pieces import piece_shelf
from portal.vendor_space.own_remarks import own_remarks
from portal.vendor_space.page_labels import page_labels
from portal.vendor_space.questionnaire_text import QuestionnaireText, SectionText, questionnaire_text
from portal.vendor_space.section_page import RefusedEntries, SectionContext, base_of, question_blocks, typed_answer
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page, page_urls, refusal_json
from portal.vendor_space.views.joining_pieces import join_pieces, offers
from portal.vendor_space.wording import answered_words, confirmed_words, due_date, left_of_part, left_words, saved_at
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, current_language, said

EDITING = "modifier"
"""The argument of an address that opens a section to be edited, from the page of all the answers held, and leads back.

It names the question that was chosen; the others of the section are open to be edited too.
"""


@bp.route(f"/audits/<{ID}:audit_id>/sections/<section_key>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def section(audit_id: int, section_key: str) -> ResponseReturnValue:
    """A section: its questions, or all its answers saved at once."""
    if request.method == "POST":
        authorize(edge.current(), Permission.AUDIT_ANSWER)
        return _save(audit_id, section_key)
    page = open_audit_page(audit_id)
    return _page(page, _section(page.text, section_key), RefusedEntries())


def _section(text: QuestionnaireText, key: str) -> SectionText:
    found = text.section(key)
    if found is None:
        raise NotFound()
    return found


def _save(audit_id: int, section_key: str) -> ResponseReturnValue:
    ctx, language = edge.current(), current_language()
    sheet = services.open_answers_to_write(ctx, audit_id)
    part = _section(questionnaire_text(sheet.questionnaire, language), section_key)
    act, _sep, what = request.form.get("then", "").partition(":")
    questions = [text.question for text in part.questions]
    given = read_answers(request.form, questions, without=what if act == "retirer" else "")
    entries = _settled_entries(given.entries, act, what)
    try:
        kept = services.save_section(ctx, sheet, [e for key, e in entries.items() if key not in given.refused])
    except Refused as over:
        flash(said(over.sentence), "warning")
        return redirect(url_for(".audit", audit_id=audit_id))
    if act in {"rien", "confirmer"}:
        kept, count = _confirmed(kept, part, entries, what if act == "confirmer" else None)
        _say_confirmed(count)
    early = {key: refusal for key, refusal in given.refused.items() if key in kept.sheet.open_keys}
    posted = RefusedEntries(entries, {**early, **kept.refused})
    if not posted.refused:
        page = audit_page(kept.sheet, language)
        if act in {"joindre", "partout"}:
            return redirect(_section_url(page, part, join_pieces(kept.sheet, act, what)))
        if act in {"suite", "rien", "confirmer"} and (after := _after_given_part(kept.sheet, part)):
            return redirect(after)
        if act in {"suite", "rien"} and EDITING in request.args:
            return redirect(url_for(".carried", audit_id=audit_id))
        confirms = act in {"rien", "confirmer"}
        return redirect(_after_confirming(page, part) if confirms else _next_url(page, part, kept, act, what))
    # What could be saved is: the person corrects the rest on the page that comes back.
    edge.commit_despite_error()
    page = audit_page(kept.sheet, language)
    shown = _page(page, _section(page.text, part.key), posted)
    return shown, 409 if all(isinstance(r, StaleWrite) for r in posted.refused.values()) else 422


def _confirmed(
    kept: SavedSection, part: SectionText, entries: Mapping[str, PostedAnswer], key: str | None
) -> tuple[SavedSection, int]:
    """After « Rien n'a changé », or « Toujours exact » of one question; and how many answers this confirmed."""
    ctx, seen = edge.current(), {key: entry.seen for key, entry in entries.items()}
    if key is None:
        after = services.confirm_section(ctx, kept.sheet, part.key, seen)
    else:
        after = services.confirm_answers(ctx, kept.sheet, [key], seen)
    return replace(kept, sheet=after), len(after.answers) - len(kept.sheet.answers)


def _say_confirmed(count: int) -> None:
    flash(confirmed_words(count))


def _settled_entries(entries: Mapping[str, PostedAnswer], act: str, what: str) -> dict[str, PostedAnswer]:
    """The answers to save, once the person has settled a conflict: theirs stands, or mine over the one I have seen."""
    found = dict(entries)
    if act == "leur":
        found.pop(what, None)
    if act == "mien" and what in found:
        base, seen = read_base(request.form.get(f"{what}:seen", ""))
        old = found[what]
        found[what] = PostedAnswer(what, old.posted, old.comment, base, seen)
    return found


def _next_url(page: AuditPage, part: SectionText, kept: SavedSection, act: str, what: str) -> str:
    question = what.partition(":")[0]
    is_here = any(text.key == question for text in part.questions)
    elsewhere = _page_of_act(page, part, act, what, question if is_here else None)
    if elsewhere is not None:
        return elsewhere
    if act in {"ligne", "retirer", "mien", "leur"} and is_here:
        return _section_url(page, part, question, one_more=act == "ligne")
    appeared = [
        text.key for text in part.questions if text.key in kept.appeared and not _is_answered(kept.sheet, text.key)
    ]
    if appeared:
        flash(_("Enregistré. Une de vos réponses a fait apparaître une question : la voici."), "info")
        return _section_url(page, part, appeared[0])
    flash(_("Vos réponses sont enregistrées."))
    return _section_url(page, part) if act == "ici" else _following_url(page, part)


def _page_of_act(page: AuditPage, part: SectionText, act: str, what: str, question: str | None) -> str | None:
    """The page that an act on a question, on a file or on the section leads to, once what was typed is saved."""
    audit_id = page.sheet.audit.id
    if act == "section" and page.text.section(what):
        return url_for(".section", audit_id=audit_id, section_key=what)
    if act == "piece" and what.isascii() and what.isdigit():
        return url_for(".proof", audit_id=audit_id, link_id=int(what[:9]))
    if act == "confier" and (question or not what):
        return url_for(".give_part", audit_id=audit_id, section_key=part.key, question=question or None)
    pages = {"fichiers": ".upload", "demander": ".thread"}
    if question is not None and act in pages:
        return url_for(pages[act], audit_id=audit_id, question=question)
    return None


def _given_here(sheet: AuditAnswers, part: SectionText) -> PartHere | None:
    """The part that this page was opened for, when a colleague asks for it."""
    return part_here(edge.current(), sheet, part.key, request.args.get("confie", type=int))


def _after_given_part(sheet: AuditAnswers, part: SectionText) -> str | None:
    """Whoever answers what a colleague gave stays on it until nothing is left in it; none on any other page."""
    given = _given_here(sheet, part)
    if given is None:
        return None
    if not given.is_mine:
        flash(_("Vos réponses sont enregistrées."))
        return part_url(given.row)
    spared = spared_in(edge.current(), sheet)
    left = services.finish_part(edge.current(), replace(sheet, spared=spared), given.row)
    if left:
        flash(left_of_part(len(left)), "info")
        return f"{part_url(given.row)}#q-{left[0]}"
    flash(_("C'est fait. %(who)s le lira dans son point du jour.", who=given.row.given_by_name))
    return url_for(".home")


def _after_confirming(page: AuditPage, part: SectionText) -> str:
    """What is left in the section, else the next one with something left, else the last look before sending."""
    owed = {missing.question for missing in page.sheet.missing}
    here = [text.key for text in part.questions if text.key in owed]
    if here:
        return _section_url(page, part, here[0])
    after = [state.text for state in page.sections if state.text.number > part.number and not state.is_done]
    if after:
        return _section_url(page, after[0])
    return url_for(".review_before_sending", audit_id=page.sheet.audit.id)


def _section_url(page: AuditPage, part: SectionText, question: str = "", *, one_more: bool = False) -> str:
    return url_for(
        ".section",
        audit_id=page.sheet.audit.id,
        section_key=part.key,
        ligne=question if one_more else None,
        confie=request.args.get("confie", type=int),
        modifier=request.args.get(EDITING),
        _anchor=f"q-{question}" if question else None,
    )


def _is_answered(sheet: AuditAnswers, key: str) -> bool:
    question = sheet.questionnaire.question(key)
    return question is not None and is_answered(question, sheet.answers.get(key, NO_ANSWER))


def _following_url(page: AuditPage, part: SectionText) -> str:
    following = _following(page, part)
    if following is None:
        return url_for(".review_before_sending", audit_id=page.sheet.audit.id)
    return url_for(".section", audit_id=page.sheet.audit.id, section_key=following.key)


def _following(page: AuditPage, part: SectionText) -> SectionText | None:
    """The section after this one; in a returned round, or when answers were proposed, the next with something left."""
    returned = page.sheet.round.number > 1 and page.sheet.audit.state.is_with_vendor
    after = [state for state in page.sections if state.text.number > part.number and state.is_asked]
    skips = page.sheet.audit.carries and page.sheet.audit.state.is_with_vendor
    left = [state for state in after if not (returned and not state.problems) and not (skips and state.is_done)]
    return left[0].text if left else None


def _page(page: AuditPage, part: SectionText, posted: RefusedEntries) -> str:
    ctx, audit = edge.current(), page.sheet.audit
    earlier = held_proofs(ctx, audit.vendor_id) if page.sheet.proposed else {}
    asked = asked_of(page.sheet.questionnaire, page.sheet.held, earlier, page.sheet.proposed, ctx.today)
    files = audits.files_of(ctx, audit)
    pieces = pieces_of(ctx, audit.vendor_id, to=Permission.SPACE_VIEW)
    shelf = piece_shelf(page.sheet, pieces, files, asked, ctx.today)
    context = SectionContext(
        asked=asked,
        earlier_files=earlier,
        today=ctx.today,
        files=files,
        remarks=own_remarks(ctx, page.sheet, files),
        messages=queries.reviewer_messages(ctx, audit),
        says_unanswered="reste" in request.args,
        may_answer=ctx.can(Permission.AUDIT_ANSWER),
    )
    spared = spared_in(ctx, page.sheet, files)
    left, page = left_words(page), without_spared(page, spared, current_language())
    before = [state.text for state in page.sections if state.text.number < part.number and state.is_asked]
    given = _given_here(page.sheet, part)
    blocks = question_blocks(page, part, context, posted, current_language())
    if given is not None and given.question_key:
        blocks = [block for block in blocks if block.key == given.question_key]
    return render_template(
        "vendor_space/section.html",
        page=page,
        audit=audit,
        part=part,
        steps=_steps(page, part),
        blocks=blocks,
        optional=0 if page.sheet.missing else len(spared),
        refused=[block for block in blocks if block.key in posted.refused],
        previous=before[-1] if before else None,
        next=_following(page, part),
        due=due_date(audit.due_on),
        left=left,
        done=answered_words(audit.answered, audit.expected),
        unchanged=sum(b.is_shown and b.is_open and b.proposed is not None and not b.proposed.asks for b in blocks),
        one_more=request.args.get("ligne", "") or request.args.get(EDITING, ""),
        edited=request.args.get(EDITING),
        drafts=f"{ctx.actor.id}:{audit.id}",
        given=given,
        urls=page_urls(
            audit.id,
            has_files=bool(shelf.pieces),
            offers=offers(shelf, part),
            threads=thread_queries.threads_of(ctx, audit.id),
        ),
        countries=country_names(current_language()).values() if any(b.text.takes_countries for b in blocks) else (),
    )


def _steps(page: AuditPage, part: SectionText) -> list[dict[str, object]]:
    return [
        {
            "title": state.text.title,
            "url": url_for(".section", audit_id=page.sheet.audit.id, section_key=state.text.key),
            # A mark is given to a section where nothing is left, not even to take up again.
            "done": state.done if state.is_done else min(state.done, state.total - 1),
            "total": state.total,
            "problems": state.problems,
            "current": state.text.key == part.key,
        }
        for state in page.sections
        if state.is_asked or state.text.key == part.key
    ]


@bp.route(f"/audits/<{ID}:audit_id>/reponses/<question>", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def answer(audit_id: int, question: str) -> ResponseReturnValue:
    """One answer, saved while the person goes on; the page's script shows what comes back."""
    ctx, language = edge.current(), current_language()
    sheet = services.open_answers_to_write(ctx, audit_id)
    asked = sheet.questionnaire.question(question)
    if asked is None:
        raise NotFound()
    given = read_answers(request.form, [asked])
    entry = given.entries.get(question, PostedAnswer(question, None, None, NO_VERSION))
    try:
        if question in given.refused:
            raise given.refused[question]
        saved = services.save_posted_answer(ctx, sheet, entry)
    except StaleWrite as stale:
        both = answer_conflict(asked, typed_answer(entry), stale.theirs, language)
        html = render_template("vendor_space/_conflict.html", conflict=both, key=question, words=page_labels(language))
        return refusal_json(stale, 409, html=html)
    except Refused as refusal:
        return refusal_json(refusal)
    edge.release()  # it is kept: nobody waits for what the page will show of it
    return {"message": saved_at(ctx.now), **saved_state(saved.sheet, question)}


def saved_state(sheet: AuditAnswers, question: str) -> dict[str, object]:
    """What a page shows once an answer, or a file, is kept."""
    language = current_language()
    page = audit_page(sheet, language)
    owed = [missing for missing in sheet.missing if missing.question == question]
    said_now = owed if _is_answered(sheet, question) else []
    remarked = [remark.said for remark in own_remarks(edge.current(), sheet).get(question, ())]
    return {
        "base": base_of(sheet, question),
        "version": sheet.versions.get(question, 0),
        "visible": _numbers_beside(sheet, question),
        "owed": [said(why) for why in (*(missing.why for missing in said_now), *remarked)],
        "comment": any(missing.reason is MissingReason.COMMENT for missing in said_now),
        "remaining": left_words(page),
        "progress": {
            "answered": sheet.audit.answered,
            "expected": sheet.audit.expected,
            "text": answered_words(sheet.audit.answered, sheet.audit.expected),
        },
    }


def _numbers_beside(sheet: AuditAnswers, question: str) -> dict[str, str]:
    """The number of each question of the same section, empty for one that is not asked."""
    here = next(part for part in sheet.questionnaire.sections if question in {one.key for one in part.questions})
    return {one.key: sheet.numbers.get(one.key, "") for one in here.questions}
