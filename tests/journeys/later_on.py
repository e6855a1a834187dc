"""What the demonstration has not lived yet, done after it, mostly through its pages: theirs are then met by the walks.

A clause changed, a lot of contracts received, names joined in the chain, an entity of whom nothing is said, a change
still being announced, a file for the authority, a contract that ended and data to be proved gone.
"""

from datetime import date
from io import BytesIO

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Actor, Role
from portal.chain.models import ChainCompany
from portal.contracts import library, services
from portal.contracts.library_models import ClauseProposal
from portal.contracts.rules.clause_writing import paragraph_fields
from portal.contracts.rules.life import ContractAct
from portal.contracts.services import ContractDates
from portal.core import clock
from portal.core.db import Database
from portal.identity.models import User
from portal.vendors.models import Vendor
from tests.factories.desk import entity_of
from tests.factories.paper import zipped
from tests.factories.received import GAPS, GOOD
from tests.factories.signatures import contract_of
from tests.pages import PageClient

PARAGRAPH = "/contrats/clauses/CL18/paragraphes/6/proposer"
ENDED = "Paie Facile"


def live_on(database: Database, dpo: PageClient, lawyer: PageClient, vendor: PageClient) -> None:
    """Do all of it."""
    _join_two_names(database, dpo)
    _change_a_clause(database, dpo, lawyer)
    lot = BytesIO(zipped({"Acme/a.txt": GOOD, "Acme/b.txt": GAPS}))
    lawyer.post(
        "/contrats-recus/nouveau", {"files": (lot, "lot.zip"), "title": "Lot"}, content_type="multipart/form-data"
    )
    change = {"kind": "ajout", "name": "Twine Ltd", "country": "IE", "tool": "inconnu"}
    vendor.post("/espace/changements/annoncer", change)
    _end_a_contract(database)


def _change_a_clause(database: Database, dpo: PageClient, lawyer: PageClient) -> None:
    """One proposal approved, another that waits."""
    clause = library.cached().clause["CL18"]
    for words in ("Le Sous-traitant contient la violation sans délai.", "Le Sous-traitant contient la violation."):
        texts = {"text_fr": words, "text_en": "The Processor shall contain the breach.", "reason": "Plus court."}
        lawyer.post(PARAGRAPH, {**paragraph_fields(clause, 6), **texts})
    with database.reading() as session:
        first = min(session.scalars(select(ClauseProposal.id)))
    page = dpo.get(f"/contrats/clauses/propositions/{first}")
    seen = page.one("//input[@name='seen_proposal']").get("value")
    decision = {"decision": "approve", "seen_proposal": seen, "word": "Relu."}
    dpo.post(f"/contrats/clauses/propositions/{first}/decision", decision)


def _join_two_names(database: Database, dpo: PageClient) -> None:
    alone = select(ChainCompany.id, ChainCompany.name).where(ChainCompany.vendor_id.is_(None))
    with database.reading() as session:
        one, other = session.execute(alone.order_by(ChainCompany.id).limit(2)).all()
    joined = {"other": other.name, "verdict": "meme", "reason": "même numéro SIREN"}
    dpo.post(f"/chaine/societes/{one.id}/noms", joined)


def _end_a_contract(database: Database) -> None:
    """A contract of a vendor that signs in, ended today; and an entity of which no rule is stated."""
    with database.transaction() as session:
        user = session.scalars(select(User).where(User.role == Role.LEGAL)).first()
        assert user is not None
        ctx = Context(session, Actor(user.role, user.id, user.name, user.email, user.language), clock.now())
        vendor = session.scalars(select(Vendor).where(Vendor.name == ENDED)).one()
        contract = contract_of(ctx, vendor, dates=ContractDates(date(2026, 1, 1), 36, 0, "0"))
        services.do_act(ctx, contract, ContractAct.TERMINATE, why="Fin de la relation")
        entity_of(session, name="Verdelet Italie")
