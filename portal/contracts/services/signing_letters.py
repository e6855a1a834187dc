"""What those who sign a contract in the portal are written, and what its owner is told."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from portal.authz.context import Context
from portal.contracts import signing_queries
from portal.contracts.rules.life import Told
from portal.contracts.rules.signing_order import CODE_LASTS, SigningSide
from portal.contracts.services.life import people_told
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core import process, tokens
from portal.core.clock import legal_date
from portal.core.landing import Landing
from portal.jobs.mail import Envelope, send, send_many
from portal.notices.services import News, note_for_staff
from portal.vendors.letter_context import LetterContext, letter_context

SIGNING_PAGE = Landing("contracts.signatory")


def ask_to_sign(ctx: Context, signing: ContractSigning, signatory: ContractSignatory) -> None:
    """Write to somebody that it is their turn, with their personal link."""
    key = f"contract-signatory:{signatory.id}:{tokens.fingerprint(signatory.link_seed)[:12]}"
    send(ctx, _letter(_held(ctx, signing), signing, signatory, "contracts/emails/signing_asked", key))


def remind_to_sign(ctx: Context, signing: ContractSigning, signatory: ContractSignatory) -> None:
    """Write once more to somebody whose turn it is, with the same link."""
    key = f"contract-signatory:{signatory.id}:reminder:{signatory.reminders}:{ctx.now.isoformat()}"
    send(ctx, _letter(_held(ctx, signing), signing, signatory, "contracts/emails/signing_reminder", key))


def send_signing_code(ctx: Context, signing: ContractSigning, signatory: ContractSignatory, seed: str) -> None:
    """Send a one-time code; its digits are derived from the seed when the message leaves, and stand in no table."""
    key = f"contract-signatory:{signatory.id}:code:{tokens.fingerprint(seed)[:12]}"
    send(ctx, _letter(_held(ctx, signing), signing, signatory, "contracts/emails/signing_code", key, code=seed))


def tell_signatories(
    ctx: Context, signing: ContractSigning, signatories: Iterable[ContractSignatory], template: str
) -> None:
    """Write one thing to several of those who sign."""
    held = _held(ctx, signing)
    send_many(
        ctx,
        [
            _letter(held, signing, one, template, f"contract-signatory:{one.id}:{template}:{signing.state.value}")
            for one in signatories
        ],
    )


def tell_owner_of_signing(ctx: Context, signing: ContractSigning, *, who: str, why: str) -> None:
    """Note what became of a signature for whoever answers for the contract and for those who draft."""
    contract = signing.contract
    people = {one.id: one for one in people_told(ctx, contract, signing.vendor, frozenset(Told))}
    people.pop(ctx.actor.id or 0, None)
    news = News(
        template="contracts/emails/notice_signing",
        key=f"contract-signing:{signing.id}:{signing.state.value}",
        about=f"contract:{contract.id}:signing",
        values={
            "title": contract.title, "vendor": signing.vendor.name, "outcome": signing.state.value, "who": who,
            "why": why,
        },
    )  # fmt: skip
    note_for_staff(ctx, signing.vendor_id, news, people.values())


def _held(ctx: Context, signing: ContractSigning) -> LetterContext:
    named = {signing.opened_by_id} if signing.opened_by_id is not None else set()
    return letter_context(ctx, [signing.vendor_id], named)


def _letter(
    held: LetterContext, signing: ContractSigning, signatory: ContractSignatory, template: str, key: str, *,
    code: str | None = None,
) -> Envelope:  # fmt: skip
    values: dict[str, Any] = {
        "organisation": process.settings().organisation,
        "name": signatory.name,
        "title": signing.contract.title,
        "version": signing.version.number,
        "sha256": signing.file_sha256,
        "until": legal_date(signing.expires_at).isoformat(),
        "outcome": signing.state.value,
        "why": signing.closed_reason,
        "minutes": CODE_LASTS // timedelta(minutes=1),
    }
    return Envelope(
        template=template,
        recipient=signatory.email,
        language=signatory.language,
        dedup=key,
        link=SIGNING_PAGE,
        token=signatory.link_seed,
        code=code,
        values=values,
        about=signing_queries.letters_about(signatory),
        vendor_id=signatory.vendor_id if signatory.side is SigningSide.VENDOR else None,
        contact=held.contact_for(signing.vendor_id, signing.opened_by_id, signatory.language),
        thread=f"contract-signing:{signing.id}",
    )
