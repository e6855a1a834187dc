"""The call centre's contract in the middle of being signed: our side has signed, its manager is awaited."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission
from portal.contracts import queries, services
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractAct
from portal.contracts.rules.signing_order import SignatoryEntry, SignatoryState, SigningMeans, SigningSide
from portal.contracts.services import SigningTrace
from portal.core import process, tokens
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.identity.models import User
from portal.jobs.models import Mail
from portal.jobs.printing import keep_files, print_files
from portal.operations.seal_keys import draw_seal_key
from portal.seed.demo_people import ORGANISATION
from portal.vendors.models import Vendor

At = Callable[[datetime, User | None], Context]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
FACTS: Mapping[str, str] = {
    "vendor.registration": "registre du commerce de Rabat, n° 100013",
    "vendor.dpo_contact": "Samira El Idrissi, samira@callisto.example",
    "vendor.breach_contact": "astreinte@callisto.example, +212 5 37 00 00 13",
    "vendor.article_3_2": "no",
    "signature.place": "Lyon",
}
TABLES: Mapping[str, list[dict[str, str | None]]] = {
    "measures": [
        {
            "theme": "Accès", "measure": "bureau distant sans copie, double authentification, revue chaque trimestre",
            "evidence": "procédure d'habilitation, version 4",
        },
        {
            "theme": "Enregistrements", "measure": "chiffrés dès la fin de l'appel, écoutés sur place",
            "evidence": "description technique du standard",
        },
        {"theme": "Personnel", "measure": "engagement signé, formation à l'arrivée puis chaque année"},
    ],
    "data.retention": [
        {"category": "identité et coordonnées", "period": "la durée de la prestation", "then": "effacement"},
        {"category": "enregistrements d'appels", "period": "six mois", "then": "effacement"},
    ],
}  # fmt: skip
WHY = "Convenu avec la gérante, avant que son audit soit rendu."


@dataclass(frozen=True)
class Signatories:
    """Who signs, in this order."""

    ours: User
    theirs: User


def give_seal_key(ctx: Context) -> None:
    """The key of the organisation's seal, without which no signature opens; one that is there is kept."""
    told = process.settings()
    if not told.seal_file.exists():
        draw_seal_key(ctx, told, told.signing_name or ORGANISATION)


def have_signed_by_one_side(now: datetime, at: At, lawyer: User, vendor: Vendor, people: Signatories) -> None:
    """Complete the contract of a vendor, agree on it and open its signature; `at` gives somebody's context then."""
    give_seal_key(Context(at(now, lawyer).session, SYSTEM, now))
    typing = at(now - timedelta(days=11), lawyer)
    contract = _contract_with(typing, vendor)
    services.type_facts(typing, contract, FACTS, reasons=dict.fromkeys(FACTS, WHY))
    for key, rows in TABLES.items():
        services.type_table(typing, contract, key, rows, reason=WHY)
    version = services.draft_version(typing, contract, Language.FR)
    keep_files(typing, version, print_files(version.tree, f"{contract.key}-v{version.number}-fr"))
    for days, act in ((10, ContractAct.SEND), (5, ContractAct.AGREE)):
        services.do_act(at(now - timedelta(days=days), lawyer), _contract_with(typing, vendor), act)
    ours = SignatoryEntry(SigningSide.OURS, people.ours.name, "présidente", people.ours.email, rank=1)
    theirs = SignatoryEntry(SigningSide.VENDOR, people.theirs.name, "gérante", people.theirs.email, rank=2)
    opening = at(now - timedelta(days=4), lawyer)
    signing = services.open_signing(opening, _contract_with(opening, vendor), version.number, (ours, theirs))
    first = next(one for one in signing.signatories if one.state is SignatoryState.ASKED)
    _sign(Context(opening.session, SYSTEM, now - timedelta(days=2)), first.id, people.ours)


def _contract_with(ctx: Context, vendor: Vendor) -> Contract:
    """The agreement with a vendor, as a page would read it."""
    ctx.session.flush()
    ctx.session.expire_all()
    wanted = select(Contract.id).where(Contract.vendor_id == vendor.id, Contract.template_key == "dpa")
    return queries.get_contract(ctx, ctx.session.scalars(wanted).one(), to=Permission.CONTRACT_DRAFT)


def _sign(ctx: Context, signatory_id: int, who: User) -> None:
    """By the link and the code that were sent."""
    trace = SigningTrace(SigningMeans.LINK, "192.0.2.20", BROWSER)
    services.send_code(ctx, signatory_id, trace)
    sent = select(Mail).where(Mail.recipient == who.email, Mail.template == "contracts/emails/signing_code")
    seed = ctx.session.scalars(sent.order_by(Mail.id.desc()).limit(1)).one().payload["code"]
    code = tokens.digits(process.settings().secrets.tokens, seed)
    services.sign_contract(ctx, signatory_id, code=code, name=who.name, consents=True, trace=trace)
