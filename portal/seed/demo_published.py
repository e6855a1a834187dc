"""A page that a vendor publishes, watched for two months: it says something else, and somebody is to look."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.authz.context import Context
from portal.core.language import Sentence
from portal.paper.contract_delays import delays_in_force
from portal.paper.uploads import seal_text
from portal.published_terms import services
from portal.published_terms.contract_side import contract_side, texts_in_force
from portal.published_terms.models import PublishedPage
from portal.published_terms.reading import facts_of, read_page
from portal.published_terms.rules.watching import PageKind, ReadingMeans
from portal.published_terms.services import PageSheet
from portal.vendors.models import Vendor

At = Callable[[datetime], Context]
_BEFORE = """# Conditions de protection des données

## 1. Rôle
{name} agit comme sous-traitant pour le compte de ses clients et traite les données sur leur instruction documentée.

## 2. Sécurité
Les échanges sont chiffrés par TLS et les données au repos par AES-256. L'accès du personnel demande deux
facteurs. {name} est certifié ISO 27001.

## 3. Violations de données
{name} notifie au client toute violation de données dans un délai de 48 heures après en avoir pris connaissance.

## 4. Sous-traitants ultérieurs
Tout ajout d'un sous-traitant ultérieur est annoncé au client par courriel ; il dispose de 30 jours pour s'y opposer.

Les sous-traitants ultérieurs sont les suivants :

- Val d'Orb Hébergement SAS – hébergement – France
- Kestrel Voix GmbH – téléphonie – Allemagne

## 5. Audit
Le client peut auditer {name} sur site, sur préavis de 15 jours.

## 6. Fin du contrat
À la fin du contrat, {name} supprime les données sous 30 jours et en atteste.
"""
_AFTER = (
    _BEFORE.replace("48 heures", "72 heures")
    .replace("il dispose de 30 jours pour s'y opposer", "il dispose de 5 jours pour s'y opposer")
    .replace(
        "téléphonie – Allemagne", "téléphonie – Allemagne\n- Quillback Insights Inc. – mesure d'usage – États-Unis"
    )
)


def run_published(now: datetime, ours: At, vendor: Vendor, other: Vendor) -> None:
    """One page with a drift to examine, one that this server could not read."""
    ctx = ours(now - timedelta(days=61))
    site = vendor.website or "https://prestataire.example"
    sheet = PageSheet("Conditions de protection des données", PageKind.AGREEMENT, f"{site}/donnees", is_fetched=False)
    page = services.watch_page(ctx, vendor, sheet)
    for days, text in ((60, _BEFORE), (1, _AFTER)):
        _read(ours(now - timedelta(days=days)), page, text.format(name=vendor.name))
    then = ours(now - timedelta(days=20))
    lost = services.watch_page(
        then, other, PageSheet("Page de sécurité", PageKind.SECURITY, "https://securite.example/", is_fetched=False)
    )
    answer = Sentence("Le site a répondu par l'erreur %(status)s.", {"status": 404})
    services.record_failure(ours(now - timedelta(days=6)), lost, answer, None)


def _read(ctx: Context, page: PublishedPage, text: str) -> None:
    reading = services.receive_text(ctx, page, seal_text(text, "texte-collé.txt"), ReadingMeans.PASTED)
    side = contract_side(
        texts_in_force(ctx, page.vendor_id), page.address, facts_of, delays_in_force(ctx, [page.vendor_id])
    )
    services.record_reading(ctx, reading, read_page(text.encode(), "page.md"), side)
