"""Lists: the reviews, a batch as a table of contracts against obligations, lawyers' words as labelled data."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.spreadsheets import Value, write_csv, write_xlsx
from portal.paper import library_lookup, queries, snapshot
from portal.paper.models import PaperBatch, ReviewState
from portal.paper.queries import ExportedRuling, ReviewFilter, ReviewRow
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.naming import REQUIREMENTS, SHORT_VERDICTS, STATUSES
from portal.paper.views.blueprint import bp
from portal.paper.wording import GRAVEST, STATUS_LOOKS, VERDICT_LOOKS
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, ngettext, said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("")
@requires(Permission.PAPER_VIEW)
def index() -> ResponseReturnValue:
    """Every contract received within reach, newest first, and the newest batches."""
    ctx = current()
    verdict = request.args.get("conclusion", "")
    wanted = ReviewFilter(
        request.args.get("q", "").strip(),
        request.args.get("sous-traitant", type=row_number),
        ContractVerdict(verdict) if verdict in set(ContractVerdict) else None,
    )
    page = page_asked()
    found = queries.reviews(ctx, wanted, page=page)
    return render_template(
        "paper/index.html", found=found, wanted=wanted,
        vendors=queries.vendors_with_reviews(ctx), batches=queries.recent_batches(ctx),
        unread=queries.given_up_checks(ctx, found.rows),
        verdicts=[(verdict.value, _words(words)) for verdict, words in SHORT_VERDICTS.items()],
        looks=VERDICT_LOOKS, states=ReviewState, contract=library_lookup.contract_obligations(),
    )  # fmt: skip


def _words(words: Any) -> str:
    return str(words.said_in(current_language()))


@bp.route("/lots/<int:batch_id>")
@requires(Permission.PAPER_VIEW)
def batch(batch_id: int) -> ResponseReturnValue:
    """A batch: how far it is, and its contracts against the main obligations."""
    ctx = current()
    found = queries.get_batch(ctx, batch_id)
    rows = queries.batch_rows(ctx, found)
    unread = queries.given_up_checks(ctx, rows)
    over = _over(rows, unread)
    contract = library_lookup.contract_obligations()
    return render_template(
        "paper/batch.html", batch=found, rows=rows, unread=unread, over=over, progress=_progress(rows, over),
        states=ReviewState,
        requirements=list(REQUIREMENTS),
        columns=[{"label": _words(words)} for words in REQUIREMENTS.values()] + [{"label": _others()}],
        others=lambda row: _gravest(row.others(contract)), looks=VERDICT_LOOKS,
        cells={s.value: (STATUS_LOOKS[s], _words(STATUSES[s])) for s in GRAVEST},
        verdicts={verdict: _words(words) for verdict, words in SHORT_VERDICTS.items()},
        refusal=lambda row: said(snapshot.thaw_sentence(row.refusal)),
    )  # fmt: skip


def _others() -> str:
    return str(_("Autres points de l'article 28"))


def _gravest(statuses: Sequence[RequirementStatus]) -> tuple[str, str, int] | None:
    """The status to look at first, what is said of it, and how many points have it; None when nothing was read."""
    status = next((one for one in GRAVEST if one in statuses), None)
    if status is None:
        return None
    count = statuses.count(status)
    word = _words(STATUSES[status])
    return status.value, word if status.holds else _("%(status)s : %(count)s", status=word, count=count), count


def _progress(rows: Sequence[ReviewRow], over: int) -> str:
    """How many contracts were read, and of how many the reading came to nothing; `over` are those of both."""
    read = sum(row.state is ReviewState.CHECKED for row in rows)
    told = ngettext("%(num)s contrat lu sur %(total)s", "%(num)s contrats lus sur %(total)s", read, total=len(rows))
    if lost := over - read:
        return str(
            ngettext("%(told)s ; %(num)s n'a pas pu l'être", "%(told)s ; %(num)s n'ont pas pu l'être", lost, told=told)
        )
    return str(told)


def _over(rows: Sequence[ReviewRow], unread: Any) -> int:
    return sum(row.state is not ReviewState.WAITING or row.id in unread for row in rows)


@bp.route("/lots/<int:batch_id>/etat")
@requires(Permission.PAPER_VIEW)
def batch_progress(batch_id: int) -> ResponseReturnValue:
    """How many contracts of a batch are over, for the page that waits."""
    ctx = current()
    found = queries.get_batch(ctx, batch_id)
    rows = queries.batch_rows(ctx, found)
    over = _over(rows, queries.given_up_checks(ctx, rows))
    message = _progress(rows, over)
    following = url_for(".batch", batch_id=found.id) if over == len(rows) else None
    return jsonify(done=over, total=len(rows), message=message, next=following)


@bp.route("/lots/<int:batch_id>/tableau.xlsx")
@requires(Permission.PAPER_VIEW)
def batch_table(batch_id: int) -> ResponseReturnValue:
    """The table of a batch as a workbook."""
    ctx = current()
    found = queries.get_batch(ctx, batch_id)
    content = write_xlsx(found.title, *_table(found, queries.batch_rows(ctx, found)))
    return attached(Response(content, mimetype=XLSX), f"contrats-recus-{found.id}.xlsx")


def _table(found: PaperBatch, rows: Sequence[ReviewRow]) -> tuple[list[str], list[list[Value]]]:
    header = [_("Sous-traitant"), _("Fichier"), _("Langue"), _("Conclusion")]
    header += [_words(words) for words in REQUIREMENTS.values()] + [_others(), _("Refus")]
    body: list[list[Value]] = []
    contract = library_lookup.contract_obligations()
    for row in rows:
        statuses = [row.statuses.get(name) for name in REQUIREMENTS]
        body.append([
            row.vendor_name or "", row.file_name, row.language.value if row.language else "",
            _words(SHORT_VERDICTS[row.verdict]) if row.verdict else "",
            *(_words(STATUSES[RequirementStatus(status)]) if status else "" for status in statuses),
            other[1] if (other := _gravest(row.others(contract))) else "",
            said(snapshot.thaw_sentence(row.refusal)) if row.refusal else "",
        ])  # fmt: skip
    return [str(name) for name in header], body


@bp.route("/avis.<any(csv,json):kind>")
@requires(Permission.PAPER_REVIEW)
def rulings(kind: str) -> ResponseReturnValue:
    """Every lawyer's word within reach: what the check said, what the lawyer says, on which passage."""
    rows = queries.exported_rulings(current())
    if kind == "json":
        text = json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=1)
        return attached(Response(text, mimetype="application/json"), "avis-contrats-recus.json")
    header = list(_FIELDS)
    body: list[list[Value]] = [[_cell(_plain(row)[name]) for name in header] for row in rows]
    return attached(
        Response(write_csv(header, body, current_language()), mimetype="text/csv"), "avis-contrats-recus.csv"
    )


_FIELDS = (
    "review_id", "title", "vendor", "language", "requirement", "checked", "ruled", "quotes", "note", "by", "at",
)  # fmt: skip
"""Column names are those of the data, in both languages: the file feeds the measure of the check."""


def _plain(row: ExportedRuling) -> dict[str, Any]:
    return {**asdict(row), "at": row.at.isoformat()}


def _cell(value: Any) -> Value:
    return "\n".join(value) if isinstance(value, list) else value
