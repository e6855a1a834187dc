"""Clauses that a later paragraph names, and from which it frees the processor or of which it leaves but a part.

« L'exécution de l'article 8 est subordonnée à une option que le Client déclare ne pas avoir souscrite ; le Prestataire
n'y est pas tenu », "Assistance under clause 2.9 is given for access requests only": the clause is no longer promised as
it was written. Beside `withdrawn.py`, which reads what is said of a clause just after its name, this reads the whole
paragraph in which it is named.
"""

from collections.abc import Sequence

from portal.core.expressions import expression
from portal.documents_in.document import SourceDocument
from portal.paper.rules.clause_numbers import CITED, CLAUSES, clauses_above, listed_clauses
from portal.paper.rules.sentences import ContractSentence

_BESIDE = expression(
    r"(?:without prejudice to|sans prejudice d\w{0,2}|conform\w{0,15} (?:a|aux?)|in (?:accordance|compliance|line) with"
    r"|pursuant to|as (?:set out|described|defined|provided|required|stated|permitted) (?:in|by|under)"
    r"|in addition to|en plus d\w{0,2}|outre|subject to|sous reserve d\w{0,2}|dans les conditions (?:de|prevues? a)"
    r"|tels? que \w{1,20} (?:a|dans)|breach of|violation de|in performing|to comply with|complying with)"
    r"\W{0,2}(?:(?:the|le|la|les|l'|its|ses) ?)?(?:[\w'@-]{1,20} ){0,4}$"
)
"""What stands before a clause that is only named on the way to something else."""
_OF_ANOTHER = expression(
    r"(?: ?\(\w{1,4}\)){0,2}\W{0,2}(?:of|in|to|du|de la|de l'|des|d') ?(?:the |le |la "
    r"|l')?(?:\w{1,20} ){0,2}(?:schedule"
    r"|annexe?|appendix|exhibit|standard"
    r"|clauses|sccs?|ccts?|gdpr|rgpd|regulation|reglement|directive|code|main|master|principal|treaty|traite|msa|eu\b"
    r"|uk\b"
    r"|ue\b)"
)
"""What stands after a clause of another text."""
_NAMED = (
    r"\b(?:(?:under|of|in|by|from|de|d'|du|par|a|aux?|dans) (?:the |les? |la |l')?)?"
    rf"(?:articles?|clauses?|sections?|points?) {CITED}"
)
_LEAVES_A_PART = expression(
    rf"{_NAMED}(?![^;|]{{0,12}}\b(?:gdpr|rgpd|regulation|reglement|directive|scc))[^;|]{{0,90}}?"
    r"\b(?:(?:(?:is|are|be|being) (?:\w{1,20} )?(?:given|owed|due|provided|available|granted|limited|confined"
    r"|restricted"
    r"|reduced|kept)\b[^;|]{0,60}\b(?:only|solely|exclusively|alone|limited to|confined to|restricted to|reduced to"
    r"|to)\b)"
    r"|(?:runs?|applies|operates|works|holds?) (?:for|to|in respect of|as regards|only for) [^|;]{0,30}\bonly\b"
    r"|depends? (?:up)?on\b|depend(?:ent|ra|ront)? d|contingent (?:up)?on|(?:is"
    r"|are) (?:\w{1,20} )?conditional (?:up)?on"
    r"|(?:never|not|jamais|non|pas) (?:against|contre|a l'encontre d\w{1,2}) ?(?:the |le |la |l')?@p"
    r"|in abeyance|(?:est|sont|sera|seront) (?:\w{1,20} )?(?:limite|cantonne|restrein|reserve|ramene"
    r"|reduit)\w{0,15} (?:a|aux?)\b"
    r"|se (?:limite|borne|reduit|resume)\w{0,15} (?:a|aux?)\b"
    r"|ne (?:cour|joue|profite|beneficie|concerne|vise|porte|s'exerce|s'entend|s'execute"
    r"|se fait)\w{0,15} (?:\w{1,20} )?qu"
    r"|(?:beneficie|profite)\w{0,15} aux? seule?s?\b"
    r"|(?:est|sont) (?:(?!pas\b|point\b|ni\b|jamais\b)\w{1,20} )?(?:subordonne|conditionne|suspendu)\w{0,15})"
)
"""A clause of which something is left: some requests, some persons, a summary, what was bought."""
_NO_SUCH = expression(
    r"\b(?:for the purposes? of|within the meaning of|pour (?:l'application|les besoins) d\w{1,3}|au sens d\w{1,3}) ?"
    rf"(?:les? |la |l')?{_NAMED}[^;|]{{0,160}}\b(?:(?:is|are|shall|do|does|will) not (?:be )?(?:\w{{1,20}} )?(?:regard"
    r"|consider|treat|deem|count|held|constitut|qualif)|n(?:e|'est|'a|'ont) ?(?:sont |est )?(?:pas"
    r"|point) (?:\w{1,20} )?"
    r"(?:regard|consider|repute|tenu|assimil|compt|qualifi))"
)
"""What a clause is said not to be about, to whom it was meant for."""
_FAIR = expression(
    r"\b(?:once|twice|une fois|deux fois|\d+ (?:times?|fois|days?|jours?|hours?|heures?|months?|mois)|per (?:year"
    r"|annum)"
    r"|par an\b|each year|chaque annee|business (?:hours|days)|heures (?:ouvrees|de bureau)|jours ouvres|notice|preavis"
    r"|laws?|lois?|legal\w{0,15}|legale?s?|statut\w{0,15}|confidential\w{0,15}|secre\w{0,15}|ancillary|accessoires?"
    r"|necessary|necessaires?"
    r"|relevant|pertinent\w{0,15}|authorit\w{1,20}|autorites?|liab\w{0,15}|indemn\w{0,15}|responsabilite"
    r"|plafond\w{0,15}|montants?|amounts?"
    r"|fees|prix|couts?|costs?|scope of|the processing|the services|processing carried|traitements? confie)"
)
"""What honest agreements limit a clause to: a time, a number, what the law or the processing asks for."""
_HOLDS_BACK = expression(
    r"^\W{0,4}(?:\S{1,7}[.)] )?(?:notwithstanding|nonobstant|despite|en depit d\w{1,3}"
    r"|par (?:exception|derogation) (?:a|aux?)"
    r"|by (?:way of )?(?:derogation|exception) (?:from|to)|contrary to|contrairement (?:a|aux?)) ?(?:the |les? |la "
    r"|l')?"
    rf"(?:[\w'-]{{1,20}} ){{0,4}}?(?:articles?|clauses?|sections?|points?) {CITED}"
)
_KEEPS = expression(
    r"\b(?:demeur|rest(?:e|ent)|conserv|gard|keeps?|retain|remain|stay|continu|librement|freely|libre|free|any country"
    r"|tout pays|its own|son propre|ses propres|without limit|sans limit|indefinite|without (?:asking|telling|notice)"
    r"|sans (?:preavis|accord|avis))"
)
OF_PROCESSOR = expression(r"@p|^\W{0,4}(?:it|they|il|elle|ils|elles)\b")
"""What a sentence says when it frees the processor, and nobody else."""
_ANY_NUMBER = expression(r"(?:le|se|[ehmnt]s|on|ph|he|nt|em) \d")
"""The end of a word for a clause, and a digit."""
_BEFORE = 160
"""Characters before a clause in which it is said that it is only named on the way."""
_NEAR = 50
"""Characters around a clause in which it is said what of it a sentence speaks of."""
_LEGAL = expression(
    r"\b(?:laws?|lois?|legal\w{0,15}|legale?s?|lega\w{1,20}|statut\w{0,15}|legislation|reglement\w{0,15}"
    r"|regulat\w{0,15}|authorit\w{1,20}|autorites?"
    r"|confidential\w{0,15}|secure\w{0,15}|encrypt\w{0,15}|chiffr\w{0,15}|bound|tenue?s?|liable|responsables?|until"
    r"|jusqu\w{0,15}|overwrit\w{0,15}"
    r"|ecras\w{0,15}|@p (?:shall|must|doit|s'engage))\b"
)


def undone_places(
    document: SourceDocument, units: Sequence[ContractSentence], lines: Sequence[str], freeing: frozenset[int]
) -> dict[int, int]:
    """The sentences of the clauses that a paragraph names and undoes, each with the sentence that undoes it.

    `freeing` are the sentences that free the processor of something.
    """
    above = dict(clauses_above(document.paragraphs))
    undone: dict[tuple[str, str], int] = {}
    paragraph, named = -1, set[tuple[str, str]]()
    for place, unit in enumerate(units):
        if unit.paragraph != paragraph:
            paragraph, named = unit.paragraph, set()
        line = lines[place]
        cited = _cited(line)
        named |= cited
        if not named:
            continue
        frees = place in freeing and OF_PROCESSOR.search(line)
        freed = named if frees else cited if _leaves_a_part(line) or _holds_back(line) else frozenset()
        for clause in freed.difference(above.get(paragraph, ())):
            undone.setdefault(clause, place)
    if not undone:
        return {}
    by_rank = {rank: undone[one] for rank, path in above.items() for one in path if one in undone}
    under = {place: by_rank[unit.paragraph] for place, unit in enumerate(units) if unit.paragraph in by_rank}
    return under | {place: place for place in undone.values()}


def names_clauses(line: str) -> bool:
    """Whether a sentence names clauses by their number: it then speaks of them, and of no other."""
    return bool(_cited(line))


def words_beside_clauses(line: str) -> str:
    """What stands around the clauses that a sentence names: what of them it speaks of."""
    return " | ".join(line[max(0, found.start() - _NEAR) : found.end() + _NEAR] for found in CLAUSES.finditer(line))


def _cited(line: str) -> set[tuple[str, str]]:
    """The clauses a sentence speaks of, but those it only names on its way."""
    if not _ANY_NUMBER.search(line):
        return set()
    return {
        one
        for found in CLAUSES.finditer(line)
        if not _BESIDE.search(line[max(0, found.start() - _BEFORE) : found.start()])
        and not _OF_ANOTHER.match(line, found.end())
        for one in listed_clauses(found[0])
    }


def _leaves_a_part(line: str) -> bool:
    found = _LEAVES_A_PART.search(line) or _NO_SUCH.search(line)
    return bool(found and _cited(line)) and not _FAIR.search(line)


def _holds_back(line: str) -> bool:
    return bool(_HOLDS_BACK.match(line) and _cited(line) and _KEEPS.search(line) and not _LEGAL.search(line))
