"""Changes of sub-processors that vendors announce."""

from datetime import datetime

from portal.authz.context import Context
from portal.changes import services
from portal.changes.models import AnnouncedChange, ChangeSource
from portal.changes.rules.life import ChangeDecision
from portal.changes.services import DecisionSheet
from portal.vendors.models import Vendor

TEXT = (
    "Madame, Monsieur,\n\n"
    "Nous ajoutons Nordlys Mail AS (Norvège) à compter du 1er février 2027 pour l'envoi des courriels.\n"
    "Brightwave Cloud Inc. (États-Unis) remplacera Datacentres du Rhône pour l'hébergement.\n"
    "Nous cessons de faire appel à Alerte Express.\n"
)
WHY = "La société est certifiée, ses serveurs restent dans la région annoncée et le contrat est à jour."


def announced(ctx: Context, vendor: Vendor, text: str = TEXT, *, at: datetime | None = None) -> AnnouncedChange:
    """A change recorded from what a vendor wrote, now unless told otherwise."""
    return services.record_change(ctx, vendor, text, received_at=at or ctx.now, source=ChangeSource.PASTED)


def studied(ctx: Context, vendor: Vendor, text: str = TEXT, *, at: datetime | None = None) -> AnnouncedChange:
    """The same, its lines retained."""
    change = announced(ctx, vendor, text, at=at)
    services.retain_moves(ctx, change)
    return change


def decided(
    ctx: Context, vendor: Vendor, decision: ChangeDecision = ChangeDecision.ACCEPT, *, at: datetime | None = None
) -> AnnouncedChange:
    """The same, decided."""
    change = studied(ctx, vendor, at=at)
    is_conditional = decision is ChangeDecision.CONDITIONS
    services.decide_change(ctx, change, DecisionSheet(decision, WHY, WHY, WHY if is_conditional else ""))
    return change
