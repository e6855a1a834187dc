"""Sentences that say a duty is not owed, wherever they stand in the text and whatever the duty.

« Le Prestataire n'a pas à alerter le Client », "the processor is under no duty to seek any", « sans avoir à en
référer »: an obligation is denied in a few grammatical ways, which deceits can hardly do without, where their subjects
vary without end. What honest agreements do not owe is finite (checking the accuracy of the controller's data,
giving legal advice, naming an officer, obeying an unlawful instruction) and is set aside.
"""

from collections.abc import Iterator, Mapping

from portal.core.expressions import expression
from portal.paper.rules.patterns import PatternTerm, SentenceIndex

_WORD = r"[\w'-]{1,20}"
_MATTER = (
    r"(?:object\w*|oppos\w*|audit\w*|inspect\w*|visite?s?|claim|remedy|consigne\w*|restitut\w*|assist\w*|help|aide"
    r"|concours|alertes?|warning|encrypt\w*|chiffr\w*)"
)
"""What a duty gives, or what the controller has a right to."""
_FORBIDDEN = r"(?:(?:se|y|en|les?|la|lui|leur) |[sl]')?\w{1,20}(?:er|ir|re)\b"
"""What French forbids where it denies: « ne doit pas recourir » is a duty, « ne doit pas d'assistance » is none."""
_UNOWED = (
    rf"\bno (?:{_WORD} )?(?:dut(?:y|ies)\b|oblig|undertaking|commitment|need to\b|requirement to\b)"
    rf"|\b(?:not|never|neither|nor|no longer) (?:{_WORD} ){{0,2}}(?:bound|obliged|obligated|required|expected) to\b"
    rf"|\bneeds? not\b|\b(?:does|do|did|shall) not (?:{_WORD} )?(?:oblige|commit|undertake)\b"
    r"|\b(?:n'est|ne sont|ne sera|ne seront|sans etre|ni|jamais|point|nullement|aucunement) (?:\w{1,20} )?(?:pas "
    r"|point |plus |aucunement |nullement )?(?:tenue?s?|obligee?s?|astreinte?s?) (?:ni )?(?:a\b|aux?\b|de\b|d'|des?\b)"
    r"|\bn'(?:a|ont|aura|auront) (?:pas|point|ni|plus|jamais|nullement|aucunement) a "
    r"|\bsans (?:avoir a|qu\w{0,3} ?(?:il|elle|ils|elles) (?:ait|aient|soit|doive))\b"
    r"|\bwithout (?:having to|being (?:bound|obliged|required)|any (?:dut|oblig)|obligation)"
    r"|\b(?:sans|aucune|nulle) (?:obligation|diligence)"
    r"|\bn(?:e sont|'est) (?:pas|point|ni) (?:a la charge|du ressort|dans les obligations) (?:du|de la|de l'|de) ?@p"
    r"|\b(?:do|does) not (?:form part|fall|lie) (?:of|within|among) (?:the )?@p.s (?:duties|obligations)"
    rf"|\bno (?:{_WORD} ){{1,6}}(?:is|are) (?:stipulated|foreseen|envisaged)\b"
    r"|\b(?:is|are) not (?:foreseen|stipulated|envisaged|owed)\b"
    rf"|\bne (?:(?:doit|doivent|devra)(?! (?:pas|point|plus) {_FORBIDDEN})"
    r"|promet|garantit|s'oblige|s'engage|incombe\w{0,5}|assume|supporte)"
    r" (?:pas|point|rien|aucun|ni|plus|nul)"
    r"|\b(?:owes?|promises?|undertakes?|guarantees?|assumes?) (?:no|nothing|neither)\b"
    rf"|\b(?:no|aucune?|nulle?) {_MATTER}\b(?![^;|]{{0,80}}\b(?:before|avant|without|sans|until|within|dans))"
)
_MAY_DENY = PatternTerm((_UNOWED,))
_DENIES = expression(_UNOWED)
_ORDINARY = expression(
    r"\bverif|\blegal\w{0,4} (?:exam|research|adv|opin)|\blaws?\b|\bloi\b|\blegal|\bgdpr|\brgpd|\bunlawful|illega"
    r"|illicit|statut|receiving party|partie recevante"
    r"|\bdata protection officer|\bdpo\b|\bthird|\btiers\b|\belects?\b|sccs|obtenu|lui-meme|premises|exactitude|accura"
    r"|\bcontinu|\bfees?\b|\bpayment|\bunless\b|\bsauf\b|handle it|y repondre|effort|\brespond\b|directly|\bmonitor"
    r"|surveill|financ|motive|\bunauthori|\bacces\b|\baccess\b|inferred|\bif no\b|shall be taken"
    r"|breach\w{0,3} (?:result|of)"
    r"|\bindemn|template|initiative|labell?ing"
    r"|\bitself\b|'s place|a la place|in its stead|\battendre\b|to wait\b|autres @c|other @c|publi|cout\b"
    r"|\bcost|responsable|a sa place|\bdelegue|depriv|\bprive|separate|\bwhich ha(?:s|ve)\b"
    r"|replac|remplac|\bamend|modifi"
    r"|until the @c|tant que le @c|juridique"
)
"""What honest agreements do not owe, or say beside it."""
_OF_OTHERS = expression(
    r"(?:^|[,;|:.)] ?|\b(?:and|et|which|that|where|but|mais|que|qu'|dont) )(?:the |les? |la |l')?"
    r"(?:@c|data subjects?|personnes? concernees?|nobody)\b[^@;|]{0,60}$"
    r"|@c, (?:lequel|laquelle|who|which|qui)\b[^@;|]{0,60}$"
)
"""Somebody else of whom it is said."""
_SUPPOSED = expression(r"\b(?:if|where|when|si|lorsqu\w{0,3}|whether or)\b[^|;,]{0,60}$")
_REACH = 160
"""Characters after a denial in which what is not owed stands."""


def unowed_places(index: SentenceIndex) -> Mapping[int, str]:
    """The sentences by which the processor does not owe something, each with the words of what is not owed."""
    return dict(_denials(index))


def _denials(index: SentenceIndex) -> Iterator[tuple[int, str]]:
    for place in sorted(index.sentences_with(_MAY_DENY)):
        # The items of a list are denied by what introduces it.
        line = index.lines[place] if index.units[place].lead else index.read[place]
        found = _DENIES.search(line)
        if not found or _ORDINARY.search(line):
            continue
        before = line[: found.start()]
        if not _OF_OTHERS.search(before) and not _SUPPOSED.search(before):
            yield place, line[found.start() : found.end() + _REACH]
