"""The chain behind the vendors of the demonstration: four levels, a loop, two names that nobody has judged, and a
company in the United States without a tool.
"""

from portal.authz.context import Context
from portal.chain import queries, services
from portal.chain.link_rows import LinkRow
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import ChainFile, CompanySheet, TransferSheet

_LINKS = (
    ("Hébergeur Provence", "Datacentres du Rhône", "Salles et énergie", "FR"),
    ("Hébergeur Provence", "Cerbère Supervision", "Supervision, nuits et fins de semaine", "MA"),
    ("Cerbère Supervision", "Alerte Express", "Envoi des alertes", "FR"),
    ("Alerte Express", "Northwind Messaging Inc.", "Envoi de SMS", "US"),
    ("Northwind Messaging Inc.", "Cerbère Supervision", "Astreinte technique", "MA"),
    ("Paie Facile", "Éditique de l'Ouest", "Impression des bulletins", "FR"),
    ("Paie Facile", "Assistance Maghreb", "Assistance aux gestionnaires", "MA"),
    ("Éditique de l'Ouest", "Northwind Messaging", "Avis de dépôt", ""),
    ("Beacon Analytics", "Northwind Messaging Inc.", "Alertes", "US"),
    ("Beacon Analytics", "Lakeshore Cloud", "Hébergement", "GB"),
)
"""Who engages whom, for what, from where."""
_SHEETS = {
    "Datacentres du Rhône": CompanySheet(
        "12 quai du Port, 13200 Arles", "dpo@datacentres-rhone.example", "FR", "Copies du site marchand, chiffrées"
    ),
    "Alerte Express": CompanySheet(
        "9 rue des Carmes, 45000 Orléans", "donnees@alerte-express.example", "FR", "Numéros de téléphone d'astreinte"
    ),
    "Assistance Maghreb": CompanySheet(
        "40 avenue des FAR, Casablanca", "dpo@assistance-maghreb.example", "MA", "Dossiers de paie, lus à distance"
    ),
}


def enter_chain(ctx: Context) -> None:
    """Enter it, and say what carries the data of two of its companies."""
    rows = [LinkRow(line, *link[:3], (link[3],) if link[3] else (), "") for line, link in enumerate(_LINKS, start=2)]
    services.enter_chain(ctx, ChainFile("Chaînes déclarées par nos sous-traitants.csv", rows, ()))
    for name, sheet in _SHEETS.items():
        services.describe_company(ctx, queries.company_named(ctx, name), sheet)
    assistance = queries.company_named(ctx, "Assistance Maghreb")
    services.frame_transfer(
        ctx,
        assistance,
        TransferSheet(
            country="MA", importer="", is_subject_to_rgpd=False, tool=TransferTool.CLAUSES, module=ClauseModule.THREE,
            assessed_on=ctx.today, assessment="Accès en lecture, poste géré, journal relu chaque mois.",
            fallback=TransferTool.UNKNOWN,
        ),
    )  # fmt: skip
    # « Northwind Messaging Inc. » and « Northwind Messaging » are left for somebody to judge.
