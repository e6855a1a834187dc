"""What makes a text's promises void without touching one of them: no honest agreement that was measured says any of it.

A proposal, a silence of an hour, a user who logs in, that stands as the controller's own instruction; choices that the
processor makes in the controller's name, once for all; rules applied wherever they differ from the agreement; a scope
that ceased to exist; services that are owed to nobody who has not paid. One such sentence is enough to have every duty
reviewed; lesser ones (an option not bought, a right already spent) are counted with what else takes promises back.
"""

from collections.abc import Iterator, Sequence

from portal.core.expressions import expression
from portal.paper.rules.patterns import PatternTerm, SentenceIndex

_STANDS_AS = (
    r"\b(?:stands?|counts?|is (?:taken|treated|deemed|regarded)|operates?|amounts? to|vau(?:t|dra)|valent"
    r"|tien(?:t|dra) lieu|emporte\w{0,2}|est repute\w{0,2})\b"
)
_MADE_UP = (
    r"(?:\bpropos(?:al|als|ition|itions)\b|\bsilence\b|\blogs? (?:in|on)\b|\blog-?ins?\b|\bconnexions?\b"
    r"|\bouvertures? de session\b|\bsessions?\b|\bswip\w{2,4}\b|\bminutes?\b|\b(?:une|one|deux|two) (?:heures?"
    r"|hours?)\b"
    r"|\bpayments? of\b|\bpaiement d\w{1,2}\b)"
)
_OUTRIGHT = PatternTerm(
    (
        rf"{_MADE_UP}[^.;|]{{0,160}}{_STANDS_AS}[^.;|]{{0,60}}\b(?:instructions?|authori[sz]ations?|autorisations?)\b"
        rf"|{_STANDS_AS}[^.;|]{{0,60}}\b(?:instructions?|authori[sz]ations?|autorisations?)\b[^.;|]{{0,160}}{_MADE_UP}"
        # A choice that the processor makes for the controller, or that is given away beforehand.
        r"|\b(?:choix|choices?|autorisations?|authori[sz]ations?|oppositions?|objections?|instructions?)\b[^.;|]{0,140}"
        r"\b(?:exerce\w{0,3}|exercised|given|donnee?s?|made) (?:by|par) (?:the |le |la |l')?@p\b[^.;|]{0,160}"
        r"\b(?:mandat\w{0,5}|irrevocabl\w{1,6}|name of|au nom d\w{1,2}|sees? fit|juge|estime)\b"
        r"|@c\b[^.;|]{0,60}\b(?:mandat\w{0,2} irrevocabl\w{1,6}|irrevocabl\w{1,6} (?:mandat\w{0,5}|appoints?|empowers?"
        r"|authori[sz]es?))[^.;|]{0,160}\b(?:choix|choices?|autorisations?|authori[sz]ations?|oppositions?|objections?"
        r"|instructions?)\b"
        r"|@c\b[^.;|]{0,90}\b(?:taken|deemed|repute\w{0,2}) (?:to have |avoir )(?:\w{1,12} )?(?:donated|donne\w{0,2}"
        r"|ceded|cede|abandon\w{0,4}|given up|waived|renounced|renonce)\b"
        # Other rules, wherever they differ.
        r"|\b(?:applied|followed|appliquee?s?|suivie?s?)\b[^.;|]{0,20}\b(?:wherever|whenever|chaque fois|des lors"
        r"|partout)"
        r"[^.;|]{0,60}\b(?:differ|diverge|differe|divergent|contredi)\w{0,4}"
        r"|\bdone in accordance with[^.;|]{0,90}\bis done in accordance with\b"
        # Owed to nobody who has not paid.
        r"|\b(?:prestations?|services?|assistance|aide|obligations?|dut(?:y|ies))\b[^.;|]{0,90}\b(?:prix|price|conditions"
        r" financieres|fees?|tarif)\b[^.;|]{0,90}\b(?:n'est pas due|ne sont pas dues|(?:is|are) not owed)\b",
    )
)
"""Sentences one of which is enough."""
_OUTRIGHT_FAIRLY = PatternTerm(
    (
        r"\bn(?:e|i) (?:vau(?:t|dra)|valent|tien(?:t|nent)|saurai\w{1,4})\b|\bn'(?:emporte|est pas repute|equivaut)\b"
        r"|\b(?:do|does|shall|will|may|can)(?:not| not| never) |\b(?:is|are) (?:not|never) "
        r"(?:taken|treated|deemed|regarded)\b|\b(?:no|neither|nor|aucune?|nul|never)\b"
        r"|\b(?:invoices?|factures?|interests?|interets|penalt\w{1,4}|penalites?|indemn\w{1,6}|docking|court|tribunal"
        r"|juridiction|@c (?:may|peut|pourra) (?:\w{1,12} )?(?:withdraw|revoke|revenir))\b",
    )
)
_HINTS = PatternTerm(
    (
        r"@p (?:is|est|sera|shall be|remains?|reste|demeure) (?:the |le |la )?(?:sole|only|seule?) (?:judge|juge"
        r"|arbiter"
        r"|arbitre)\b"
        r"|\bn'a(?:vait)? pas (?:ete )?(?:retenue?s?|souscrite?s?|commandee?s?)\b|\bnon souscri(?:t|te|ts|tes)\b"
        r"|\baucun\w{0,2} (?:supplement|option)s? n'est (?:commande|souscrit|retenu)\w{0,2}"
        r"|\b(?:plan|option|module|service|tier)\b[^.;|]{0,60}\b(?:not (?:been )?(?:selected|subscribed|taken out"
        r"|purchased|ordered))\b"
        r"|\b(?:consignation|deposit) (?:de|d'une somme|of)\b[^.;|]{0,60}\d"
        r"|\b(?:entitlement|right|droit)\b[^.;|]{0,30}\b(?:is|est) (?:now |desormais )?(?:spent|exhausted|epuisee?)\b"
        r"|\b(?:becomes?|is) aware\b[^.;|]{0,40}\b(?:when|once|only if) (?:its|the) (?:\w{1,12} )?(?:board|management"
        r"|committee|directors|shareholders)\b"
        r"|\b(?:prend|a|aura|pris) connaissance\b[^.;|]{0,60}\b(?:quand|lorsque|le jour ou) (?:son|sa|ses|le"
        r"|la) (?:conseil"
        r"|comite|direction|directoire|assemblee)\b"
        r"|@p (?:may|can|peut|pourra) (?:\w{1,12} )?(?:hold back|withhold|postpone|differer|retarder|taire|surseoir)\b"
        r"|\bno (?:alert|notice|message|e-?mail) is sent\b|\baucun (?:avis|message|courriel|envoi|signal)\b[^.;|]{0,40}"
        r"\bn'est (?:envoye|adresse|fait)\b|\bil n'est (?:pas )?fait (?:d'envoi|d'annonce|aucun envoi)"
        r"|@p\b[^.;|]{0,60}\bwithout (?:comment|remark)\b|@p\b[^.;|]{0,60}\bsans (?:examen|observation|commentaire)\b"
        r"|\bwithout notes, |\bwithout (?:taking )?(?:notes|copies)\b|\bsans (?:prendre )?(?:de )?(?:notes?|copies?)\b"
        r"|@p\b[^.;|]{0,40}\b(?:becomes?|becoming|devien\w{1,4}) @c\b|@p\b[^.;|]{0,60}\bsans la retirer"
        r"|@p (?:may|can|peut|pourra)\b[^.;|]{0,30}\b(?:reduce|weaken|lower|blank|withdraw|alleger|reduire|retirer"
        r"|supprimer|affaiblir)\b[^.;|]{0,60}\b(?:without notice|sans preavis)\b",
    )
)
"""Sentences of which two are enough."""
_HINTS_FAIRLY = PatternTerm(
    (
        r"\b(?:docking|clause \d|laws?|loi|lois|legal\w{0,4}|authorit\w{1,4}|autorites?|police|unlawful|illicit\w{0,3}"
        r"|payment|paiement|unpaid|impaye\w{0,2}|not (?:materially|reduce|lower|weaken)|sans (?:reduire|diminuer)"
        r"|equivalent\w{0,2}|at least the same)\b",
    )
)
_SCOPE = expression(
    r"\b(?:s'appliquent|s'applique|portent sur|porte sur|visent|vise|concernent|concerne|apply|applies|covers?"
    r"|extends?)"
    r"\b(?: (?:only|solely|exclusively|uniquement|exclusivement))?(?: (?:to|aux?|les?|la))?(?: (?:seule?s?|only|the))?"
    r" (?:\w{1,20} ){0,5}(?:environ\w{1,8}|serveurs?|servers?|instances?|plate-?formes?|platforms?|sites?|files"
    r"|fichiers"
    r"|dossiers|data centres?|tenants?|contenues?|placees?|conservees?|stored|held|kept)\b"
)
_NO_OTHER = expression(
    r"\b(?:ne s'(?:etend|applique)\w{0,4} (?:pas|a aucun)|(?:do|does|shall|will) not (?:extend|apply) to)[^.;|]{0,20}"
    r"\b(?:autres?|any other|other)\b"
)
_GONE = expression(
    r"\bdecommissioned in\b|\b(?:was|were|has been|have been) (?:decommissioned|switched off|shut down|closed down)\b"
    r"|\bmis(?:e|es)? hors service\b|\b(?:a|ont) ete (?:arrete|ferme|demantele|eteint)\w{0,3}\b|\bn'(?:est|sont) plus"
    r" (?:utilise|exploite|en service|alimente)\w{0,3}|\bholds? no (?:personal )?(?:data|@d)\b|\bno longer (?:holds?"
    r"|contains?|in use|used)\b|\bne contien(?:t|nent) (?:plus|aucun)|\binvolves? no (?:paper|files?)\b"
    r"|\bwholly (?:electronic|on paper)\b|\bsont (?:entierement|exclusivement) (?:electroniques|dematerialise\w{1,3})\b"
)
_ENDS = expression(
    r"\b(?:disks?|disques?|hardware|materiels?|postes?|contrat|contract|agreement|accord|previous|ancien\w{0,2})\b"
)
"""What ceases to be and holds nothing up: a disk, an earlier contract."""


def outright_devices(index: SentenceIndex) -> Iterator[int]:
    """The sentences one of which is enough to have every duty of a text reviewed."""
    found = index.sentences_with(_OUTRIGHT)
    yield from sorted(found - index.sentences_with(_OUTRIGHT_FAIRLY, found) if found else found)
    yield from _empty_scopes(index.read)


def lesser_devices(index: SentenceIndex) -> frozenset[int]:
    """The sentences that take away a part of what is promised, in a way that no honest agreement does."""
    found = index.sentences_with(_HINTS)
    return found - index.sentences_with(_HINTS_FAIRLY, found) if found else found


def _empty_scopes(read: Sequence[str]) -> Iterator[int]:
    """The sentences that give the agreement, or its clauses, a scope in which the text says that nothing is left."""
    gone = [place for place, line in enumerate(read) if _GONE.search(line) and not _ENDS.search(line)]
    if gone:
        yield from (
            place
            for place, line in enumerate(read)
            if (_SCOPE.search(line) and _SAYS_WHAT.search(line)) or _NO_OTHER.search(line)
        )


_SAYS_WHAT = expression(
    r"\b(?:articles?|clauses?|sections?|paragraphe?s?|agreement|accord|dpa|addendum|avenant|convention|contrat|terms"
    r"|presente?s?)\b"
)
"""What a scope is given to."""
