"""The questionnaire that a campaign asks of a vendor today, as its next wave would freeze it."""

from collections.abc import Sequence

from portal.authz.context import Context
from portal.campaigns.models import Campaign
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import N_
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.composition import COMPOSED, called_packs, compose
from portal.vendors.queries import described_services


def one_for_all(ctx: Context, campaign: Campaign) -> Questionnaire | None:
    """What is asked of every vendor; None when each is asked what its services call for.

    Raises Refused when it is gone.
    """
    if campaign.questionnaire_key == COMPOSED:
        return None
    found = catalogue.load(process.settings().questionnaires_dir, ctx.session).get(campaign.questionnaire_key)
    if found is None:
        raise Refused(N_("Le questionnaire de cette campagne n'existe plus : choisissez-en un autre."))
    return found


def composed_for(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, Questionnaire]:
    """What the services of each vendor call for; the same questionnaires are composed once."""
    folder = process.settings().questionnaires_dir
    shipped, rules = catalogue.load(folder, ctx.session), catalogue.composition_rules(folder)
    services = described_services(ctx, vendor_ids)
    called = {
        vendor_id: tuple(c.questionnaire for c in called_packs(rules, services[vendor_id]) if c.is_called)
        or (catalogue.BASELINE,)
        for vendor_id in vendor_ids
    }
    made = {packs: compose([shipped[key] for key in packs]) for packs in dict.fromkeys(called.values())}
    return {vendor_id: made[packs] for vendor_id, packs in called.items()}


def asked_of(ctx: Context, campaign: Campaign, vendor_id: int | None) -> Questionnaire:
    """What a vendor would be asked; of nobody, the questionnaire that every vendor is asked."""
    one = one_for_all(ctx, campaign)
    if one is not None:
        return one
    if vendor_id is None:
        return catalogue.load(process.settings().questionnaires_dir)[catalogue.BASELINE]
    return composed_for(ctx, [vendor_id])[vendor_id]
