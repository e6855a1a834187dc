"""Words of the chain for the pages and the journal."""

from collections.abc import Mapping

from portal.chain.rules.transfer_tools import ClauseModule, TransferStanding, TransferTool
from portal.core.language import N_
from portal.journal.wording import name_words

STANDING_TONES: Mapping[TransferStanding, tuple[str, str]] = {
    TransferStanding.INSIDE: ("neutral", "check"),
    TransferStanding.ADEQUATE: ("ok", "check-circle"),
    TransferStanding.FRAMED: ("ok", "check-circle"),
    TransferStanding.BARE: ("danger", "octagon"),
}
"""Tone and icon of each: a standing is never a colour alone."""

name_words(
    actions={
        "chain.imported": N_("Liste de sous-traitance importée"),
        "chain.names_meme": N_("Deux noms jugés ceux d'une même société"),
        "chain.names_autre": N_("Deux noms jugés ceux de deux sociétés"),
        "chain.judgement_undone": N_("Jugement sur deux noms annulé"),
        "chain.vendor_entered": N_("Sous-traitant entré dans la chaîne"),
        "chain.vendor_chosen": N_("Sous-traitant derrière une société de la chaîne choisi"),
        "chain.vendor_stated": N_("Sous-traitants ultérieurs déclarés repris dans la chaîne"),
        "chain.company_described": N_("Société de la chaîne décrite"),
        "chain.transfer_framed": N_("Transfert encadré"),
        "chain.law_applied": N_("Fichier de droit essayé"),
        "chain.law_withdrawn": N_("Fichier de droit retiré"),
    },
    objects={
        "ChainCompany": N_("Société de la chaîne"),
        "NameJudgement": N_("Jugement sur deux noms"),
        "ChainTransfer": N_("Transfert de la chaîne"),
        "AppliedLaw": N_("Fichier de droit"),
    },
    families={"chain": N_("Chaîne de sous-traitance")},
    fields={
        "companies": N_("Sociétés"),
        "contact": N_("Contact"),
        "links": N_("Liens"),
        "processing": N_("Ce qui est traité"),
        "is_vendor_chosen": N_("Choisi par une personne"),
        "importer": N_("Importateur"),
        "is_subject_to_rgpd": N_("Importateur soumis au RGPD (art. 3(2))"),
        "tool": N_("Outil de transfert"),
        "module": N_("Module des clauses"),
        "fallback": N_("Outil de repli"),
        "assessed_on": N_("Analyse du droit du pays, le"),
        "assessment": N_("Conclusion de l'analyse"),
        "source": N_("Source"),
    },
    values={
        "tool": {tool.value: tool.label for tool in TransferTool},
        "fallback": {tool.value: tool.label for tool in TransferTool},
        "module": {module.value: module.label for module in ClauseModule},
    },
)
