"""The signature of a version in the portal: opened by legal, followed, taken back; decision 39."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import queries, signing_queries
from portal.contracts.models import Contract
from portal.contracts.rules.life import GONE, OVER, ContractState
from portal.contracts.rules.signing_order import (
    SIGNING_DAYS,
    SignatoryEntry,
    SignatoryState,
    SignedText,
    SigningState,
    entry_problem,
    in_order,
    is_reminder_due,
    next_to_sign,
    obstacles,
    order_problem,
)
from portal.contracts.services.life import LONGEST_WHY
from portal.contracts.services.signing_letters import (
    ask_to_sign,
    remind_to_sign,
    tell_owner_of_signing,
    tell_signatories,
)
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core import process, tokens
from portal.core.clock import last_moment
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.core.seal import read_seal_key
from portal.jobs.ledger import retry
from portal.journal import services as journal

AT_ONCE = 500
"""Signatures that one morning looks at."""


def open_signing(ctx: Context, contract: Contract, number: int, entries: Iterable[SignatoryEntry]) -> ContractSigning:
    """Hand a version to its signatories, in their order; the first is written to at once.

    Its PDF is frozen by its SHA-256. Raises Refused when the text is not agreed, is not the newest, lacks something,
    when a signature is open already, when the seal has no key, or when these people cannot sign together.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    if contract.state is not ContractState.AGREED:
        raise Refused(N_("On fait signer un texte convenu : notez d'abord l'accord sur le texte."))
    if signing_queries.is_being_signed(ctx, contract.id):
        raise Refused(N_("Une signature est déjà en cours pour ce contrat."))
    version = queries.get_version(ctx, contract, number)
    newest = max(one.number for one in contract.versions)
    text = SignedText(
        number, version.signature_id is not None, version.is_printed, len(version.blanks),
        len(version.facts.get("problems", ())), str(version.facts.get("despite", "")),
    )  # fmt: skip
    for obstacle in obstacles(text, newest):
        raise Refused(obstacle)
    if contract.parent is not None and contract.parent.state in (*OVER, *GONE):
        raise Refused(N_("Le contrat que cet avenant modifie n'est plus en vigueur."))
    read_seal_key(process.settings().seal_source)
    ordered = in_order(entry for entry in entries if not entry.is_blank)
    if problem := order_problem(ordered):
        raise Refused(problem)
    if version.pdf_file is None:
        raise LookupError(f"version {version.id} is printed and has no file")
    signing = ContractSigning(
        vendor_id=contract.vendor_id, contract_id=contract.id, version_id=version.id, file_id=version.pdf_file.id,
        file_sha256=version.pdf_file.sha256, text_sha256=version.sha256, opened_by_id=ctx.actor.id, opened_at=ctx.now,
        expires_at=last_moment(ctx.today + timedelta(days=SIGNING_DAYS)),
    )  # fmt: skip
    signing.signatories = [_signatory(contract.vendor_id, entry) for entry in ordered]
    ctx.session.add(signing)
    contract.sent_number = number
    ctx.session.flush()
    people = [f"{one.rank}. {one.name}, {one.capacity} <{one.email}>" for one in signing.signatories]
    after = {"version": number, "sha256": signing.file_sha256, "signatories": people, "until": signing.expires_at}
    journal.record(ctx, "contract.signing_opened", contract, after=after)
    ask_next(ctx, signing_queries.live_signing(ctx, contract.id) or signing)
    return signing


def _signatory(vendor_id: int, entry: SignatoryEntry) -> ContractSignatory:
    seed = _seed()
    return ContractSignatory(
        vendor_id=vendor_id, rank=entry.rank, side=entry.side, name=entry.name, capacity=entry.capacity,
        email=entry.email, language=entry.language, link_seed=seed, token_hash=_hash_of(seed),
    )  # fmt: skip


def _seed() -> str:
    return f"contract-signing:{tokens.draw()}"


def _hash_of(seed: str) -> str:
    return tokens.fingerprint(tokens.derive(process.settings().secrets.tokens, seed))


def ask_next(ctx: Context, signing: ContractSigning) -> ContractSignatory | None:
    """Write to whoever signs next; none when all have signed."""
    following = next_to_sign(signing.signatories)
    if following is not None and following.state is SignatoryState.WAITING:
        following.state, following.asked_at = SignatoryState.ASKED, ctx.now
        ask_to_sign(ctx, signing, following)
    return following


def lock_signing(ctx: Context, signing_id: int) -> ContractSigning:
    """A signature kept to this transaction, with its people, as others have just left it."""
    ctx.session.flush()
    signing = ctx.session.scalars(
        select(ContractSigning)
        .options(
            selectinload(ContractSigning.signatories), joinedload(ContractSigning.contract),
            joinedload(ContractSigning.vendor), joinedload(ContractSigning.version),
        )
        .where(ContractSigning.id == signing_id)
    ).one()  # fmt: skip
    # Refreshed apart: read again as a whole, the contract would lose what its page has loaded.
    ctx.session.refresh(signing, ("state", "expires_at", "signature_id", "closed_reason"), with_for_update=True)
    for signatory in signing.signatories:
        ctx.session.refresh(signatory, _PROGRESS)
    return signing


_PROGRESS = (
    "name", "capacity", "email", "language", "state", "link_seed", "asked_at", "reminded_at", "reminders", "code_hash",
    "code_expires_at", "code_tries", "done_at",
)  # fmt: skip


def _open_signing_of(ctx: Context, contract: Contract) -> ContractSigning:
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    found = signing_queries.live_signing(ctx, contract.id)
    signing = lock_signing(ctx, found.id) if found is not None else None
    if signing is None or signing.state is not SigningState.OPEN:
        raise Refused(N_("Aucune signature n'est en cours pour ce contrat."))
    return signing


def withdraw_signing(ctx: Context, contract: Contract, why: str) -> None:
    """Take a signature back before its end: the links open nothing more, and those who had one are told.

    Raises Refused without a reason, or once everybody has signed.
    """
    signing = _open_signing_of(ctx, contract)
    if not why.strip():
        raise Refused(N_("Dites pourquoi : la raison reste au journal, et les signataires la lisent."))
    close_signing(ctx, signing, SigningState.WITHDRAWN, why)
    journal.record(ctx, "contract.signing_withdrawn", contract, after={"why": signing.closed_reason})


def close_signing(ctx: Context, signing: ContractSigning, state: SigningState, why: str) -> None:
    """End a signature otherwise than by signing; those who were asked are told, but for whoever refused."""
    signing.state, signing.closed_at, signing.closed_reason = state, ctx.now, why.strip()[:LONGEST_WHY]
    ctx.session.flush()
    told = [one for one in signing.signatories if one.state in (SignatoryState.ASKED, SignatoryState.SIGNED)]
    tell_signatories(ctx, signing, told, "contracts/emails/signing_over")


def change_signatory(ctx: Context, contract: Contract, signatory_id: int, entry: SignatoryEntry) -> ContractSignatory:
    """Name somebody else, or correct who was named, before they sign; their former link opens nothing more.

    Side and order stay. Raises Refused once they have signed, on somebody who cannot be asked, or on an address that
    another signatory has.
    """
    signing = _open_signing_of(ctx, contract)
    held = next((one for one in signing.signatories if one.id == signatory_id), None)
    if held is None:
        raise Refused(N_("Cette personne ne fait pas partie des signataires."))
    if held.state not in (SignatoryState.WAITING, SignatoryState.ASKED):
        raise Refused(say("%(name)s a déjà signé : on ne change plus cette signature.", name=held.name))
    (wanted,) = in_order([replace(entry, side=held.side)])
    if problem := entry_problem(wanted):
        raise Refused(problem)
    if any(one.email == wanted.email for one in signing.signatories if one is not held):
        raise Refused(say("Un autre signataire a déjà l'adresse %(email)s.", email=wanted.email))
    changed = {"name": wanted.name, "capacity": wanted.capacity, "email": wanted.email, "language": wanted.language}
    before, after = journal.changes(held, changed)
    if not after:
        return held
    journal.record(ctx, "contract.signatory_changed", held, before=before, after=after)
    held.code_hash, held.code_expires_at, held.code_tries = "", None, 0
    held.link_seed = _seed()
    held.token_hash = _hash_of(held.link_seed)
    if held.state is SignatoryState.ASKED:
        held.asked_at, held.reminded_at, held.reminders = ctx.now, None, 0
        ask_to_sign(ctx, signing, held)
    return held


def remind_now(ctx: Context, contract: Contract, signatory_id: int) -> ContractSignatory:
    """Remind whoever is to sign; raises Refused when it is not their turn."""
    signing = _open_signing_of(ctx, contract)
    held = next((one for one in signing.signatories if one.id == signatory_id), None)
    if held is None or held.state is not SignatoryState.ASKED:
        raise Refused(N_("Ce n'est pas à cette personne de signer maintenant."))
    _remind(ctx, signing, held)
    return held


def _remind(ctx: Context, signing: ContractSigning, signatory: ContractSignatory) -> None:
    signatory.reminders, signatory.reminded_at = signatory.reminders + 1, ctx.now
    remind_to_sign(ctx, signing, signatory)
    after = {"name": signatory.name, "email": signatory.email, "reminders_sent": signatory.reminders}
    journal.record(ctx, "contract.signatory_reminded", signing.contract, after=after)


def seal_again(ctx: Context, contract: Contract) -> bool:
    """Give a sealing that was given up another chance; says whether there was one."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    signing = signing_queries.live_signing(ctx, contract.id)
    job_id = signing_queries.failed_sealing(ctx, signing) if signing is not None else None
    if job_id is None or not retry(ctx, [job_id]):
        return False
    journal.record(ctx, "contract.sealing_retried", contract)
    return True


def follow_signings(ctx: Context, day: date) -> int:
    """Remind those who have not signed, and end the signatures whose time has passed; twice a day changes nothing more.

    Returns how many signatures it touched.
    """
    numbers = ctx.session.scalars(
        select(ContractSigning.id)
        .where(ContractSigning.state == SigningState.OPEN)
        .order_by(ContractSigning.expires_at, ContractSigning.id)
        .limit(AT_ONCE)
    ).all()
    return sum(_follow(ctx, signing) for signing in _each(ctx, numbers))


def _each(ctx: Context, numbers: Sequence[int]) -> Iterable[ContractSigning]:
    return (lock_signing(ctx, number) for number in numbers)


def _follow(ctx: Context, signing: ContractSigning) -> int:
    if signing.state is not SigningState.OPEN:
        return 0
    if signing.expires_at <= ctx.now:
        close_signing(ctx, signing, SigningState.EXPIRED, "")
        journal.record(ctx, "contract.signing_expired", signing.contract, after={"version": signing.version.number})
        tell_owner_of_signing(ctx, signing, who="", why="")
        return 1
    signatory = next_to_sign(signing.signatories)
    if signatory is None or signatory.asked_at is None:
        return 0
    if not is_reminder_due(signatory.asked_at, signatory.reminded_at, signatory.reminders, ctx.now):
        return 0
    _remind(ctx, signing, signatory)
    return 1
