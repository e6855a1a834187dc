"""A person says what a contract writes of one of its delays: rows are only added, the last one counts."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.paper.contract_delays import delays_of, text_held
from portal.paper.events import DelayConfirmed
from portal.paper.models import ConfirmedDelay
from portal.paper.rules.contract_delays import DelayFigure, DelayKind, DelaySource, figures_in, is_quoted

MOST_NUMBER = 1_000
LONGEST_QUOTE = 2_000


@dataclass(frozen=True)
class DelayWord:
    """What a person read in a contract: a figure with its passage, or that it writes no such delay."""

    figure: DelayFigure | None
    quote: str = ""


def confirm_delay(ctx: Context, contract: Contract, kind: DelayKind, word: DelayWord) -> ConfirmedDelay:
    """Confirm or correct a delay of a contract, with the passage that writes it.

    Raises Refused for a passage that does not write this figure, or that the text held here does not have.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    ctx.session.refresh(contract, ["signature_id"], with_for_update=True)
    if word.figure is not None:
        if word.figure not in figures_in(word.quote):
            raise Refused(N_("Recopiez la phrase du contrat qui écrit ce délai : le passage donné ne le dit pas."))
        text = text_held(ctx, contract)
        if text and not is_quoted(word.quote, text):
            raise Refused(N_("Ce passage n'est pas dans le texte qui est gardé ici : recopiez-le tel quel."))
    read = next(one for one in delays_of(ctx, contract) if one.kind is kind)
    said = ConfirmedDelay(
        contract=contract, kind=kind, number=word.figure.number if word.figure else None,
        unit=word.figure.unit if word.figure else None, quote=word.quote if word.figure else "",
        source=read.source if read.figure == word.figure and read.source else DelaySource.TYPED,
        signature_id=contract.signature_id, confirmed_at=ctx.now, confirmed_by_id=ctx.actor.id,
        confirmed_by=ctx.actor.name,
    )  # fmt: skip
    ctx.session.add(said)
    ctx.session.flush()
    journal.record(
        ctx, "contract.delay_confirmed", contract,
        before={"delay_kind": kind, "number": read.figure.number if read.figure else None,
                "unit": read.figure.unit if read.figure else None},
        after={"delay_kind": kind, "number": said.number, "unit": said.unit, "quote": said.quote},
    )  # fmt: skip
    publish(ctx, DelayConfirmed(contract.vendor_id), key=f"{contract.id}:{said.id}")
    return said
