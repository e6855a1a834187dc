"""Words of a duty that the text itself empties by its definitions (« Notification » : l'affichage d'un message…).

A definition that keeps to the usual meaning has no reserve in it. One that brings a reserve in (only, except, a page to
be read, what one party deems) may empty every duty that uses the word: none of them is then held to be plainly said.
"""

from collections.abc import Collection, Iterator, Sequence

from portal.core.expressions import expression
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_DEFINES = expression(
    r"^\W{0,4}(?:\S{1,6}[.)] )?(?:the (?:term|word|expression) |le (?:mot|terme) |l.expression |(?:an?|any"
    r"|une?|the|les?|la|l') ?)?\"\s?"
    r"(?P<term>[^\"]{3,40}?)\s?\"(?:,? (?:or|ou) \"[^\"]{2,40}\")? ?(?:\([^)]{0,60}\) ?)?(?::|=|-|,|s.entend"
    r"|(?:shall |will )?(?:means?|mean only|refers? to|"
    r"includes?|covers?)|(?:is|are) (?:only|limited|deemed|defined)|designe\w*|signifie\w*|vise\w*"
    r"|recouvre\w*|est\b|sont\b|veut dire)"
)
_WATCHED = expression(
    r"\b(?:instruct\w*|consignes?|notif\w*|notices?|alertes?|information|audits?|inspections?|controles?"
    r"|verifications?|suppr\w*|delet\w*|effac\w*"
    r"|eras\w*|destr\w*|restitution|return\w*|personnel|staff|employees?|salaries|(?:authorised"
    r"|authorized) (?:persons?|personnel|users?)"
    r"|personnes? (?:autorisees?|habilitees?)|collaborateurs?|sub-?processors?|subcontractors?"
    r"|sous-traitants?(?: ulterieurs?)?|breach\w*|violations?"
    r"|incidents?|assist\w*|help|aide|cooperation|confidential\w*|documented|documentee?s?|written"
    r"|in writing|par ecrit|ecrite?s?|security measures?"
    r"|mesures(?: de securite)?|transfers?|transferts?|third countr\w*|pays tiers|promptly"
    r"|without undue delay|immediat\w*|sans delai|dpias?|aipd"
    r"|approval|consent|authori[sz]ation|autorisation|accord|objection)\b"
)
_NO_ACT = expression(
    r"\b(?:list|liste|address|adresse|tool|outil|page|exhibit|documentation|laws?|lois?|subjects?"
    r"|concernees?|information confidentielle"
    r"|confidential information|agreement|client|clients|customer|protection)\b"
)
"""What makes of a term the name of a thing, not of a duty (« Sub-processor List », « Accord »)."""
_HOLLOWS = expression(
    r"\b(?:only|solely|merely|exclud\w+|except\w*|other than|(?:does|do|shall|will) not|not (?:includ\w+"
    r"|being|counting)|posting|posted|post(?:s)? on|publish\w*|publication"
    r"|display\w*|summar(?:y|ies)|website|status page|deemed|sees? fit|thinks?|considers?|judges?|discretion"
    r"|convenience|at its|opinion|remain\w*|stay\w*"
    r"|headquarters|head office|more than|at least|exceed\w*|\d{2,} or more|material(?:ly)?\b|serious"
    r"|significant|major|proven|established by"
    r"|uniquement|seule?s?|seulement|exclu\w*|a l.exception|hors|sauf|hormis|autres? que|n.en (?:sont|est"
    r"|fait|font) pas|ne (?:sont|constituent?|comprend|comprennent|vise|sont)\b"
    r"|affich\w*|mise en ligne|met en ligne|publi\w*|lecture|consult(?!ant)\w*|resume\w*|synthese|site internet"
    r"|repute\w*|juge\w*|estime\w*|considere\w*|opportun"
    r"|discretion|convenance|a son gre|demeur\w*|rest(?:e|ent)\b|siege|plus de|au moins|superieur\w*"
    r"|grave\w*|majeu\w*|significati\w*|serieu\w*|averee?s?|constate\w* par)\b"
)
_USUAL = expression(
    r"\b(?:country|countries|jurisdictions?|states?|territor\w+|pays|etats?) (?:other than|autres? que|not )"
    r"|\bunsuccessful|\binfructueu|\btentatives?\b|\bunauthori[sz]ed|breach of security leading"
    r"|violation de la securite entrain|\bat rest\b"
    r"|\b(?:any|an|un|une|toute?) (?:other )?(?:@p|processor|third|entity|person|tiers|entite"
    r"|personne)[^.]{0,90}(?:engag|appoint|process|trait|charg|recrut)\w*(?![^.]{0,200}?(?:sees fit|discretion"
    r"|estime|juge|opportun|liste tenue))"
)
_ACT = (
    r"(?P<act>delet\w{1,12}|eras(?:ed|ure)|suppress\w{1,12}|supprim\w{1,12}|effac\w{1,12}|destruct\w{1,12}|notif\w{1,12}|audit\w{0,12}|inspect\w{1,12}|transfer\w{0,12}"
    r"|restitu\w{1,12}|returned\b)"
)
_DEEMS = (
    expression(
        r"\b(?:(?:(?:does|do|shall|will) not (?:constitute|amount to|count as)|ne constitue\w* pas)"
        r"(?: an?| une?| des| la| le| l.| de)?|(?:is|are) not (?:an?|the|(?=\w{1,20}(?:ions|its|fers)\b))"
        rf"|(?:n.est|ne sont) pas (?:une?|des|la|le|l.|de)) ?{_ACT}"
    ),
    expression(
        r"\b(?:(?:is|are|shall be|will be) (?:deemed|considered|treated as|regarded as|taken to be)"
        r"(?: to (?:be|have been))?"
        r"|counts? as|amounts? to|vaut|vaudra|valent|tien\w+ lieu d\w{0,2}|(?:est|sont|sera|seront) repute\w*"
        rf"|regarde\w* comme) ?(?:an? |un |une |des |la |le |l.|de )?(?!transfer){_ACT}"
    ),
    expression(
        rf"{_ACT}[^.;]{{0,30}}\b(?:is|are|shall be|will be|est|sont|sera) (?:satisfied|fulfilled|met|discharged"
        r"|satisfaite?s?|rempli\w*|accompli\w*|repute\w*|acquis\w*) "
        r"(?:where|when|by|if|once|par|lorsqu\w*|quand|si|des)\b"
    ),
)
"""What says that an act is done by something less, or that something is not such an act."""
_PROVISION = expression(r"\b(?:part-provisions?|invalid|severab\w*|unenforceable)\b")
"""What is deemed deleted in the sentence that saves a text from one of its clauses being void."""
_STEM = 5
"""Letters by which an act is recognised in other sentences."""


def hollow_places(units: Sequence[ContractSentence]) -> tuple[frozenset[int], frozenset[int]]:
    """The sentences that use a word which the text defines with a reserve, and those that define words."""
    definitions: set[int] = set()
    hollow: set[str] = set()
    for place, unit in enumerate(units):
        term = _defined_by(unit)
        if not term:
            continue
        definitions.add(place)
        if _WATCHED.search(fold(term)) and not _NO_ACT.search(fold(term)):
            said = " ".join(fold(one.text) for one in _of_paragraph(place, units))
            said = said[said.find(fold(term)) + len(term) :]
            if _HOLLOWS.search(said) and not _USUAL.search(said):
                hollow.add(term)
    places = _using(hollow, units) | _deemed_places(units)
    return places - definitions, frozenset(definitions)


def _using(terms: Collection[str], units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences in which one of some terms stands, as it is written."""
    return frozenset(
        place for place, unit in enumerate(units) if any(term in unit.text or term in unit.lead for term in terms)
    )


def _deemed_places(units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences about an act that another one says to be done by less, or not to be such an act."""
    folded = [fold(unit.text) for unit in units]
    deeming: dict[str, set[int]] = {}
    for place, said in enumerate(folded):
        for deems in () if _PROVISION.search(said) else _DEEMS:
            for found in deems.finditer(said):
                deeming.setdefault(_stem(found["act"]), set()).add(place)
    return frozenset(
        place
        for place, said in enumerate(folded)
        if any(stem in said and place not in own for stem, own in deeming.items())
    )


def _stem(word: str) -> str:
    return word[:_STEM]


def _of_paragraph(place: int, units: Sequence[ContractSentence]) -> Iterator[ContractSentence]:
    """A sentence and those after it in its paragraph."""
    paragraph = units[place].paragraph
    while place < len(units) and units[place].paragraph == paragraph:
        yield units[place]
        place += 1


def _defined_by(unit: ContractSentence) -> str:
    """The term a sentence defines, as it is written; empty when it defines none."""
    folded = fold(unit.text)
    found = _DEFINES.search(folded)
    if not found or len(folded) != len(unit.text):
        return ""
    term = unit.text[found.start("term") : found.end("term")].strip()
    return term if term[:1].isupper() else ""
