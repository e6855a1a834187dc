"""Who is who in a text: its names and nouns for the controller, the processor and sub-processors made four words.

Rules then speak of `@p` (processor), `@c` (controller), `@s` (sub-processor) and `@d` (personal data), whatever the
text calls them: « SCALINGO », « le Prestataire », "we", « la bibliothèque adhérente ».
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.paper.rules.folding import fold

PROCESSOR, CONTROLLER, SUBPROCESSOR, DATA = "@p", "@c", "@s", "@d"

_NAME = r"((?:[A-ZÀ-Ý]|\d+[a-z])[\w.&'’-]*(?: [A-ZÀ-Ý][\w.&'’-]*){0,3})"
_QUOTE = r"[\"“”«»']"
_NAMED = {
    PROCESSOR: (
        rf"{_NAME}\s*\((?:[^()]{{0,60}}?)?{_QUOTE}?\s*(?:[Tt]he |[Ll]e )?(?:[Dd]ata )?(?:[Pp]rocessor|PROCESSOR|[Ss]ous-[Tt]raitant|SOUS-TRAITANT|[Pp]restataire)\s*{_QUOTE}",
        rf"{_NAME},? (?:is|acts|acting|agit|agissant|intervient|est)(?: qualified| considered)? (?:as |en (?:qualité|tant) (?:de|que) |comme |un |le |la )?(?:a |the |your )?(?:[Dd]ata )?(?:[Pp]rocessor|[Ss]ous-[Tt]raitant)",
        rf"{_NAME} (?:processes|will process|traite)[^.\n]{{0,60}}(?:on behalf of|pour le compte d)",
        rf"(?:[Pp]rocessor|[Ss]ous-[Tt]raitant|SOUS-TRAITANT)\s*{_QUOTE}?\s*(?:ou|or|,|:)\s*{_QUOTE}?\s*{_NAME}",
    ),
    CONTROLLER: (
        rf"{_NAME}\s*\((?:[^()]{{0,60}}?)?{_QUOTE}?\s*(?:[Tt]he |[Ll]e )?(?:[Dd]ata )?(?:[Cc]ontroller|CONTROLLER|[Rr]esponsable d[eu] [Tt]raitement)\s*{_QUOTE}",
        rf"{_NAME},? (?:is|are|acts|act|acting|agit|agissant|est)(?: qualified| considered)? (?:as |en (?:qualité|tant) (?:de|que) |comme |un |le |la )?(?:a |the )?(?:[Dd]ata )?(?:[Cc]ontroller|[Rr]esponsable d[eu] [Tt]raitement)",
        rf"[Rr]esponsable d[eu] [Tt]raitement\s*{_QUOTE}?\s*(?:ou|or|,)\s*{_QUOTE}\s*(?:[Ll]e |[Ll]a |[Tt]he )?{_NAME}",
        rf"{_QUOTE}\s*{_NAME}\s*{_QUOTE}\s*(?:or|ou|/)\s*{_QUOTE}?\s*(?:the |le )?(?:[Dd]ata )?(?:[Cc]ontroller|[Rr]esponsable d[eu] [Tt]raitement)",
        r"\b(?:[Ll]a|[Ll]e|[Ll]'|[Tt]he|votre|your) ((?:bibliothèque|cabinet|collectivité|établissement|association|commune|école|entreprise|société|organisme|organization|organisation|school|institution|district|university|merchant|publisher)(?: (?:adhérent|utilisat|client|cliente|d'avocats)\w*)?)[^.\n]{0,60}(?:responsable d[eu] traitement|data controller|« Client »|“Customer”)",
    ),
}
_ACTING = re.compile(
    rf"(?<![.\n] ){_NAME} (?:shall|will|agrees|undertakes|may not|s'engage|s’engage|doit|notifie|informe|met en|assiste|garantit|traite|assure|supprime|implements|maintains|processes|notifies|assists|ensures)\b"
)
_SERVED = re.compile(
    r"(?:[Oo]n behalf of|instructions? (?:of|from|by)|instructed by|pour le compte|instructions?) "
    rf"(?:the |de la |de l['’]|de |du |d['’])(?:said |dit |dite )?(?:{_NAME}|([a-zà-ÿ]+))"
)
_ACTIVE = 3
"""How often a name must promise for it to be the processor's, when nothing says who is the processor."""
_OFTEN = 2
"""How often a text must serve a name for the name to be its controller's."""
_COMMON = frozenset(
    "the le la les l a an this that each all any it he they such where data personal party parties agreement dpa contract contrat "
    "services service gdpr rgpd annex annexe article section clause subprocessor sub-processor subprocessors supervisory authority ce "
    "cette il elle tout toute nous vous we you commission union european standard exhibit schedule appendix order law member state "
    "user users utilisateur utilisateurs affiliate affiliates regulation règlement reglement traitement others another third parties its their his responsable sous-traitant group tiers ses son leur chaque fournisseur processing security no if when upon".split()
)

_NOUNS = (
    (
        SUBPROCESSOR,
        r"sub[- ]?processors?|sub-?contractors?|subcontract processors?|(?:an)?other processors?|further processors?|additional processors?|(?:third[- ]party|third party) processors?|"
        r"sous[- ]?traitants? (?:ulterieurs?|secondaires?|tiers|subsequents?|supplementaires?|additionnels?|de (?:second|rang|premier|deuxieme)\w*(?: \d)?(?: niveau| rang)?|de \w+ niveau|actuels?|autorises?|agrees?|engages?|eventuels?|suivants?)|"
        r"(?:un |d')?autres? sous-traitants?|(?:aucun|tout|nouveau|nouvel|chaque|propres|ses|des|nos|leurs|d'un|aux|d'eventuels|de nouveaux) (?:autre )?sous-traitants?|sous-traitants|"
        r"prestataires (?:tiers|ulterieurs|externes)|subprocesador",
    ),
    (
        CONTROLLER,
        r"(?:data )?controllers?|responsables? (?:du|de|des|principal du)(?: |-)traitements?|(?<=le )responsable|(?<=du )responsable|(?<=au )responsable|customers?|clients?|donneurs? d'ordres?|subscribers?|licensees?|contracting authority|commissioning party|abonnes?|"
        r"\byou\b|\byours?\b|\bvous\b|\bvotre\b|\bvos\b|exporter|merchants?|buyers?|acheteur|l'adherent\b",
    ),
    (
        PROCESSOR,
        r"(?:data )?processor|sous-traitant|prestataires?|service provider|providers?|vendors?|suppliers?|contractors?|fournisseurs?|titulaire|editeur|hebergeur|importer|"
        r"\bwe\b|(?<=by )us|(?<=from )us|(?<=with )us|(?<=instruct )us|\bours?\b|\bnous\b|\bnotre\b|\bnos\b",
    ),
    (
        DATA,
        r"(?:@c )?personal (?:data|information)|@c data|@c content|donnees (?:a caractere personnel|personnelles|client|clients|du @c|@c)|@c's (?:personal )?data|\bdcp\b|personally identifiable information|company personal data|student data|data of (?:the )?@c|client data",
    ),
)


@dataclass(frozen=True)
class Parties:
    """The names a text gives to its parties, folded; what every text may call them is known besides."""

    processor: frozenset[str] = frozenset()
    controller: frozenset[str] = frozenset()

    def rewritten(self, folded: str) -> str:
        """A folded text with each party by its letter.

        >>> Parties(frozenset({"scalingo"})).rewritten("scalingo shall notify the customer of any subprocessor")
        '@p shall notify the @c of any @s'
        """
        for token, names in ((CONTROLLER, self.controller), (PROCESSOR, self.processor)):
            if names:
                folded = re.sub(
                    rf"\b(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b", token, folded
                )
        for token, pattern in _COMPILED:
            folded = pattern.sub(token, folded)
        return folded


_COMPILED = tuple(
    (token, re.compile(rf"(?<![\w@-])(?:{pattern})(?![\w-])" if token != DATA else rf"(?<![\w])(?:{pattern})(?!\w)"))
    for token, pattern in _NOUNS
)


def parties(text: str) -> Parties:
    """Find in a whole text (not folded) the names of its parties.

    >>> sorted(parties("ACME SAS (ci-après « le Sous-traitant ») traite les données.").processor)
    ['acme', 'acme sas']
    """
    served = Counter(fold(match[1] or match[2]) for match in _SERVED.finditer(text))
    acting = Counter(fold(match[1]) for match in _ACTING.finditer(text))
    doer = {name for name, seen in acting.most_common(2) if seen >= _ACTIVE and seen > 2 * served[name] and _usable(name)}
    controller = _named(text, _NAMED[CONTROLLER]) | {
        name for name, seen in served.items() if seen >= _OFTEN and _usable(name)
    }
    processor = _named(text, _NAMED[PROCESSOR])
    if not processor - controller:
        processor = doer
        controller -= {name for name in controller for done in doer if name.startswith(done)}
    processor -= controller
    return Parties(frozenset(processor), frozenset(controller))


def _named(text: str, patterns: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            name = fold(match[1]).strip(" .'")
            for known in (name, name.split(" ")[0]):
                if _usable(known):
                    found.add(known)
    return found


def _usable(name: str) -> bool:
    words = name.split()
    return (
        len(name) > 2
        and not all(word in _COMMON for word in words)
        and words[0] not in _COMMON
        and not any(re.fullmatch(pattern, name) for _, pattern in _NOUNS)
        and not re.search(r"sub-?processor|controller|processor|traitant|traitement", name)
    )
