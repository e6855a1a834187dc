"""Which part of a text prevails over the rest, as the text says: what it gives up there, it gives up everywhere.

« En cas de contradiction, les articles 11 et 12 l'emportent sur tous les autres », "the Service Conditions set out in
the Annex prevail over clause 2". A text over which the processor's own policy prevails promises only what that policy,
which nobody signs, leaves of it.
"""

import re
from collections.abc import Iterator, Sequence

from portal.core.expressions import expression
from portal.documents_in.annex_titles import annex_key, annex_label
from portal.documents_in.document import SourceDocument
from portal.paper.rules.clause_numbers import CLAUSES, clauses_above, listed_clauses
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_PREVAILS = expression(
    r"\b(?:(?:shall |will |always )?(?:prevails?|overrides?|supersedes?|controls?\b(?= (?:over|in)))"
    r"|(?:tak|hav|giv|ha)\w{0,15} (?:precedence|priority)"
    r"|prevau\w{1,20}|prevalent|prevaloir|l'emport\w{1,20}|prime(?:nt|ra|ront)?\b|(?:a|ont|aura"
    r"|auront) (?:la )?(?:priorite"
    r"|preseance|primaute))"
)
_MAY_PREVAIL = expression(r"prev(?:ail|al|au)|preced|priorit|overrid|supersed|control|emport|prim[eau]|preseance")
"""Letters without which no part prevails."""
_NOT = expression(r"\b(?:not|never|no|ne|aucun\w{0,15}|sans)(?: \w{1,20})?$")
_OVER_ALL = expression(
    r"\b(?:agreement|contract|dpa|addendum|accord|convention|contrat|avenant|corps|body|tous les autres"
    r"|all (?:the )?other"
    r"|clauses?|articles?|sections?|stipulations|provisions|terms|conflict|conflit|contradiction|contrariete"
    r"|discordance|divergence|inconsisten\w{0,15}|discrepan\w{0,15})\b"
)
_OWN_DOCUMENT = expression(
    r"(?:@p(?:.s)?|\b(?:its|our|their|ses|sa|son|nos|notre)) (?:\w{1,20} ){0,3}(?:polic(?:y|ies)|rules|website|site"
    r"|pages?"
    r"|handbook|manual|documentation|procedures?|practices?|trust cent(?:er|re)|price list|catalogue|tarif\w{0,15}"
    r"|brochures?|charte|charter|politiques?|reglement interieur|usages?|consignes internes)\b"
    r"|\b(?:polic(?:y|ies)|rules|pages?|documentation|procedures?|charte|charter|politiques?|conditions(?: generales)?"
    r"|catalogue|terms)\b[^;|,]{0,50}\b(?:published|posted|available|as (?:amended|updated|revised)"
    r"|publie\w{0,15}|affiche\w{0,15}|en ligne|mise?s? (?:a jour|en ligne)|d(?:u|e la|es) (?:le |la )?@p)\b"
)
_CLAUSES_OVER = expression(r"\b(?:this|the present|le present|la presente|cet|cette|ce)\b|\bdpa\b|\baddendum\b")
_RANKS = expression(
    r"\b(?:rank|order of (?:precedence|priority)|following order|ordre (?:suivant|de priorite|de preseance|decroissant)"
    r"|par ordre|in descending|hierarch)"
)
_OWN_TERMS = expression(
    r"(?:@p(?:.s)?|\b(?:its|our|ses|nos|son|sa)) (?:\w{1,20} ){0,2}(?:terms|conditions|help|pages?|polic(?:y|ies)"
    r"|documentation"
    r"|website|politiques?|charte|catalogue)|\b(?:conditions|pages?|politiques?|charte"
    r"|documentation) (?:[\w']{1,20} ){0,3}@p"
)
_THIS_ONE = expression(
    r"\b(?:this|the present|le present|la presente|cet|cette) (?:agreement|dpa|addendum|accord|annexe?|convention"
    r"|contrat)\b"
)
_BEFORE, _AFTER = 200, 160
"""Characters around the verb in which what prevails, and over what, stands."""
_LIMITS = expression(
    r"\b(?:limited to|confined to|abeyance|suspended|waives?|discharged|(?:est|sont|sera|seront) limite\w{0,15} a"
    r"|renonce\w{0,15}"
    r"|suspendu\w{0,15}|dispense\w{0,15}|no (?:objection|notice) (?:is|shall|will)|(?:not|pas) imputables?"
    r"|sans (?:avoir a|prevenir|avis)|without (?:notice|telling|asking)"
    r"|(?:given|owed|due|provided|available) (?:for|to|on|in) [^;|]{0,40}\bonly)\b"
)
_FAIR_LIMIT = expression(
    r"\b(?:once|twice|une fois|par an|per (?:year|annum)|notice of|days. notice|preavis|business|ouvr\w{1,20}|laws?"
    r"|lois?"
    r"|legal\w{0,15}|confidential\w{0,15}|necessary|necessaires?|documented instructions|instructions documentees"
    r"|authori[sz]ed"
    r"|authori[sz]ation|autorise\w{0,15}|(?:shall|must|doit|does) (?:not|never))\b"
)


def prevailing_places(
    document: SourceDocument, units: Sequence[ContractSentence], lines: Sequence[str]
) -> frozenset[int]:
    """The sentences of the parts that the text says to prevail over the others; none where all of it does."""
    titles: set[str] = set()
    numbers: set[tuple[str, str]] = set()
    for line in filter(_MAY_PREVAIL.search, lines):
        for before, _ in _said_to_prevail(line):
            numbers.update(one for found in CLAUSES.finditer(before) for one in listed_clauses(found[0]))
            titles.update(_annexes(before))
            if "celle-ci sur" in line or "the latter" in line:
                titles.update(_annexes(line))
    if not titles and not numbers:
        return frozenset()
    under = frozenset(rank for rank, path in clauses_above(document.paragraphs) if not numbers.isdisjoint(path))
    found = frozenset(
        place
        for place, unit in enumerate(units)
        if unit.paragraph in under or (titles and any(_is_titled(one, titles) for one in unit.heading.split(" / ")))
    )
    return found if len(found) < len(units) else frozenset()


def is_under_own_document(units: Sequence[ContractSentence], lines: Sequence[str]) -> int | None:
    """The sentence by which a document of the processor's own prevails over this agreement, if there is one."""
    for place, line in enumerate(lines):
        if _RANKS.search(line):
            paragraph = units[place].paragraph
            ranked = " ".join(lines[other] for other in range(place, len(units)) if units[other].paragraph == paragraph)
            own, this = _OWN_TERMS.search(ranked), _THIS_ONE.search(ranked)
            if own and this and own.start() < this.start():
                return place
        for before, after in _said_to_prevail(line) if _MAY_PREVAIL.search(line) else ():
            if _OWN_DOCUMENT.search(before) and _CLAUSES_OVER.search(after) and not _CLAUSES_OVER.search(before):
                return place
    return None


def limiting(lines: Sequence[str], places: frozenset[int]) -> frozenset[int]:
    """Those of some sentences that leave but a part of something, or take it away."""
    return frozenset(place for place in places if _LIMITS.search(lines[place]) and not _FAIR_LIMIT.search(lines[place]))


def _said_to_prevail(line: str) -> Iterator[tuple[str, str]]:
    """What stands before each verb by which one part prevails, and after it."""
    for found in _PREVAILS.finditer(line):
        before = line[max(0, found.start() - _BEFORE) : found.start()]
        after = line[found.end() : found.end() + _AFTER]
        if not _NOT.search(before.rstrip()) and (_OVER_ALL.search(after) or _OVER_ALL.search(before)):
            yield re.split(r"[;|]", before)[-1], after


_ANNEX = expression(
    r"\b(?:annexe?|appendix|appendice|schedule|exhibit)s?(?: (?:n ?° ?)?(?P<id>\d{1,2}|[a-z]|[ivx]{1,4})\b)?"
)


def _annexes(said: str) -> Iterator[str]:
    """The annexes that a few words name; the kind alone when they have no number."""
    for found in _ANNEX.finditer(said):
        kind = annex_key(re.split(r"[ ]", found[0])[0].removesuffix("s"))
        yield f"{kind} {found['id']}" if found["id"] else kind


def _is_titled(title: str, wanted: set[str]) -> bool:
    """Whether a title is that of one of some annexes."""
    label = annex_label(title)
    if not label:
        return False
    key = fold(annex_key(label))
    return key in wanted or key.split(" ")[0] in wanted
