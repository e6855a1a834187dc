"""What a file handed in is: held here or not, sealed by whom, changed or not. Nothing of it is kept."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import file_check
from portal.contracts.file_check import HeldFile, ReadFile
from portal.contracts.forms import VerifyForm
from portal.contracts.views.blueprint import bp
from portal.contracts.wording import SEAL_BADGES, SEAL_REASONS
from portal.core.errors import Refused
from portal.web import edge
from portal.web.guard import requires, takes_files


@bp.route("/verifier", methods=["GET", "POST"])
@requires(Permission.CONTRACT_VIEW)
@takes_files
def verify() -> ResponseReturnValue:
    """Ask what a file is; contracts out of reach are not confirmed to exist."""
    form = VerifyForm()
    read: ReadFile | None = None
    held: tuple[HeldFile, ...] = ()
    if form.submitted():
        try:
            # The database is let go of while the file is read apart: nobody waits for it.
            edge.release()
            read = file_check.read_file(form.file.data.stream.read(file_check.MOST_BYTES + 1))
            held = file_check.held_as(edge.current(), read.sha256)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "contracts/verify.html", form=form, read=read, held=held, badges=SEAL_BADGES, reasons=SEAL_REASONS
    )
    return page, form.status
