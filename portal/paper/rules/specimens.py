"""What a text shows, recalls or quotes without promising it: a specimen, an extract of the law, a good practice.

« Le modèle ci-dessous ne fait pas partie de l'accord », "This part tells how work was usually done; it is not a term of
the contract", « Vu l'article 28, aux termes duquel le sous-traitant… » : what is said to bind nobody binds nobody, and
what only repeats the law adds nothing to it.
"""

from collections.abc import Iterator, Sequence

from portal.core.expressions import expression
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_NO_PART = expression(
    r"\b(?:forms?|forming|is|are|being|makes?|be|constitutes?) (?:no|not(?: (?:a|any))?) (?:part|terms?|provision"
    r"|undertaking|commitment|promise|stipulation)\b|\bnot (?:a )?(?:terms?|part) of\b|\bnot part of\b"
    r"|\bnot (?:what|something) (?:they|the parties|we) (?:have )?agree|\bha(?:s|ve) gone no further"
    r"|\bne fai(?:t|sant|ont|saient)? ?(?:pas|point) partie|\bne font pas partie|\bn'(?:est|en est) pas une?"
    r" (?:stipulation|clause|engagement|disposition|promesse|condition)|\bn'(?:ajoute|engage|oblige|li)\w{0,15} (?:rien"
    r"|a rien"
    r"|personne|pas|aucun\w{0,15}|ni\b|point)|\bne (?:cree|comporte|contient|constitu|vau|emporte|promet|s'impos"
    r"|li)\w{0,15}"
    r" (?:pas|aucun\w{0,15}|nul\w{0,15}|rien|ni|point|personne)\b|\bn'a (?:pas|aucune|point)(?: \w{1,20})? (?:valeur"
    r"|portee|force"
    r"|effet)"
    r"|\b(?:binds?|commits?|obliges?) (?:nobody|no one|neither|nothing)\b"
    r"|\b(?:adds?|promises?|creates?|imposes?) (?:nothing|no (?:\w{1,20} )?(?:dut|oblig|right|commit)\w{0,15})"
    r"|\bnot (?:legally |contractually )?binding\b|\b(?:for|as|by way of|a titre d\w{0,2}|pour) ?(?:mere |simple "
    r"|pure )?"
    r"(?:illustration|information only|example only|convenience only|exemple|illustrati\w{1,20}|rappel|memoire"
    r"|specimen)\b"
    r"|\bsans (?:valeur|portee|force|caractere) (?:contractuel\w{0,15}|obligatoire|juridique|contraignant\w{0,15})"
    r"|\bpurement (?:indicati|informati|documentaire|illustrati|pedagogi)\w{1,20}|\bpurely (?:illustrative|informative"
    r"|indicative)"
)
_BELOW = expression(
    r"\b(?:below|following|follows?|hereafter|overleaf|beneath|ci-dessous|ci-apres|suivante?s?|qui sui(?:t|vent)"
    r"|boxed|in the box|encadre|in italics|en italique)\b"
)
_SHOWS = expression(
    r"\b(?:specimen|sample|model|template|modele|exemple|example|extracts?|extraits?|excerpts?|quotation|citation"
    r"|wording"
    r"|texte|text|passage|sentences?|phrases?|list|liste|lines?|lignes|paragraphs?|paragraphes|clauses?|rappel|recall"
    r"|what|ce qui|charter|charte|it|they|il|elle|ils|elles|these|ces)\b"
)
_THIS_PART = expression(
    r"\b(?:this|the present|cette|la presente|le present|ce|cet) (?:part|section|chapter|title|page|heading|box|column"
    r"|article|clause|schedule|annexe?|appendix|partie|chapitre|rubrique|titre|encadre|colonne|volet)\b"
)
_GOES_ON = expression(r"^\W{0,4}(?:it|they|he|il|elle|ils|elles|ceci|cela|this|that|rien|nothing|on|we|nous)\b")
_SIGNED_LATER = expression(r"\b(?:until|unless|tant qu\w{0,15}|avant|before)\b[^.;]{0,60}\bsign")
_FAIR = expression(
    r"\b(?:titles?|headings?|titres?|intitules?|numbering|preambule|preamble|recitals?|considerants|visas)\b"
    r"|\b(?:limit|reduc|relie|libere|exoner|decharg|affect|prejudic)\w{0,15}"
)
"""Sentences that say so of titles, or that say what takes nothing away."""
_STRANGER = expression(
    r"@p[^.;|]{0,40}\b(?:n'est pas|n'y est pas|is not|are not|ne sont pas) (?:\w{1,20} )?(?:vise\w{0,15}"
    r"|concerne\w{0,15}|liee?s?"
    r"|tenue?s?"
    r"|concerned|covered|bound|addressed) (?:par|by|a|to) (?:les?|the|ce|what|this|cette|la presente|these)\b"
)
_SPECIMEN_TITLE = expression(
    r"\b(?:specimens?|samples?|sample (?:wording|clauses?)|clauses? types? donnees? en exemple|exemples? de (?:clauses?"
    r"|redaction|stipulations?)|commonly (?:read|say)|what the (?:law|gdpr|regulation) (?:says|requires|asks)"
    r"|ce que (?:dit|prevoit|demande|exige) (?:la loi|le rgpd|le reglement|l'article)|rappels? (?:de la loi|des textes"
    r"|legislatif|legal|reglementaire|de la reglementation)\w{0,15}|extraits? (?:de la loi|du rgpd|du reglement"
    r"|de l'article)"
    r"|extracts? (?:of|from) the (?:law|gdpr|regulation)|courtesy translation|traduction (?:libre|de courtoisie)"
    r"|(?:nos|our) (?:valeurs|values|philosophy|philosophie|ethique|ethics|culture|vision|ambitions?)"
    r"|frequently asked|questions frequentes|anciennes? (?:redaction|version)|former (?:wording|terms))\b"
)
_VOID_TITLE = expression(
    r"\b(?:cancelled|canceled|annulee?s?|abandonnee?s?|superseded|obsolete|caduque?s?|perimee?s?|abrogee?s?|withdrawn"
    r"|retiree?s?|rejected|rejetee?s?)\W{0,3}$"
)
"""The end of a title that says what stands under it to be no more."""
_REPORTED = expression(r"^(?P<intro>[^\":|]{0,160}): ?\" ?(?:[^\" |]{1,30} ){5}")
_AMENDS = expression(
    r"replac|remplac|insert|insere|\badd|ajout|amend|modif|follows|redig|libell|read|ainsi|suivant|\bterm|instruct"
    r"|title|clause|@p"
)
"""What introduces a text between quotation marks that is agreed all the same."""
_QUOTES_LAW = expression(
    r"^\W{0,4}(?:\S{1,7}[.)] )?(?:vu|visa|having regard to|attendu|considerant|whereas|given that|mindful that"
    r"|rappelant"
    r"|recalling)\b(?:[^|]*;\W*$|[^|]{0,200}\b(?:aux termes|dont il (?:ressort|resulte)|d'ou il (?:ressort|resulte)"
    r"|under which|by which|according to which|whereby|selon (?:lequel|laquelle)|qui (?:prevoit|dispose|impose|exige"
    r"|veut)"
    r"))"
)
_LAW_TELLS = expression(
    r"\b(?:article|art\.|rgpd|gdpr|reglement|regulation|loi|law|code)\b[^|;]{0,80}\b(?:aux termes d\w{1,20}|under which"
    r"|according to which|selon (?:lequel|laquelle|lesquels)|d'ou il (?:ressort|resulte)|from which it follows"
    r"|reads?:|whose terms|dont les termes)\b"
)


def shown_places(units: Sequence[ContractSentence], lines: Sequence[str]) -> dict[int, int]:
    """The sentences that a text only shows, recalls or quotes, each with the one that says so, itself perhaps."""
    found: dict[int, int] = {}
    titled = {one for one in {unit.heading for unit in units} if _is_void(fold(one))}
    for place, line in enumerate(lines):
        reported = _REPORTED.search(line)
        if units[place].heading in titled or (reported and not _AMENDS.search(reported["intro"])):
            found.setdefault(place, place)
        if _QUOTES_LAW.search(line) or _LAW_TELLS.search(line):
            found.setdefault(place, place)
        if not (_NO_PART.search(line) or _STRANGER.search(line)) or _SIGNED_LATER.search(line):
            continue
        if not _FAIR.search(line):
            for other in _said_of(place, units, lines):
                found.setdefault(other, place)
    return found


def _said_of(place: int, units: Sequence[ContractSentence], lines: Sequence[str]) -> Iterator[int]:
    """What a sentence that binds nobody speaks of: what follows under its title, or all of its part."""
    heading, around = units[place].heading, _around(place, units)
    said = " ".join(lines[other] for other in around)
    if _BELOW.search(said) and _SHOWS.search(said):
        for other in range(place + 1, len(units)):
            if units[other].heading != heading:
                break
            yield other
    elif heading and _THIS_PART.search(said if _GOES_ON.match(lines[place]) else lines[place]):
        yield from (
            other
            for other, one in enumerate(units)
            if one.heading == heading or one.heading.startswith(f"{heading} / ")
        )


def _around(place: int, units: Sequence[ContractSentence]) -> list[int]:
    """A sentence and those before it in its paragraph."""
    first = place
    while first and units[first - 1].paragraph == units[place].paragraph:
        first -= 1
    return list(range(first, place + 1))


def _is_void(heading: str) -> bool:
    """Whether a title, or one above it, says that what stands under it is a specimen, or is no more."""
    return bool(_SPECIMEN_TITLE.search(_under_the_first(heading))) or any(
        _VOID_TITLE.search(title) for title in heading.split(" / ")
    )


def _under_the_first(heading: str) -> str:
    """The titles above a sentence, but for the first, which may be that of the whole text when others follow."""
    first, _, rest = heading.partition(" / ")
    return rest or first
