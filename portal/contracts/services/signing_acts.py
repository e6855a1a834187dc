"""What a signatory does: opens the contract, asks for a code, signs, or refuses. Whoever they are, the code is asked.

The personal link, or an account with the same address, says who they are; the code says that they read that address
now. What proves each act is kept as it happens (decision 39).
"""

import hmac
from datetime import timedelta

from sqlalchemy import func, select

from portal.authz.context import Context
from portal.contracts import signing_queries
from portal.contracts.rules.life import ContractAct
from portal.contracts.rules.signing_order import (
    CODE_LASTS,
    CODES_AN_HOUR,
    MOST_TRIES,
    SignatoryState,
    SigningActKind,
    SigningMeans,
    SigningState,
    is_same_name,
)
from portal.contracts.services.life import LONGEST_WHY, move
from portal.contracts.services.signing import ask_next, close_signing, lock_signing
from portal.contracts.services.signing_letters import send_signing_code, tell_owner_of_signing
from portal.contracts.signing_models import ContractSignatory, ContractSigning, ContractSigningAct
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Sentence, say
from portal.core.row_lock import hold_row
from portal.identity.rules import network_part
from portal.identity.services import Caller, check_throttle, record_attempt, throttle_key
from portal.jobs.ledger import enqueue
from portal.journal import services as journal

_OVER = {
    SigningState.COMPLETE: N_("Tout le monde a signé : le cachet est en cours, la copie signée vous sera envoyée."),
    SigningState.SEALED: N_("Ce contrat est signé."),
    SigningState.REFUSED: N_("Un signataire a refusé de signer ce texte : il retourne à la négociation."),
    SigningState.WITHDRAWN: N_("Cette signature a été retirée par l'organisation qui vous l'avait demandée."),
    SigningState.EXPIRED: N_("Le délai pour signer est passé. Demandez une nouvelle signature à votre correspondant."),
}


@dataclass(frozen=True)
class SigningTrace:
    """Where an act comes from; `address` is cut before it is kept."""

    means: SigningMeans
    address: str
    user_agent: str


def find_signatory(ctx: Context, token: str, caller: Caller) -> ContractSignatory:
    """The signatory of a personal link; raises NotFound for one that opens nothing, Throttled after too many of those.

    The caller commits even when it is not found: the attempt counts against the address it came from.
    """
    mark = tokens.fingerprint(token.strip())
    key = throttle_key(process.settings().secrets, "signing", mark, caller)
    check_throttle(ctx, key)
    try:
        found = signing_queries.signatory_by_hash(ctx, mark)
        is_closed = found.signing.expires_at <= ctx.now and found.signing.state is SigningState.SEALED
    except NotFound:
        is_closed = True
    if is_closed:
        record_attempt(ctx, key, succeeded=False)
        raise NotFound()
    return found


def turn_problem(ctx: Context, signatory: ContractSignatory) -> str | Sentence | None:
    """Why somebody cannot sign now; none when it is their turn."""
    signing = signatory.signing
    if signing.state is not SigningState.OPEN:
        return _OVER[signing.state]
    if signing.expires_at <= ctx.now:
        return _OVER[SigningState.EXPIRED]
    if signatory.state is SignatoryState.SIGNED:
        return N_("Vous avez signé. La copie signée de tous vous sera envoyée.")
    if signatory.state is not SignatoryState.ASKED:
        return N_("D'autres signent avant vous : vous recevrez un message quand ce sera votre tour.")
    return None


def note_opening(ctx: Context, signatory: ContractSignatory, trace: SigningTrace) -> None:
    """Keep that a signatory opened the contract, the first time."""
    if turn_problem(ctx, signatory) is None:
        _note_opening(ctx, signatory.signing, signatory, trace)


def _note_opening(
    ctx: Context, signing: ContractSigning, signatory: ContractSignatory, trace: SigningTrace
) -> None:  # fmt: skip
    if not signing_queries.has_opened(ctx, signatory):
        _keep(ctx, signing, signatory, SigningActKind.OPENED, trace)
        journal.record(ctx, "contract.signing_read", signing.contract, after={"by": _who(signatory)})


def send_code(ctx: Context, signatory_id: int, trace: SigningTrace) -> ContractSignatory:
    """Send a code to whoever is to sign; the former one is good no more. Raises Refused out of turn, or too often."""
    signing, signatory = _in_turn(ctx, signatory_id)
    _note_opening(ctx, signing, signatory, trace)
    recent = select(func.count()).where(
        ContractSigningAct.signatory_id == signatory.id, ContractSigningAct.kind == SigningActKind.CODE_SENT,
        ContractSigningAct.at > ctx.now - timedelta(hours=1),
    )  # fmt: skip
    if (ctx.session.scalar(recent) or 0) >= CODES_AN_HOUR:
        raise Refused(N_("Cinq codes sont déjà partis depuis une heure : attendez avant d'en demander un autre."))
    seed = f"contract-code:{signatory.id}:{tokens.draw()}"
    secret = process.settings().secrets.tokens
    signatory.code_hash = _code_hash(signatory, tokens.digits(secret, seed))
    signatory.code_expires_at, signatory.code_tries = ctx.now + CODE_LASTS, 0
    send_signing_code(ctx, signing, signatory, seed)
    _keep(ctx, signing, signatory, SigningActKind.CODE_SENT, trace)
    journal.record(ctx, "contract.signing_code_sent", signing.contract, after={"email": signatory.email})
    return signatory


def _code_hash(signatory: ContractSignatory, code: str) -> str:
    """Keyed: without the portal's secret, a million guesses would find six digits at once."""
    return tokens.derive(process.settings().secrets.tokens, f"contract-code-hash:{signatory.id}:{code}")


def sign_contract(
    ctx: Context, signatory_id: int, *, code: str, name: str, consents: bool, trace: SigningTrace
) -> ContractSigning:
    """Sign; the next one is asked, or the seal once all have. Raises Refused, and a wrong code counts all the same.

    The caller commits even when it is refused: five wrong codes end the one that was sent.
    """
    signing, signatory = _in_turn(ctx, signatory_id)
    if not is_same_name(name, signatory.name):
        raise Refused(say("Écrivez votre nom comme il est demandé : %(name)s.", name=signatory.name))
    if not consents:
        raise Refused(N_("Cochez la case : sans votre accord, rien n'est signé."))
    _check_code(ctx, signing, signatory, "".join(code.split()), trace)
    signatory.state, signatory.done_at = SignatoryState.SIGNED, ctx.now
    signatory.code_hash, signatory.code_expires_at = "", None
    _keep(ctx, signing, signatory, SigningActKind.SIGNED, trace, name=" ".join(name.split()))
    after = {"by": _who(signatory), "capacity": signatory.capacity, "version": signing.version.number,
             "sha256": signing.file_sha256}  # fmt: skip
    journal.record(ctx, "contract.signatory_signed", signing.contract, after=after)
    if ask_next(ctx, signing) is None:
        signing.state = SigningState.COMPLETE
        ctx.session.flush()
        key = signing_queries.sealing_key(signing.id)
        enqueue(ctx, "contracts.seal", {"signing_id": signing.id}, dedup=key)
    return signing


def _check_code(
    ctx: Context, signing: ContractSigning, signatory: ContractSignatory, code: str, trace: SigningTrace
) -> None:
    if not signatory.code_hash or signatory.code_expires_at is None or signatory.code_expires_at <= ctx.now:
        raise Refused(N_("Ce code n'est plus valable : demandez-en un autre."))
    signatory.code_tries += 1
    if hmac.compare_digest(signatory.code_hash, _code_hash(signatory, code)):
        return
    left = MOST_TRIES - signatory.code_tries
    if not left:
        signatory.code_hash, signatory.code_expires_at = "", None
    _keep(ctx, signing, signatory, SigningActKind.WRONG_CODE, trace)
    journal.record(ctx, "contract.signing_code_wrong", signing.contract, after={"email": signatory.email})
    if left:
        raise Refused(say("Ce n'est pas le code envoyé. Vérifiez le dernier message reçu (essais restants : %(left)s).",
                          left=left))  # fmt: skip
    raise Refused(N_("Ce n'est pas le code envoyé, et il a été essayé cinq fois : demandez-en un autre."))


def refuse_to_sign(ctx: Context, signatory_id: int, why: str, trace: SigningTrace) -> ContractSigning:
    """Refuse the text: nobody signs it any more, it goes back to the negotiation, its owner is told.

    Raises Refused without a reason.
    """
    signing, signatory = _in_turn(ctx, signatory_id)
    if not why.strip():
        raise Refused(N_("Dites ce qui ne convient pas : c'est ce qui permettra de corriger le texte."))
    signatory.state, signatory.done_at = SignatoryState.REFUSED, ctx.now
    signatory.refusal = why.strip()[:LONGEST_WHY]
    signatory.code_hash, signatory.code_expires_at = "", None
    _keep(ctx, signing, signatory, SigningActKind.REFUSED, trace)
    close_signing(ctx, signing, SigningState.REFUSED, signatory.refusal)
    hold_row(ctx.session, signing.contract)
    after = {"by": _who(signatory), "why": signatory.refusal, "version": signing.version.number}
    move(ctx, signing.contract, ContractAct.REFUSE, after=after)
    tell_owner_of_signing(ctx, signing, who=signatory.name, why=signatory.refusal)
    return signing


def _in_turn(ctx: Context, signatory_id: int) -> tuple[ContractSigning, ContractSignatory]:
    """A signatory kept to this transaction, whose turn it is; raises Refused."""
    number = ctx.session.scalar(select(ContractSignatory.signing_id).where(ContractSignatory.id == signatory_id))
    if number is None:
        raise NotFound()
    signing = lock_signing(ctx, number)
    signatory = next(one for one in signing.signatories if one.id == signatory_id)
    if problem := turn_problem(ctx, signatory):
        raise Refused(problem)
    return signing, signatory


def _who(signatory: ContractSignatory) -> str:
    return f"{signatory.name} ({signatory.email})"


def _keep(
    ctx: Context, signing: ContractSigning, signatory: ContractSignatory, kind: SigningActKind, trace: SigningTrace, *,
    name: str = "",
) -> None:  # fmt: skip
    ctx.session.add(
        ContractSigningAct(
            signing_id=signing.id, signatory_id=signatory.id, kind=kind, at=ctx.now, name=name or signatory.name,
            email=signatory.email, sha256=signing.file_sha256, means=trace.means, network=network_part(trace.address),
            user_agent=trace.user_agent[:200],
        )
    )  # fmt: skip
    ctx.session.flush()
