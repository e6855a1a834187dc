"""A mystery withdrawal under way: one step after the other, on a phone as well; then its conclusion."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.errors import NotFound, Refused
from portal.core.files import Blob
from portal.core.stale import StaleWrite
from portal.mystery import queries, services, wording
from portal.mystery.forms import ObservationForm, ReceiptForm, observation_form
from portal.mystery.models import MysteryState, MysteryTest
from portal.mystery.mystery_page import MysteryTestPage, StepRow, last_day_of, mystery_test_page
from portal.mystery.rules.script import WAYS
from portal.mystery.services import MOST_BYTES, PROOFS, ObservationInput
from portal.mystery.views.blueprint import bp
from portal.web import edge
from portal.web.downloads import download
from portal.web.edit_form import hold
from portal.web.guard import requires, takes_files
from portal.web.text import _

ACCEPT = "image/png,image/jpeg,application/pdf"
"""On a phone this offers the camera as well as the files."""


@bp.route("/tests/<int:test_id>/pas/<key>", methods=["GET", "POST"])
@takes_files
@requires(Permission.WITHDRAWAL_AUDIT)
def step(test_id: int, key: str) -> ResponseReturnValue:
    """One step: what to do, what is expected, and what was seen."""
    test, shown, line = _there(test_id, key)
    form = observation_form(line.judged.step, _shown(line))
    if not form.submitted():
        return _page(test, shown, line, form)
    try:
        blob = _sealed(form)
        ctx = edge.current()
        test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT)
        _said(test, key, form, blob)
    except StaleWrite as error:
        edge.db_session().rollback()
        form.refuse(error)
        form.seen.data = str(error.theirs.id)
        return _page(*_there(test_id, key), form)
    except Refused as error:
        edge.db_session().rollback()
        form.refuse(error)
        return _page(*_there(test_id, key), form)
    following = mystery_test_page(ctx, test).next_key(key)
    if following is None:
        flash(_("Tous les pas sont notés."))
        return redirect(url_for(".show", test_id=test.id))
    return redirect(url_for(".step", test_id=test.id, key=following))


def _there(test_id: int, key: str) -> tuple[MysteryTest, MysteryTestPage, StepRow]:
    ctx = edge.current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT)
    shown = mystery_test_page(ctx, test)
    line = shown.line(key)
    if line is None or test.state is not MysteryState.RUNNING:
        raise NotFound()
    return test, shown, line


def _shown(line: StepRow) -> dict[str, object]:
    """The first values of the form: the latest observation, or the present time."""
    last = line.latest
    if last is None:
        return {"at": edge.request_time(), "seen": "0"}
    return {"said": last.said.value, "at": last.at or edge.request_time(), "note": last.note, "seen": str(last.id)}


def _page(test: MysteryTest, shown: MysteryTestPage, line: StepRow, form: ObservationForm) -> ResponseReturnValue:
    around = [one.key for one in shown.lines]
    place = around.index(line.key)
    page = render_template(
        "mystery/step.html", test=test, found=shown, line=line, form=form, words=wording, ways=WAYS,
        previous=around[place - 1] if place else None, following=around[place + 1] if around[place + 1 :] else None,
        present=edge.request_time().astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT%H:%M:%S"), accept=ACCEPT,
        limit=MOST_BYTES // (1024 * 1024), last_day=last_day_of(test),
    )  # fmt: skip
    return page, form.status


def _sealed(form: ObservationForm) -> Blob | None:
    """Put the proof in the store, without a database connection while it is uploaded."""
    file = form.handed()
    if file is None:
        return None
    edge.release()
    return process.store().put(
        file.stream, filename=file.filename, allowed=PROOFS, max_bytes=MOST_BYTES, scanner=process.scanner()
    )


def _said(test: MysteryTest, key: str, form: ObservationForm, blob: Blob | None) -> None:
    word = ObservationInput(form.said.data, form.at.instant if "at" in form else None, form.note.data or "", blob)
    if form.held:
        services.correct_observation(edge.current(), test, key, word, seen=form.held)
    else:
        services.record_observation(edge.current(), test, key, word)


@bp.route("/tests/<int:test_id>/commande", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def receipt(test_id: int) -> ResponseReturnValue:
    """Say when the goods were received: the last day of the period follows from it."""
    ctx = edge.current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT)
    hold(test)
    form = ReceiptForm(row=test, data={"received_on": test.received_on or ctx.today, "reference": test.reference})
    if form.submitted():
        try:
            services.record_receipt(ctx, test, form.received_on.data, form.reference.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", test_id=test.id))
    return render_template("mystery/receipt.html", form=form, test=test), form.status


@bp.route("/tests/<int:test_id>/conclure", methods=["POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def conclude(test_id: int) -> ResponseReturnValue:
    """Judge a test for good."""
    ctx = edge.current()
    services.conclude_test(ctx, queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT))
    flash(_("Le test est conclu."))
    return redirect(url_for(".show", test_id=test_id))


@bp.route("/tests/<int:test_id>/preuves/<int:observation_id>")
@requires(Permission.WITHDRAWAL_VIEW)
def proof(test_id: int, observation_id: int) -> ResponseReturnValue:
    """A proof, as it was handed in."""
    ctx = edge.current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_VIEW)
    found = queries.get_proof(ctx, test, observation_id)
    if found.stored_file is None:
        raise NotFound()
    return download(found.stored_file)
