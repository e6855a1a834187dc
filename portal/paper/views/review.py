"""Reading a review: the sheet with its passages, one line per obligation, our clause beside theirs."""

from typing import Any

from flask import jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts.library_editions import library_of
from portal.core.errors import NotFound
from portal.paper import library_lookup, queries, review_documents, review_page, snapshot
from portal.paper.contract_check import current_readings_digest
from portal.paper.contract_sheet import (
    ContractSheet,
    PassageTag,
    render_sheet,
    requirement_marks,
    term_marks,
)
from portal.paper.models import PaperReview, PaperRuling, ReviewState
from portal.paper.review_page import ReviewPage
from portal.paper.rules.check_result import ContractVerdict
from portal.paper.rules.naming import RULED, SHORT_VERDICTS, STATUSES, VERDICTS
from portal.paper.views.blueprint import bp
from portal.paper.wording import KIND_LABELS, LANGUAGES, PRINTS, VERDICT_LOOKS
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _, current_language, said


@bp.route("/<int:review_id>")
@requires(Permission.PAPER_VIEW)
def show(review_id: int) -> ResponseReturnValue:
    """A contract received: what it says of each obligation, and where."""
    review = queries.get_review(current(), review_id, to=Permission.PAPER_VIEW, whole=True)
    return render_review(review), 200


def render_review(review: PaperReview, form: Any = None, requirement: str = "") -> str:
    """The page of a review; `form` is one sent back for a line."""
    if review.state is not ReviewState.CHECKED:
        return _waiting(review)
    ctx, language = current(), current_language()
    rulings = queries.last_rulings(ctx, review.id)
    shown = review_page.build_review_page(review, rulings, language)
    prints = queries.prints_of(ctx, review)
    verdict = review.verdict or shown.check.verdict
    return render_template(
        "paper/show.html", review=review, shown=shown, sheet=_sheet(shown), form=form, faulty=requirement,
        verdict=_verdict(verdict), prints=prints, unprinted=queries.given_up_prints(ctx, prints), print_names=PRINTS,
        titles_of=lambda names: ", ".join(line.title for line in shown.lines if line.id in names),
        offered=review_documents.document_kinds(), remarks=[said(remark) for remark in shown.document.remarks],
        is_outdated=review.rulebook_sha256 != current_readings_digest(), languages=LANGUAGES,
        statuses=[(status, words.said_in(language)) for status, words in RULED.items()],
        status_words={status: words.said_in(language) for status, words in STATUSES.items()},
        may_review=ctx.can(Permission.PAPER_REVIEW, review), short=SHORT_VERDICTS[verdict].said_in(language),
        look=VERDICT_LOOKS[verdict], reason=shown.check.reason.said_in(language), kinds=KIND_LABELS,
    )  # fmt: skip


def _waiting(review: PaperReview) -> str:
    return render_template(
        "paper/waiting.html",
        review=review,
        is_given_up=review.id in queries.given_up_checks(current(), [review]),
        refusal=said(snapshot.thaw_sentence(review.refusal)) if review.refusal else "",
        may_review=current().can(Permission.PAPER_REVIEW, review),
    )


def _verdict(verdict: ContractVerdict) -> str:
    """The sentence of the verdict at the head of the page."""
    return VERDICTS[verdict].said_in(current_language())


def _sheet(shown: ReviewPage) -> ContractSheet:
    titles = {line.id: PassageTag(line.title, line.word) for line in shown.lines}
    found = [
        *requirement_marks(shown.check.requirements, shown.statuses, titles),
        *term_marks(shown.check.terms, titles, current_language()),
    ]
    return render_sheet(
        shown.document, found, lambda n: _("page %(n)s", n=n), url_for("static", filename="img/icons.svg")
    )


@bp.route("/<int:review_id>/etat")
@requires(Permission.PAPER_VIEW)
def progress(review_id: int) -> ResponseReturnValue:
    """Whether a contract is read, for the page that waits."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW)
    over = review.state is not ReviewState.WAITING or review.id in queries.given_up_checks(ctx, [review])
    following = url_for(".show", review_id=review.id) if over else None
    return jsonify(done=int(over), total=1, message=_("Lu") if over else _("Lecture en cours"), next=following)


@bp.route("/<int:review_id>/lignes/<requirement>/comparer")
@requires(Permission.PAPER_VIEW)
def compare(review_id: int, requirement: str) -> ResponseReturnValue:
    """The other side's words on an obligation, beside our own clause."""
    ctx = current()
    review = queries.get_review(ctx, review_id, to=Permission.PAPER_VIEW, whole=True)
    if review.state is not ReviewState.CHECKED or review.language is None:
        raise NotFound()
    rulings: dict[str, PaperRuling] = dict(queries.last_rulings(ctx, review.id))
    line = review_page.build_review_page(review, rulings, current_language()).line(requirement)
    if line is None:
        raise NotFound()
    ours = library_lookup.our_clauses(requirement, review.language, library_of(ctx))
    return render_template("paper/compare.html", review=review, line=line, ours=ours)
