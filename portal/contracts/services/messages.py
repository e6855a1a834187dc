"""One thread a contract, that its vendor and we both read: a question, and our answers."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.message_models import ContractMessage
from portal.contracts.models import Contract
from portal.contracts.rules.life import Told
from portal.contracts.services.life import people_told
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff
from portal.vendors.letters import VendorLetter, write_to_vendor

LONGEST_MESSAGE = 4_000
"""Characters of one message."""


def ask_about_contract(ctx: Context, contract: Contract, text: str) -> ContractMessage:
    """Put a vendor's question to whoever answers for the contract; raises Refused when it is empty."""
    authorize(ctx, Permission.CONTRACT_DISCUSS, contract)
    message = _write(ctx, contract, text, from_vendor=True)
    people = {one.id: one for one in people_told(ctx, contract, contract.vendor, (Told.OWNER,))}
    if not people:
        people = {one.id: one for one in people_told(ctx, contract, contract.vendor, (Told.LEGAL,))}
    news = News(
        template="contracts/emails/notice_question",
        key=f"contract-message:{message.id}",
        about=f"contract:{contract.id}:message",
        values={"title": contract.title, "vendor": contract.vendor.name, "who": message.author_name,
                "text": message.text},
    )  # fmt: skip
    note_for_staff(ctx, contract.vendor_id, news, people.values())
    return message


def answer_about_contract(ctx: Context, contract: Contract, text: str) -> ContractMessage:
    """Answer the vendor on the thread of a contract, and write to its people; raises Refused when it is empty."""
    authorize(ctx, Permission.CONTRACT_ANSWER, contract)
    message = _write(ctx, contract, text, from_vendor=False)
    letter = VendorLetter(
        template="contracts/emails/contract_answer",
        key=f"contract-message:{message.id}",
        landing=Landing("vendor_space.contract", contract_id=contract.id),
        about=f"contract:{contract.id}:message",
        values={"subject": contract.title, "text": message.text},
    )
    write_to_vendor(ctx, contract.vendor_id, letter)
    return message


def _write(ctx: Context, contract: Contract, text: str, *, from_vendor: bool) -> ContractMessage:
    words = text.strip()[:LONGEST_MESSAGE]
    if not words:
        raise Refused(N_("Écrivez votre message."))
    message = ContractMessage(
        vendor_id=contract.vendor_id, contract_id=contract.id, at=ctx.now, author_id=ctx.actor.id,
        author_name=ctx.actor.name, from_vendor=from_vendor, text=words,
    )  # fmt: skip
    ctx.session.add(message)
    ctx.session.flush()
    journal.record(ctx, "contract.message", contract, after={"text": words})
    return message
