"""Rights that the controller gives up, whatever the clause that gave them: « renonce à tout audit », "needs no audit".

A right given in one article and renounced on the page of signature is not a right. What the controller keeps for itself
(a claim, a court) is not spoken of here: only what the processor owes, or has to put up with.
"""

from collections.abc import Iterator

from portal.core.expressions import expression
from portal.paper.rules.patterns import PatternTerm, SentenceIndex

_RIGHT = (
    r"(?:audits?|inspections?|controles?|verifications?|visites?|visits?|checks?|objections?|oppositions?|oppose[rs]?"
    r"|object\b|recours|remed\w{1,4}|claims?|actions?|restitutions?|returns?|notifications?|notices?|alertes?"
    r"|informations?|justifi\w{1,9}|preuves?|evidence|proof|documents?|assistance|aide|help|benefi\w{1,4}|droits?"
    r"|rights?|choi(?:x|ces?)|copies|clauses?|articles?|paragraphe?s?|sections?)\b"
)
_GIVES_UP = (
    rf"(?:@c\b|^(?:il|elle|it|they|he|she)\b)[^|;.@]{{0,120}}\b(?:renonc(?:e|ent|era|eront)|waives?|forgoes?|foregoes?"
    rf"|relinquish\w{{0,3}}|needs no|requires no|n'a (?:plus )?besoin d'aucun\w{{0,2}}|se tient pour satisfaite? de)\b"
    rf"[^|;.]{{0,90}}\b{_RIGHT}"
    rf"|(?:@c\b|^(?:il|elle|it|they)\b)[^|;.]{{0,140}}\b(?:dispens(?:e|ent|era)|decharg(?:e|ent|era)|releases?"
    rf"|discharges?|excuses?|exempts?|tient quitte) (?:the |le |la |l')?@p\b[^|;.]{{0,60}}\b{_RIGHT}"
    r"|(?:@c\b|^(?:il|elle)\b)[^|;.]{0,140}\bs'interdi(?:t|ra|sent) (?:tout|toute|tous)? ?(?:recours|action|reclamation"
    r"|opposition|audit|controle)"
    r"|@c\b[^|;.]{0,60}\blooks? (?:solely|only|exclusively) to\b"
    r"|@c (?:\w{1,20} )?(?:handles?|deals? with|looks? after|answers?|traite|gere|instruit)\b[^|;.]{0,90}"
    r"\b(?:by itself|by themselves|on its own|sans (?:le |la |l')?@p|without (?:the )?@p)"
)
_MAY_GIVE_UP = PatternTerm((_GIVES_UP,))
_FINDS = expression(_GIVES_UP)
_FAIRLY = expression(
    r"\b(?:jury|court|courts|tribunal|jurisdiction|juridiction|subrogation|assureurs?|insurers?|immunit\w{1,3}"
    r"|cnil|unless|sauf|until|except|force majeure|illicit\w{0,3}|unlawful|fees?|invoices?|factures?|paiement|payment"
    r"|ne renonce|not waive|no waiver|(?:does|shall|will) not|failure|retard|delay in)\b"
)
"""What is given up fairly, or not at all."""
_REACH = 160
"""Characters after the words of giving up in which what is given up stands."""


def given_up_places(index: SentenceIndex) -> Iterator[tuple[int, str]]:
    """The sentences by which the controller gives up what it is owed, each with the words of what it gives up."""
    for place in sorted(index.sentences_with(_MAY_GIVE_UP)):
        line = index.read[place]
        found = _FINDS.search(line)
        if found and not _FAIRLY.search(line):
            yield place, line[found.start() : found.end() + _REACH]
