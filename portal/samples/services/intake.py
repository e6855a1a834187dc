"""What a vendor sends for a sample: its full list to draw from, its cases, corrections, the names of its columns."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.files import Blob
from portal.core.language import N_, Sentence, say
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile, blob_of, keep
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.samples import file_check, file_reading, law_files, queries
from portal.samples.file_check import FileCheck, freeze_problems
from portal.samples.models import CaseSample, SampleColumns, SampleState
from portal.samples.rules import sampling
from portal.samples.rules.columns import FIELDS
from portal.samples.rules.personal_data import is_personal
from portal.samples.services.measurement import queue_next_part

LONGEST_CELL = 200
MOST_CORRECTIONS = 2000
_LINE = expression(r"[1-9][0-9]{0,6}")
_CLOSED = N_("Cet échantillon est clos : il n'attend plus rien.")


def draw(ctx: Context, sample: CaseSample, references: Sequence[str]) -> tuple[str, ...]:
    """Draw the cases asked for from the vendor's full list; the seed gives the same ones again.

    A list shorter than the sample is taken whole. Raises Refused when it names a case twice, or on a second draw.
    """
    authorize(ctx, Permission.SAMPLE_SEND, sample)
    hold_row(ctx.session, sample)
    if sample.state is not SampleState.ASKED:
        raise Refused(N_("Des dossiers ont déjà été envoyés : le tirage ne change plus."))
    if sample.drawn:
        raise Refused(N_("Le tirage est fait : il ne se refait pas."))
    try:
        drawn = sampling.draw(references, min(sample.size, len(references)), sample.seed)
    except ValueError as error:
        raise Refused(getattr(error, "sentence", str(error))) from error
    sample.listed, sample.drawn = len(references), list(drawn)
    ctx.session.flush()
    journal.record(
        ctx, "sample.drawn", sample, after={"listed": sample.listed, "size": len(drawn), "seed": sample.seed}
    )
    return drawn


def name_columns(ctx: Context, sample: CaseSample, fields: Mapping[str, str]) -> None:
    """Remember how this vendor names its columns; plain header to field, empty to leave a column out."""
    authorize(ctx, Permission.SAMPLE_SEND, sample)
    hold_row(ctx.session, sample)
    _must_be_open(sample)
    words = law_files.health_words()
    if any(len(title) > LONGEST_CELL or is_personal(title, words) for title in fields):
        raise Refused(N_("Un nom de colonne est trop long, ou contient une donnée personnelle : rien n'est noté."))
    known = {field.value for field in FIELDS[sample.kind]}
    if unknown := sorted(set(fields.values()) - known - {""}):
        raise Refused(N_("Ces champs n'existent pas : %(names)s."), names=", ".join(unknown))
    row = ctx.session.scalar(
        select(SampleColumns).where(SampleColumns.vendor_id == sample.vendor_id, SampleColumns.kind == sample.kind)
    )
    if row is None:
        row = SampleColumns(vendor_id=sample.vendor_id, kind=sample.kind, fields={})
        ctx.session.add(row)
    before = dict(row.fields)
    row.fields = before | dict(fields)
    ctx.session.flush()
    if row.fields != before:
        journal.record(ctx, "sample.columns", sample, before={"fields": before}, after={"fields": row.fields})


def receive(ctx: Context, sample: CaseSample, stored: StoredFile) -> None:
    """Take in a file of cases; it replaces one that was to be corrected, and is read by a job."""
    authorize(ctx, Permission.SAMPLE_SEND, sample)
    hold_row(ctx.session, sample)
    _must_be_open(sample)
    before, after = journal.changes(
        sample, {"state": SampleState.READING, "file_id": stored.id, "attempt": sample.attempt + 1}
    )
    sample.file = stored
    sample.corrections, sample.problems, sample.problem_count = {}, [], 0
    ctx.session.flush()
    journal.record(ctx, "sample.received", sample, before=before, after={**after, "sha256": stored.sha256})
    _promise(ctx, sample)


def correct(
    ctx: Context, sample: CaseSample, given: Mapping[str, Mapping[str, str]], *, seen: int | None = None
) -> None:  # fmt: skip
    """Keep what was written in place of bad cells, by line and field, and have the file read again with it.

    `seen` is the attempt whose problems the page showed: lines of a file replaced since are not those of the new one.
    Raises Refused on personal data in excess (RGPD art. 5(1)(c)), as of a file: nothing of it is kept.
    """
    authorize(ctx, Permission.SAMPLE_SEND, sample)
    hold_row(ctx.session, sample)
    if sample.state is not SampleState.TO_CORRECT or sample.file_id is None:
        raise Refused(N_("Il n'y a rien à corriger pour l'instant."))
    if seen is not None and seen != sample.attempt:
        raise Refused(N_("Le fichier a été remplacé ou corrigé entre-temps : reprenez sur cette page, à jour."))
    kept = _sound(sample, given)
    merged = {line: dict(cells) for line, cells in sample.corrections.items()}
    for line, cells in kept.items():
        merged.setdefault(line, {}).update(cells)
    if sum(map(len, merged.values())) > MOST_CORRECTIONS:
        raise Refused(N_("Trop de cellules à corriger ici : corrigez le fichier et envoyez-le de nouveau."))
    sample.corrections, sample.state, sample.attempt = merged, SampleState.READING, sample.attempt + 1
    ctx.session.flush()
    journal.record(ctx, "sample.corrected", sample, after={"corrections": kept})
    _promise(ctx, sample)


def _sound(sample: CaseSample, given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What may be kept of corrections: known fields of lines that a file can have, without personal data in excess."""
    labels = {field.value: field.label for field in FIELDS[sample.kind]}
    words = law_files.health_words()
    kept: dict[str, dict[str, str]] = {}
    for line, cells in given.items():
        if not _LINE.fullmatch(line):
            continue
        for field, text in cells.items():
            if field not in labels:
                continue
            if is_personal(text, words):
                raise Refused(
                    say(
                        "Ligne %(line)s, « %(field)s » : ce que vous avez écrit contient une donnée personnelle de "
                        "trop (adresse, numéro ou mot sur la santé). Rien n'est enregistré : écrivez autre chose.",
                        line=line, field=Sentence(labels[field]),
                    )
                )  # fmt: skip
            kept.setdefault(line, {})[field] = text.strip()[:LONGEST_CELL]
    return kept


def check_received(ctx: Context, sample: CaseSample) -> tuple[FileCheck, Blob | None]:
    """Read the file received, with the corrections made since; what can be measured is sealed apart."""
    if sample.file is None:
        raise Refused(_CLOSED)
    data, wanted = b"".join(process.store().open(blob_of(sample.file))), queries.file_expectations(ctx, sample)
    examined, clean = file_reading.check_file(data, sample.file.filename, wanted)
    if not examined.is_sound:
        return examined, None
    name = f"echantillon-{sample.id}-{sample.attempt}.csv"
    return examined, process.store().put(
        BytesIO(clean), filename=name, allowed={"csv"}, max_bytes=file_check.MOST_BYTES
    )


def check_now(ctx: Context, sample: CaseSample) -> None:
    """Read a small file while its sender waits; the job that was to do it will find it done."""
    authorize(ctx, Permission.SAMPLE_SEND, sample)
    if sample.state is SampleState.READING:
        examined, blob = check_received(ctx, sample)
        record_check(
            ctx, sample, sample.attempt, examined, None if blob is None else keep(ctx.session, blob, at=ctx.now)
        )


def record_check(ctx: Context, sample: CaseSample, attempt: int, examined: FileCheck, kept: StoredFile | None) -> None:
    """Note what a reading found: what is to be corrected, or that measuring may begin; a late reading is left alone."""
    hold_row(ctx.session, sample)
    if sample.state is not SampleState.READING or sample.attempt != attempt:
        return
    sample.problems, sample.problem_count = freeze_problems(examined.problems), examined.count
    if kept is None:
        sample.state = SampleState.TO_CORRECT
        ctx.session.flush()
        journal.record(ctx, "sample.to_correct", sample, after={"problems": examined.count})
        return
    sample.state, sample.clean_file = SampleState.MEASURING, kept
    sample.total, sample.done = examined.cases, 0
    sample.tally, sample.flagged_cases = {}, 0
    ctx.session.flush()
    journal.record(ctx, "sample.complete", sample, after={"cases": sample.total, "sha256": kept.sha256})
    queue_next_part(ctx, sample)


def note_sender(ctx: Context, sample: CaseSample) -> None:
    """Note who sends, at the moment of sending."""
    sample.sent_at, sample.sent_by_id, sample.sent_by_name = ctx.now, ctx.actor.id, ctx.actor.name


def _must_be_open(sample: CaseSample) -> None:
    if not sample.state.is_with_vendor:
        raise Refused(_CLOSED)


def _promise(ctx: Context, sample: CaseSample) -> None:
    note_sender(ctx, sample)
    ctx.session.flush()
    enqueue(
        ctx, "withdrawals.read", {"sample_id": sample.id, "attempt": sample.attempt},
        dedup=f"withdrawals.read:{sample.id}:{sample.attempt}",
    )  # fmt: skip
