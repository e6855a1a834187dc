"""Contracts that are being signed in the portal: printed without a printer, sealed by a key of the test's own."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission
from portal.contracts import queries, services, signing_queries
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractAct
from portal.contracts.rules.signing_order import SignatoryEntry, SigningMeans, SigningSide
from portal.contracts.services import SigningTrace
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core import process, tokens
from portal.core.language import Language
from portal.core.seal import make_seal_key
from portal.core.stored import keep
from portal.jobs.models import Mail
from portal.seed.plain_pdf import plain_pdf
from tests.factories.desk import drafted, matter
from tests.factories.standing import once

OURS = SignatoryEntry(SigningSide.OURS, "Claire Aubanel", "directrice générale", "claire@verdier.example", rank=2)
THEIRS = SignatoryEntry(SigningSide.VENDOR, "Erwan Kerlo", "gérant", "erwan@relation.example", rank=1)
BY_LINK = SigningTrace(SigningMeans.LINK, "192.0.2.77", "Mozilla/5.0 (téléphone)")


def with_seal_key(ctx: Context, monkeypatch: Any, folder: Any) -> None:
    """Give the portal a key to seal with, for the time of a test."""
    settings = replace(process.settings(), seal_file=folder / "seal.json")
    monkeypatch.setattr(process, "_settings", [settings])
    make_seal_key(settings.seal_file, settings.organisation, at=ctx.now)


def print_for(ctx: Context, version: ContractVersion) -> None:
    """Give a version its two files: a page of the library's own stands for its PDF."""
    content = BytesIO(plain_pdf("Accord", [version.sha256]))
    blob = process.store().put(content, filename=f"accord-v{version.number}.pdf", allowed={"pdf"}, made_here=True)
    version.pdf_file_id = version.docx_file_id = keep(ctx.session, blob, at=ctx.now).id
    ctx.session.flush()


def agreed(ctx: Context, language: Language = Language.FR, **facts: Any) -> Contract:
    """A contract whose first version is printed and agreed."""

    def make() -> Contract:
        contract, version = drafted(ctx, matter(ctx.session, **facts), language)
        print_for(ctx, version)
        contract = again(ctx, contract)
        services.do_act(ctx, contract, ContractAct.SEND)
        services.do_act(ctx, contract, ContractAct.AGREE)
        return contract

    if facts or ctx.actor != SYSTEM:
        return make()
    return once(
        ctx.session, f"agreed {language}", make, lambda contract: contract.id, lambda number: _read(ctx, number)
    )


def again(ctx: Context, contract: Contract) -> Contract:
    """A contract as a page would read it."""
    ctx.session.flush()
    ctx.session.expire_all()
    return _read(ctx, contract.id)


def _read(ctx: Context, number: int) -> Contract:
    return queries.get_contract(ctx, number, to=Permission.CONTRACT_DRAFT)


def opened(ctx: Context, contract: Contract, *entries: SignatoryEntry) -> ContractSigning:
    """Its signature opened: the vendor first, then us, unless told otherwise."""
    services.open_signing(ctx, contract, len(contract.versions), entries or (OURS, THEIRS))
    found = signing_queries.live_signing(ctx, contract.id)
    assert found is not None
    return found


def signatory_of(ctx: Context, signing: ContractSigning, entry: SignatoryEntry) -> ContractSignatory:
    """One of its signatories, as they stand now."""
    wanted = ContractSignatory.signing_id == signing.id, ContractSignatory.email == entry.email
    return ctx.session.scalars(select(ContractSignatory).where(*wanted)).one()


def letters_to(ctx: Context, email: str, template: str) -> list[Mail]:
    """The messages of one kind promised to somebody, the oldest first."""
    wanted = select(Mail).where(Mail.recipient == email, Mail.template == f"contracts/emails/{template}")
    return list(ctx.session.scalars(wanted.order_by(Mail.id)))


def code_sent(ctx: Context, email: str) -> str:
    """The last code sent to somebody."""
    seed = letters_to(ctx, email, "signing_code")[-1].payload["code"]
    return tokens.digits(process.settings().secrets.tokens, seed)


def link_sent(ctx: Context, email: str) -> str:
    """The token of the link that somebody received to sign."""
    letter = letters_to(ctx, email, "signing_asked")[-1]
    return tokens.derive(process.settings().secrets.tokens, letter.payload["token"])


def signs(ctx: Context, signing: ContractSigning, entry: SignatoryEntry) -> ContractSigning:
    """Somebody asks for a code and signs with it."""
    signatory = signatory_of(ctx, signing, entry)
    services.send_code(ctx, signatory.id, BY_LINK)
    code = code_sent(ctx, entry.email)
    return services.sign_contract(ctx, signatory.id, code=code, name=entry.name, consents=True, trace=BY_LINK)
