"""A draft hung on a contract: it starts from the text that was signed, and only what is changed differs."""

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import edit_queries, queries
from portal.contracts.models import Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import GONE, ContractOrigin
from portal.contracts.services.life import keep_standing_of
from portal.contracts.services.opening import ContractSubject, open_contract
from portal.contracts.services.restoring import edits_of, edits_snapshot
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.translation import translate
from portal.journal import services as journal


def amend_contract(ctx: Context, contract: Contract, template_key: str = "") -> Contract:
    """Open the draft of an amendment to a contract, loaded with its vendor, service and entity; returns the draft.

    One drafted here is taken up as it was signed: same template, facts, positions and special conditions, in the same
    language. Of one whose text was not written here, `template_key` says what to start from. Raises Refused without
    one, or for an amendment: it amends the contract that it hangs on.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    if contract.parent_id is not None:
        raise Refused(N_("Un avenant ne se modifie pas lui-même : renégociez le contrat qu'il modifie."))
    drafted = contract.origin is ContractOrigin.DRAFTED
    subject = ContractSubject(
        contract.vendor, contract.service, contract.legal_entity, contract.template_key if drafted else template_key
    )
    number = 1 + (
        ctx.session.scalar(
            select(func.count(Contract.id)).where(
                Contract.parent_id == contract.id,
                Contract.state.not_in(GONE),
                Contract.kind == DocumentKind.PROCESSING,
            )
        )
        or 0
    )
    title = translate(say("Avenant n° %(number)s : %(title)s", number=number, title=contract.title), contract.language)
    draft = open_contract(ctx, subject, title[:300], contract.language)
    draft.parent_id = contract.id
    if drafted:
        draft.typed, draft.overrides = dict(contract.typed), dict(contract.overrides)
        version = queries.get_version(ctx, contract, contract.counting_number) if contract.counting_number else None
        edits = version.edits if version else edits_snapshot(edit_queries.edit_rows(ctx, contract))
        ctx.session.add_all(edits_of(draft, edits))
    ctx.session.flush()
    journal.record(ctx, "contract.amendment_opened", draft, after={"amends": contract.title})
    keep_standing_of(ctx, contract.vendor_id)
    return draft
