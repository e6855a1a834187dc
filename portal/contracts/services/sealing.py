"""The signed copy of a contract signed in the portal: its text, its certificate, one seal. Made by a worker alone.

A worker may die at any instant. What it made is kept by one transaction, which also moves the signature on: a second
worker finds it moved and keeps nothing. Of a seal that was made and not kept, no row speaks and no page has it.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.contracts import queries, signing_queries
from portal.contracts.models import Contract
from portal.contracts.rules.signature_page import signed_electronically
from portal.contracts.rules.signing_certificate import SignatureMade, SignedContractFacts, certificate_section
from portal.contracts.rules.signing_order import SIGNING_DAYS, SigningActKind, SigningSide, SigningState
from portal.contracts.services.signature import record_version_signed
from portal.contracts.services.signing import lock_signing
from portal.contracts.services.signing_letters import tell_owner_of_signing, tell_signatories
from portal.contracts.signing_models import ContractSigning
from portal.core import process
from portal.core.clock import last_moment, legal_date
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.core.documents.printing import print_followed_in_child
from portal.core.documents.tree import Document
from portal.core.files import Blob
from portal.core.seal import seal_pdf
from portal.core.stored import StoredFile, blob_of, keep
from portal.jobs.printing import PRINTING_SECONDS
from portal.journal import services as journal


@dataclass(frozen=True)
class _SigningToSeal:
    """All that the worker needs once its reading session is over."""

    document: Document
    facts: SignedContractFacts
    source: StoredFile
    name: str


def seal_signed_contract(ctx: Context, signing_id: int) -> Callable[[Context], None] | None:
    """Print and seal what everybody has signed; gives what keeps it, or nothing when that is done already.

    Takes seconds. Raises NoSealKey, NotSealed, PrintingError, Damaged or Unavailable: the job is tried again.
    """
    told = _to_seal(ctx, signing_id)
    if told is None:
        return None
    store = process.store()
    source = b"".join(store.open(blob_of(told.source)))
    closing = certificate_section(told.facts, told.document.language)
    printed = print_followed_in_child(told.document, closing, told.facts.file_name, source, PRINTING_SECONDS)
    sealed = store.put(BytesIO(seal_pdf(printed)), filename=told.name, allowed={"pdf"}, made_here=True)

    def record(done: Context) -> None:
        _keep_sealed(done, signing_id, sealed)

    return record


def _to_seal(ctx: Context, signing_id: int) -> _SigningToSeal | None:
    signing = ctx.session.scalars(
        select(ContractSigning)
        .options(
            selectinload(ContractSigning.signatories), joinedload(ContractSigning.version),
            joinedload(ContractSigning.file), joinedload(ContractSigning.vendor),
            joinedload(ContractSigning.contract).joinedload(Contract.legal_entity),
        )
        .where(ContractSigning.id == signing_id)
    ).one()  # fmt: skip
    if signing.state is not SigningState.COMPLETE:
        return None
    contract, document = signing.contract, thaw(signing.version.tree)
    organisation = process.settings().organisation
    names = {
        SigningSide.OURS: contract.legal_entity.name if contract.legal_entity is not None else organisation,
        SigningSide.VENDOR: signing.vendor.legal_name or signing.vendor.name,
    }
    acts = signing_queries.acts_of(ctx, [signing])
    made = tuple(
        SignatureMade(one.rank, act.name, one.capacity, names[one.side], act.at, act.email, act.means)
        for one in signing.signatories
        for act in acts.get(one.id, ())
        if act.kind is SigningActKind.SIGNED
    )
    facts = SignedContractFacts(
        organisation=organisation, title=contract.title, edition=document.edition,
        reference=f"{contract.key} · v{signing.version.number} · S{signing.id}", file_name=signing.file.filename,
        file_sha256=signing.file_sha256, text_sha256=signing.text_sha256, opened_at=signing.opened_at, signatures=made,
    )  # fmt: skip
    language = document.language.value
    name = f"{contract.key}-v{signing.version.number}-{language}-{_SUFFIX[language]}.pdf"
    return _SigningToSeal(signed_electronically(document), facts, signing.file, name)


_SUFFIX = {"fr": "signe", "en": "signed"}


def _keep_sealed(ctx: Context, signing_id: int, sealed: Blob) -> None:
    """Make the sealed file the signed copy of its contract, once: who comes second changes nothing."""
    signing = lock_signing(ctx, signing_id)
    if signing.state is not SigningState.COMPLETE:
        return
    signing.state, signing.closed_at = SigningState.SEALED, ctx.now
    signing.expires_at = last_moment(ctx.today + timedelta(days=SIGNING_DAYS))
    ctx.session.flush()
    contract = queries.get_contract(ctx, signing.contract_id, to=Permission.CONTRACT_DRAFT)
    last = max(one.done_at for one in signing.signatories if one.done_at is not None)
    file = keep(ctx.session, sealed, at=ctx.now)
    record = record_version_signed(ctx, contract, signing.version.number, legal_date(last), file)
    ctx.session.flush()
    signing.signature_id = record.id
    after = {"version": signing.version.number, "sha256": file.sha256, "signed_on": record.signed_on}
    journal.record(ctx, "contract.sealed", contract, after=after)
    if contract.parent is not None and not contract.kind.hangs:
        journal.record(ctx, "contract.amended", contract.parent, after={"amends": contract.title, **after})
    tell_signatories(ctx, signing, signing.signatories, "contracts/emails/signing_done")
    tell_owner_of_signing(ctx, signing, who="", why="")
