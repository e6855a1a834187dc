"""What waits for whoever drafts contracts: vendors at risk without one, what ends, what is unread, drafts, answers."""

from collections.abc import Iterator
from datetime import timedelta
from textwrap import shorten

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.contracts import overview as contracts
from portal.contracts.overview import OpenContract
from portal.contracts.proposal_page import proposals_to_decide
from portal.contracts.rules.life import ContractState
from portal.core.language import N_, say
from portal.dashboard.todo import EACH, Todo
from portal.vendors import queries as vendors

ENDING = timedelta(days=60)
AWAITED = timedelta(days=90)
"""A decision awaited by then is listed."""
REASON_SHOWN = 120
"""Characters of why a change is proposed."""
PRESSING = timedelta(days=30)
_IN_HAND = {
    ContractState.DRAFT: N_("Un projet est en rédaction"),
    ContractState.REVIEW: N_("Un projet est en relecture"),
    ContractState.WITH_VENDOR: N_("Un projet est chez le sous-traitant"),
    ContractState.AGREED: N_("Le texte est convenu, à faire signer"),
}
_TO_FINISH = {
    ContractState.DRAFT: N_("%(vendor)s : projet de contrat à finir"),
    ContractState.REVIEW: N_("%(vendor)s : projet de contrat à relire"),
    ContractState.WITH_VENDOR: N_("%(vendor)s : réponse attendue sur le contrat"),
    ContractState.AGREED: N_("%(vendor)s : contrat convenu, à faire signer"),
}


def contract_todos(ctx: Context) -> Iterator[Todo]:
    """The vendors at risk without a contract first, the riskiest before; then what ends soon, then what is in hand."""
    if ctx.can(Permission.CONTRACT_DECIDE):
        yield from _awaited(ctx)
        yield from _unproved(ctx)
    if ctx.can(Permission.CONTRACT_DRAFT):
        yield from _of_drafters(ctx)
    yield from _proposals(ctx)


def _awaited(ctx: Context) -> Iterator[Todo]:
    """The periods of which something is to be decided, for who answers for the contract and for who drafts."""
    for one in contracts.awaited_decisions(ctx, ctx.today + AWAITED, most=EACH):
        yield Todo(
            say("%(vendor)s : décider de l'échéance du contrat", vendor=one.vendor),
            say("%(title)s", title=one.title),
            "contracts.deadline",
            {"contract_id": one.id},
            one.day,
            "warning" if one.day is not None and one.day <= ctx.today + PRESSING else "info",
        )


def _proposals(ctx: Context) -> Iterator[Todo]:
    """Changes of the clause library that wait for a second person, when this one may be it."""
    for one in proposals_to_decide(ctx, most=EACH):
        yield Todo(
            say("Bibliothèque de clauses : relire ce qui est proposé sur %(clause)s", clause=one.clause_key),
            say("%(motive)s", motive=shorten(one.reason, REASON_SHOWN, placeholder="…")),
            "contracts.proposal",
            {"proposal_id": one.id},
            tone="info",
        )


def _unproved(ctx: Context) -> Iterator[Todo]:
    """The ends of contracts of which it is not proved what became of the data."""
    for one in contracts.unproved_exits(ctx, most=EACH):
        yield Todo(
            say("%(vendor)s : prouver la fin du contrat", vendor=one.vendor),
            say("%(title)s", title=one.title),
            "contracts.exit",
            {"contract_id": one.id},
            one.day,
            "danger" if one.day is not None and one.day < ctx.today else "warning",
        )


def _of_drafters(ctx: Context) -> Iterator[Todo]:
    bare, partly = vendors.first_of_each(
        ctx, vendors.WITHOUT_CONTRACT, vendors.PARTLY_COVERED, sort="-criticite", most=EACH
    )
    in_hand = contracts.contracts_in_hand(ctx, of_vendors=[vendor.id for vendor in bare], most=2 * EACH)
    with_signatories = contracts.being_signed(ctx, in_hand)
    by_vendor = {one.vendor_id: one for one in reversed(in_hand)}
    for vendor in bare:
        draft = by_vendor.pop(vendor.id, None)
        is_being_signed = draft is not None and draft.id in with_signatories
        yield _missing(vendor.id, vendor.name, draft, is_being_signed=is_being_signed)
    for vendor in partly:
        yield Todo(
            say("%(vendor)s : une prestation n'a pas de contrat en vigueur", vendor=vendor.name),
            say("Un contrat en couvre une autre : rédigez le sien, ou entrez celui qui est signé."),
            "vendors.show",
            {"vendor_id": vendor.id},
            tone="warning",
        )
    ending, unread = contracts.contracts_to_watch(ctx, ctx.today + ENDING, most=EACH)
    for one in ending:
        yield Todo(
            say("%(vendor)s : le contrat prend fin", vendor=one.vendor),
            say("%(title)s", title=one.title),
            "contracts.show",
            {"contract_id": one.id},
            one.day,
            "warning",
        )
    for one in unread:
        yield Todo(
            say("%(vendor)s : copie signée à lire", vendor=one.vendor),
            say("Tant que personne n'a dit ce qu'elle porte, le contrat ne compte pas."),
            "contracts.show",
            {"contract_id": one.id},
            tone="warning",
        )
    told = {vendor.id for vendor in bare}
    for one in [one for one in in_hand if one.vendor_id not in told][:EACH]:
        title, endpoint = say(_TO_FINISH[one.state], vendor=one.vendor), "contracts.show"
        if one.id in with_signatories:
            title, endpoint = say("%(vendor)s : contrat en cours de signature", vendor=one.vendor), "contracts.signing"
        yield Todo(title, say("%(title)s", title=one.title), endpoint, {"contract_id": one.id}, tone="info")


def _missing(vendor_id: int, name: str, draft: OpenContract | None, *, is_being_signed: bool) -> Todo:
    title = say("%(vendor)s : à risque, sans contrat en vigueur", vendor=name)
    if draft is None:
        detail = say("Rédigez-le, ou entrez celui qui est signé.")
        return Todo(title, detail, "vendors.show", {"vendor_id": vendor_id}, tone="danger")
    where = {"contract_id": draft.id}
    if is_being_signed:
        return Todo(
            title, say("Le texte est convenu, en cours de signature"), "contracts.signing", where, tone="danger"
        )
    return Todo(title, say(_IN_HAND[draft.state]), "contracts.show", where, tone="danger")
