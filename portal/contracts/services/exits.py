"""Proving what became of the data at the end of a contract, step by step, until somebody closes it (decision 42)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.events import CertificateReceived
from portal.contracts.exit_models import ContractExit, ExitExemption, ExitProof
from portal.contracts.models import Contract
from portal.contracts.rules.exits import (
    LATEST_LIMIT,
    CertificateReading,
    ExitChoice,
    day_problem,
    holder_key,
    lacks,
    says_enough,
    statement_problem,
)
from portal.contracts.services.exit_opening import keep_open_exits
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.notices.services import tell_otherwise
from portal.vendors.rules.naming import tidy

LONGEST_WORDS = 2_000
"""Characters of what is said of a proof, a check or an exemption."""
MOST_HOLDERS = 200
"""Companies of one chain that prove something: more is a mistake of a table."""


@dataclass(frozen=True)
class DataCheck:
    """A check that the data are gone: what, how, by whom, when, and what shows it."""

    what: str
    how: str
    by: str
    on: date
    evidence: StoredFile


def choose_end_of_data(ctx: Context, row: ContractExit, choice: ExitChoice, due_on: date) -> None:
    """Say what becomes of the data, and by when everything is proved. Raises Refused on a day that cannot be."""
    _begin(ctx, row)
    if not row.ended_on <= due_on <= max(row.ended_on, ctx.today) + LATEST_LIMIT:
        raise Refused(N_("L'échéance suit la fin du contrat, d'un an au plus."))
    before, after = journal.changes(row, {"choice": choice, "due_on": due_on})
    if after:
        row.chosen_by_id = ctx.actor.id
        _note(ctx, row, "contract.exit_chosen", _in_words(after), before=_in_words(before))


def _in_words(changed: Mapping[str, Any]) -> dict[str, Any]:
    return {("exit_choice" if name == "choice" else name): value for name, value in changed.items()}


def add_holder(ctx: Context, row: ContractExit, name: str) -> ExitProof:
    """Await the certificate of another company that held the data. Raises Refused on one that is awaited already."""
    _begin(ctx, row)
    name, key = tidy(name)[:300], holder_key(name)
    if not key:
        raise Refused(N_("Donnez le nom de la société."))
    if any(one.holder_key == key for one in row.proofs):
        raise Refused(N_("Le certificat de cette société est déjà attendu."))
    if len(row.proofs) >= MOST_HOLDERS:
        raise Refused(say("Pas plus de %(most)s sociétés pour un contrat.", most=MOST_HOLDERS))
    proof = ExitProof(exit_id=row.id, vendor_id=row.vendor_id, holder=name, holder_key=key,
                      reading=CertificateReading.AWAITED)  # fmt: skip
    row.proofs.append(proof)
    ctx.session.flush()
    _note(ctx, row, "contract.exit_holder_added", {"holder": name})
    return proof


def say_no_subprocessor(ctx: Context, row: ContractExit, why: str) -> None:
    """Say why no sub-processor proves anything. Raises Refused without words, or when one is named."""
    _begin(ctx, row)
    if any(not one.is_processor for one in row.proofs):
        raise Refused(N_("Des sous-traitants ultérieurs sont nommés : chacun prouve pour lui-même."))
    if not says_enough(why):
        raise Refused(N_("Dites d'où vous tenez qu'il n'y a aucun sous-traitant ultérieur. Une phrase suffit."))
    row.no_subprocessor_why = why.strip()[:LONGEST_WORDS]
    _note(ctx, row, "contract.exit_no_subprocessor", {"why": row.no_subprocessor_why})


def receive_certificate(ctx: Context, proof: ExitProof, certified_on: date, file: StoredFile) -> None:
    """Keep the certificate of one company, handed in by its vendor or by us; it is then read, like any paper.

    Raises Refused on an empty file, or on a day that is to come or before the end of the contract.
    """
    row = proof.exit
    authorize(ctx, Permission.EVIDENCE_GIVE if ctx.actor.role.is_vendor else Permission.CONTRACT_DECIDE, proof)
    _lock(ctx, row)
    if ctx.actor.role.is_vendor and proof.reading.is_known:
        raise Refused(N_("Le certificat de cette société est déjà reçu et lu."))
    if not file.size:
        raise Refused(N_("Ce fichier est vide : il ne certifie rien."))
    if problem := day_problem(certified_on, row.ended_on, ctx.today):
        raise Refused(problem)
    proof.stored_file, proof.certified_on, proof.reading = file, certified_on, CertificateReading.WAITING
    proof.vouched_why, proof.vouched_by_id = "", None
    proof.received_at, proof.received_by_id = ctx.now, ctx.actor.id
    ctx.session.flush()
    after = {"holder": proof.holder, "certified_on": certified_on, "file": file.filename, "sha256": file.sha256}
    _note(ctx, row, "contract.certificate_received", after)
    publish(ctx, CertificateReceived(proof.id, file.id), key=f"{proof.id}:{file.id}")


def record_certificate_reading(ctx: Context, proof_id: int, file_id: int, reading: CertificateReading) -> bool:
    """Keep what the reading of a certificate shows, unless somebody was faster; returns whether it was kept."""
    options = [joinedload(ExitProof.exit).joinedload(ContractExit.contract).joinedload(Contract.vendor)]
    proof = ctx.session.get_one(ExitProof, proof_id, options=options)
    authorize(ctx, Permission.CONTRACT_DECIDE, proof.exit.contract)
    ctx.session.refresh(proof, ["reading", "stored_file_id"], with_for_update=True)
    if proof.stored_file_id != file_id or proof.reading is not CertificateReading.WAITING:
        return False
    proof.reading = reading
    after = {"holder": proof.holder, "certificate_reading": reading}
    journal.record(ctx, "contract.certificate_read", proof.exit.contract, after=after, vendor_id=proof.vendor_id)
    return True


def vouch_for_certificate(ctx: Context, proof: ExitProof, words: str) -> None:
    """Say what a certificate that could not be read here shows. Raises Refused unless it names the company."""
    row = proof.exit
    _begin(ctx, row)
    if proof.stored_file_id is None or proof.reading.is_known:
        raise Refused(N_("Aucun certificat de cette société n'attend d'être lu."))
    if problem := statement_problem(words, proof.holder):
        raise Refused(problem)
    proof.reading, proof.vouched_why = CertificateReading.VOUCHED, words.strip()[:LONGEST_WORDS]
    proof.vouched_by_id = ctx.actor.id
    _note(ctx, row, "contract.certificate_vouched", {"holder": proof.holder, "why": proof.vouched_why})


def record_check(ctx: Context, row: ContractExit, check: DataCheck) -> None:
    """Keep the check that the data are gone. Raises Refused without words or evidence, or on a day that cannot be.

    A certificate is what the other side says; this is what one of ours saw.
    """
    _begin(ctx, row)
    if not (says_enough(check.what) and says_enough(check.how)):
        raise Refused(N_("Écrivez ce qui a été contrôlé et comment : une phrase chacun. Une case ne prouve rien."))
    if not check.by.strip():
        raise Refused(N_("Dites qui a contrôlé."))
    if not check.evidence.size:
        raise Refused(N_("Ce fichier est vide : il ne montre rien."))
    if problem := day_problem(check.on, row.ended_on, ctx.today):
        raise Refused(problem)
    row.checked_what, row.checked_how = check.what.strip()[:LONGEST_WORDS], check.how.strip()[:LONGEST_WORDS]
    row.checked_by, row.checked_on, row.check_file_id = check.by.strip()[:200], check.on, check.evidence.id
    after = {"what": row.checked_what, "how": row.checked_how, "by": row.checked_by, "checked_on": check.on,
             "file": check.evidence.filename, "sha256": check.evidence.sha256}  # fmt: skip
    _note(ctx, row, "contract.exit_checked", after)


def add_exemption(ctx: Context, row: ContractExit, what: str, basis: str, until: date) -> ExitExemption:
    """Keep what the law makes one keep, with the text that says so. Raises Refused without words or on a day past."""
    _begin(ctx, row)
    if sum(letter.isalpha() for letter in what) < 3 or not says_enough(basis):
        raise Refused(N_("Dites quelles données sont gardées, et quel texte l'impose."))
    if until <= ctx.today:
        raise Refused(N_("Ce qui n'a plus à être gardé est à effacer : donnez un jour à venir."))
    found = ExitExemption(exit_id=row.id, what=what.strip()[:500], basis=basis.strip()[:LONGEST_WORDS], until=until,
                          recorded_at=ctx.now, recorded_by_id=ctx.actor.id)  # fmt: skip
    ctx.session.add(found)
    _note(ctx, row, "contract.exit_exempted", {"what": found.what, "basis": found.basis, "until": until})
    return found


def close_exit(ctx: Context, row: ContractExit) -> None:
    """Say that everything is proved. Raises Refused with the first thing that is not."""
    authorize(ctx, Permission.CONTRACT_DRAFT, row)
    _begin(ctx, row)
    missing = list(lacks(row.state))
    if missing:
        raise Refused(missing[0])
    _close(ctx, row, {})


def close_as_kept(ctx: Context, row: ContractExit, other: Contract, why: str) -> None:
    """Close it because the data stay under another contract of the vendor. Raises Refused unless that one counts."""
    authorize(ctx, Permission.CONTRACT_DRAFT, row)
    _begin(ctx, row)
    if other.vendor_id != row.vendor_id or other.id == row.contract_id or not other.position.counts:
        raise Refused(N_("Les données ne restent que sous un autre contrat de ce sous-traitant, en vigueur et lu."))
    if not says_enough(why):
        raise Refused(N_("Dites pourquoi les données restent traitées sous cet autre contrat."))
    row.kept_under_id, row.kept_why = other.id, why.strip()[:LONGEST_WORDS]
    _close(ctx, row, {"kept_under": other.title, "why": row.kept_why})


def _close(ctx: Context, row: ContractExit, after: Mapping[str, Any]) -> None:
    row.closed_at, row.closed_by_id = ctx.now, ctx.actor.id
    _note(ctx, row, "contract.exit_closed", after)
    tell_otherwise(ctx, [f"exit:{row.id}"])
    keep_open_exits(ctx, row.vendor_id)


def _begin(ctx: Context, row: ContractExit) -> None:
    authorize(ctx, Permission.CONTRACT_DECIDE, row)
    _lock(ctx, row)


def _lock(ctx: Context, row: ContractExit) -> None:
    """Keep it to this transaction; raises Refused once it is closed."""
    hold_row(ctx.session, row)
    if not row.is_open:
        raise Refused(N_("Cette fin de contrat n'est plus ouverte : rien ne s'y ajoute."))


def _note(
    ctx: Context, row: ContractExit, action: str, after: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> None:
    ctx.session.flush()
    journal.record(ctx, action, row.contract, before=before or {}, after=after, vendor_id=row.vendor_id)
