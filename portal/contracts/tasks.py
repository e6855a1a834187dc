"""Printing a drafted version; outside any transaction, the same bytes each time."""

from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts.models import ContractVersion
from portal.jobs.ledger import Record, task
from portal.jobs.printing import keep_files, print_files


@task("contracts.print", queue="pdf", outside=True, lease_seconds=400)
def print_version(ctx: Context, *, version_id: int, job_id: int) -> Record | None:
    """Write the DOCX and the PDF of a version; one that has both is left alone."""
    version = ctx.session.get_one(ContractVersion, version_id, options=[joinedload(ContractVersion.contract)])
    if version.is_printed:
        return None
    printing = print_files(version.tree, f"{version.contract.key}-v{version.number}-{version.language.value}")

    def record(done: Context) -> None:
        keep_files(done, done.session.get_one(ContractVersion, version_id), printing)

    return record
