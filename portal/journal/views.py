"""The page of the journal: what happened, by whom, and whether the chain holds."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, flash, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.seal import read_seal_key
from portal.journal import queries, signed_heads, wording
from portal.journal.entry_text import shown_entry
from portal.journal.models import JournalEntry
from portal.journal.nightly_checks import standing
from portal.journal.proof_checker_page import proof_checker
from portal.journal.queries import JournalFilter
from portal.web.downloads import attached
from portal.web.edge import current, undo
from portal.web.forms import typed_day
from portal.web.frozen import FrozenHtml
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import current_language, said

LINES = FrozenHtml(most=1000)
"""Some 700 bytes each."""

bp = Blueprint("journal", __name__, url_prefix="/journal")


@bp.route("")
@requires(Permission.JOURNAL_VIEW)
def index() -> ResponseReturnValue:
    """The journal, newest first; each entry shown is checked against its own hash."""
    ctx = current()
    wanted = JournalFilter(
        words=request.args.get("q", "").strip(), family=request.args.get("objet", ""),
        since=_day("du"), until=_day("au"), vendor_id=request.args.get("prestataire", type=row_number),
    )  # fmt: skip
    page = page_asked()
    found = queries.entries(ctx, wanted, page=page)
    sound = {row.id: queries.is_sound(row) for row in found.rows}
    return render_template(
        "journal/index.html", entries=[_line(row, is_sound=sound[row.id]) for row in found.rows],
        unsound=[i for i, is_sound in sound.items() if not is_sound], found=found,
        filtered=wanted != JournalFilter(), families=_families(),
        head=queries.head(ctx), checked=standing(ctx.session, ctx.now),
    )  # fmt: skip


def _line(entry: JournalEntry, *, is_sound: bool) -> str:
    """An entry as HTML: kept by its hash while its content is what that hash says, and who it names is known."""

    def made() -> str:
        shown = replace(shown_entry(entry, is_sound=is_sound), url=url_for(".entry", number=entry.id))
        return str(get_template_attribute("journal/_changes.html", "line")(shown))

    # Who an entry names may be erased since: what is read of it is part of the key.
    named = repr((entry.actor_name, entry.object_label, entry.before, entry.after))
    read = (entry.hash, entry.id, current_language(), hash(named))
    return LINES.of(read, made) if is_sound else Markup(made())  # noqa: S704


@bp.route("/<int:number>")
@requires(Permission.JOURNAL_VIEW)
def entry(number: int) -> ResponseReturnValue:
    """One entry, whether it is what its hash says, and how to prove it to somebody else."""
    row = queries.get_entry(current(), number)
    is_sound = queries.is_sound(row)
    return render_template("journal/entry.html", entry=shown_entry(row, is_sound=is_sound), row=row, sound=is_sound)


@bp.route("/<int:number>/preuve", methods=["POST"])
@requires(Permission.JOURNAL_VIEW)
def prove(number: int) -> ResponseReturnValue:
    """The file that proves one entry, and nothing of any other."""
    try:
        proof = signed_heads.prove_entry(current(), number)
    except Refused as error:
        undo()
        flash(said(error.sentence), "danger")
        return redirect(url_for(".entry", number=number))
    return attached(Response(proof, mimetype="application/json"), f"preuve-ecriture-{number}.json")


@bp.route("/verificateur")
@requires(Permission.JOURNAL_VIEW)
def checker() -> ResponseReturnValue:
    """The page that checks proofs without this portal, as a file."""
    told = process.settings()
    try:
        page = proof_checker(read_seal_key(told.seal_source), told.organisation)
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(url_for(".verification"))
    # A file to keep: no browser opens it within the portal, whose pages run nothing without a nonce.
    return attached(Response(page, mimetype="application/octet-stream"), "verifier-une-preuve.html")


@bp.route("/verification")
@requires(Permission.JOURNAL_VIEW)
def verification() -> ResponseReturnValue:
    """Re-read the chain and say whether it holds."""
    found = queries.verify_end(current())
    return render_template("journal/verification.html", found=found, broken=found.report.broken)


def _families() -> list[tuple[str, str]]:
    """The objects the journal speaks of, as the page filters by them."""
    return sorted(
        ((family, said(wording.FAMILIES[family])) for family in wording.FAMILIES), key=lambda pair: pair[1].casefold()
    )


def _day(name: str) -> date | None:
    """A day of the query string; what is not one filters nothing."""
    return typed_day(request.args.get(name, ""))
