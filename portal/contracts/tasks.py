"""Jobs of contracts: a version printed, the same bytes each time; one that is signed sealed, once; the calendar."""

from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts import services
from portal.contracts.deadline_notices import note_contract_deadlines
from portal.contracts.exit_notices import note_contract_exits
from portal.contracts.models import ContractVersion
from portal.core import process
from portal.jobs.ledger import Record, task
from portal.jobs.printing import keep_files, print_files
from portal.jobs.schedule import every_tick
from portal.notices.morning import every_morning

every_tick("contracts.calendar")(services.calendar_due)
every_morning("contracts.deadlines")(note_contract_deadlines)
every_morning("contracts.signings")(services.follow_signings)
every_morning("contracts.exits")(note_contract_exits)


@task("contracts.calendar")
def follow_calendar(ctx: Context, *, turn: int) -> None:
    """Move the contracts whose day has come; running it twice moves nothing more."""
    services.follow_calendar(ctx, turn)


@task("contracts.on_services")
def count_services(ctx: Context, *, vendor_id: int) -> None:
    """Count again whether contracts cover all that a vendor does; running it twice changes nothing more."""
    services.keep_standing_of(ctx, vendor_id)


@task("contracts.print", queue="pdf", outside=True, lease_seconds=400)
def print_version(ctx: Context, *, version_id: int, job_id: int) -> Record | None:
    """Write the DOCX and the PDF of a version; one that has both is left alone."""
    version = ctx.session.get_one(ContractVersion, version_id, options=[joinedload(ContractVersion.contract)])
    if version.is_printed:
        return None
    printing = print_files(
        version.tree, f"{version.contract.key}-v{version.number}-{services.spoken(version.language, version.beside)}"
    )

    def record(done: Context) -> None:
        keep_files(done, done.session.get_one(ContractVersion, version_id), printing)

    return record


@task("contracts.destroy", outside=True)
def destroy_removed_files(
    ctx: Context, *, contract_id: int, file_ids: list[int], record_ids: list[int], job_id: int
) -> Record | None:
    """Destroy the files of a contract removed after its retention, but for those that something else rests on."""
    files = services.files_to_destroy(ctx, contract_id, file_ids, record_ids)
    digests = sorted({one.sha256 for one in files})
    for key in sorted({one.key for one in files}):
        process.store().destroy(key)
    if not digests:
        return None
    return lambda done: services.note_destroyed(done, contract_id, digests)


@task("contracts.seal", queue="pdf", outside=True, lease_seconds=400)
def seal_signed_contract(ctx: Context, *, signing_id: int, job_id: int) -> Record | None:
    """Make and seal the signed copy of a contract that everybody has signed; one that is sealed is left alone."""
    return services.seal_signed_contract(ctx, signing_id)
