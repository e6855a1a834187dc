"""The words for a proof: what a reviewer said of it, and how the journal tells it."""

from collections import defaultdict
from collections.abc import Mapping

from portal.core import process
from portal.core.files import EmbeddedKind
from portal.core.language import N_, Language, Sentence, both, say
from portal.core.stored import StoredFile
from portal.evidence.kinds import read_kinds
from portal.evidence.rules import EvidenceVerdict, StandingKind
from portal.journal.wording import name_words

VERDICT_NAMES: Mapping[EvidenceVerdict, str] = {
    EvidenceVerdict.UNREVIEWED: N_("À vérifier"),
    EvidenceVerdict.VERIFIED: N_("Vérifiée"),
    EvidenceVerdict.REJECTED: N_("Écartée"),
}
STANDING_TONES: Mapping[StandingKind, str] = {
    StandingKind.SUPPLIED: "info",
    StandingKind.VERIFIED: "ok",
    StandingKind.EXPIRED: "warning",
    StandingKind.REJECTED: "danger",
}
BESIDE: Mapping[EmbeddedKind, str] = {
    EmbeddedKind.FILE: N_("Contient des fichiers joints : %(names)s."),
    EmbeddedKind.OBJECT: N_("Contient des objets incorporés : %(names)s."),
    EmbeddedKind.MEDIA: N_("Contient du son, de la vidéo ou une vue animée."),
    EmbeddedKind.LINK: N_("Contient des liens vers : %(names)s."),
    EmbeddedKind.MORE: N_("Et d'autres, qui ne sont pas nommés ici : %(names)s."),
}


def beside_text(file: StoredFile) -> list[Sentence]:
    """What a file holds that its text does not show, for whoever relies on it."""
    if file.embedded is None:
        return [say("Reçu avant que l'on regarde ce que les fichiers contiennent d'incorporé.")]
    found: dict[str, list[object]] = defaultdict(list)
    for one in file.embedded:
        # A path on a computer of theirs is not an address: it is said to be one, and not repeated.
        found[one["kind"]].append(say("un fichier ailleurs") if one["name"] == "file:" else one["name"])
    return [Sentence(told, {"names": _listed(found[kind])}) for kind, told in BESIDE.items() if kind in found]


def _listed(names: list[object]) -> object:
    """Names one after another, some of which are sentences."""
    if len(names) == 1:
        return names[0]
    return say("%(first)s, %(rest)s", first=names[0], rest=_listed(names[1:]))


def _kind_name(code: str, language: Language) -> str:
    kind = read_kinds(process.settings().questionnaires_dir).get(code)
    return both(language, kind.fr, kind.en) if kind is not None else code


name_words(
    actions={
        "evidence.recorded": N_("Preuve reçue"),
        "evidence.described": N_("Preuve décrite"),
        "evidence.judged": N_("Preuve examinée"),
        "evidence.replaced": N_("Preuve remplacée par une nouvelle version"),
        "evidence.withdrawn": N_("Preuve retirée avant tout envoi"),
        "evidence.erased": N_("Preuve retirée de ses réponses avant tout envoi, effacée après un délai"),
        "evidence.files_erased": N_("Fichiers que plus rien ne nomme, effacés du coffre"),
        "evidence.damaged": N_("Fichier de preuve abîmé dans le coffre"),
    },
    objects={"Evidence": N_("Preuve")},
    families={"evidence": N_("Preuves")},
    fields={
        "name": N_("Fichier"),
        "size": N_("Taille, en octets"),
        "verdict": N_("Avis"),
        "issuer": N_("Émetteur"),
        "scope": N_("Périmètre"),
        "kind": N_("Nature"),
        "issued_on": N_("Émise le"),
        "expires_on": N_("Expire le"),
        "verdict_note": N_("Motif de l'avis"),
        "sites": N_("Sites"),
        "period_from": N_("Début de la période"),
        "period_to": N_("Fin de la période"),
    },
    read={"kind": _kind_name},
    values={"verdict": {verdict.value: name for verdict, name in VERDICT_NAMES.items()}},
)
