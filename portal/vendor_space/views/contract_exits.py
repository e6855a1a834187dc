"""The end of a contract, from the vendor's side: whose certificates are awaited, and a place to hand each in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.contracts import services
from portal.contracts.exit_forms import CertificateForm
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.vendor_space import exit_queries
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendor_space.wording import due_date
from portal.vendors.services import keep_signed_copy, seal_signed_copy
from portal.web import edge
from portal.web.guard import requires, takes_files
from portal.web.text import _, said


@bp.route(f"/fins-de-contrat/<{ID}:exit_id>")
@requires(Permission.SPACE_VIEW)
def contract_exit(exit_id: int) -> ResponseReturnValue:
    """Whose certificates are awaited, and what was received."""
    return _show(exit_id)


def _show(exit_id: int, refused: int | None = None, form: CertificateForm | None = None) -> tuple[str, int]:
    ctx = edge.current()
    found = exit_queries.own_exit(ctx, exit_id)
    page = render_template(
        "vendor_space/contract_exit.html", found=found, certificates=exit_queries.own_certificates(ctx, exit_id),
        due=due_date(found.due_on), refused=refused,
        form_of=lambda proof: form if proof == refused else CertificateForm(formdata=None, prefix=f"c{proof}-"),
        may_give=ctx.can(Permission.EVIDENCE_GIVE),
    )  # fmt: skip
    return page, form.status if form is not None else 200


@bp.route(f"/fins-de-contrat/<{ID}:exit_id>/<{ID}:proof_id>", methods=["POST"])
@requires(Permission.EVIDENCE_GIVE)
@takes_files
def give_certificate(exit_id: int, proof_id: int) -> ResponseReturnValue:
    """Hand in the certificate of one company."""
    exit_queries.awaited_certificate(edge.current(), exit_id, proof_id)
    form = CertificateForm(prefix=f"c{proof_id}-")
    if form.submitted():
        try:
            # The database is let go of while the file is sealed: nobody waits for a slow upload.
            edge.release()
            blob = seal_signed_copy(form.file.data.stream, form.file.data.filename)
            ctx = edge.current()
            proof = exit_queries.awaited_certificate(ctx, exit_id, proof_id)
            services.receive_certificate(ctx, proof, form.certified_on.data, keep_signed_copy(ctx, blob))
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)))
        else:
            flash(_("Le certificat est reçu ; il est en cours de lecture."))
            return redirect(url_for(".contract_exit", exit_id=exit_id))
    return _show(exit_id, proof_id, form)
