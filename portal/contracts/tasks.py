"""Printing a drafted version; outside any transaction, the same bytes each time."""

from io import BytesIO

from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts.models import ContractVersion
from portal.core import process
from portal.core.documents.freezing import thaw
from portal.core.documents.printing import print_in_child, write_in_child
from portal.core.stored import keep
from portal.jobs.ledger import Record, task

PRINTING_SECONDS = 180


@task("contracts.print", queue="pdf", outside=True, lease_seconds=400)
def print_version(ctx: Context, *, version_id: int, job_id: int) -> Record | None:
    """Write the DOCX and the PDF of a version; one that has both is left alone."""
    version = ctx.session.get_one(ContractVersion, version_id, options=[joinedload(ContractVersion.contract)])
    if version.docx_file_id is not None and version.pdf_file_id is not None:
        return None
    document = thaw(version.tree)
    name = f"{version.contract.key}-v{version.number}-{version.language.value}"
    word = process.store().put(
        BytesIO(write_in_child(document, PRINTING_SECONDS)), filename=f"{name}.docx", allowed={"docx"}
    )
    pdf = process.store().put(
        BytesIO(print_in_child(document, PRINTING_SECONDS)), filename=f"{name}.pdf", allowed={"pdf"}
    )

    def record(done: Context) -> None:
        row = done.session.get_one(ContractVersion, version_id)
        if row.docx_file_id is None:
            row.docx_file_id = keep(done.session, word, at=done.now).id
        if row.pdf_file_id is None:
            row.pdf_file_id = keep(done.session, pdf, at=done.now).id

    return record
