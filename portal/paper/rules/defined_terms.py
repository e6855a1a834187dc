"""Words of a duty that the text itself empties by its definitions (« Notification » : l'affichage d'un message…).

A definition that keeps to the usual meaning has no reserve in it. One that brings a reserve in (only, except, a page to
be read, what one party deems) may empty every duty that uses the word: none of them is then held to be plainly said.
"""

from collections.abc import Collection, Iterator, Sequence

from portal.core.expressions import expression
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_DEFINES = expression(
    r"^\W{0,4}(?:\S{1,6}[.)] )?(?:(?:in|for the purposes of|dans|au sens d\w)"
    r" ?(?:this|the present|le present|la presente|cet|cette|ce) \w{1,20}[,:]? )?(?:(?:on entend )?par "
    r"|by )?(?:the (?:term|word|expression) |le (?:mot|terme) "
    r"|l.expression |(?:an?|any"
    r"|une?|the|les?|la|l') ?)?\"\s?"
    r"(?P<term>[^\"]{3,40}?)\s?\"(?:,? (?:or|ou|and|et) \"\s?(?P<also>[^\"]{2,40}?)\s?\")? ?(?:\([^)]{0,60}\) ?)?(?::"
    r"|=|-|,|s.entend"
    r"|(?:shall |will )?(?:means?|mean only|refers? to|"
    r"includes?|covers?)|(?:is|are) (?:only|limited|deemed|defined|given|an?\b|at\b|any\b)|designe\w*|signifie\w*"
    r"|vise\w*"
    r"|recouvre\w*|est\b|sont\b|veut dire|denotes?|expresses?|announces?|marque|exprime\w*|annonce\w*|indique)"
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
    r"|approval|consent|authori[sz]ation|autorisation|accord|objection"
    r"|aider|assurer|liable|liability|responsable|responsabilite|immediately)\b"
)
_WATCHED_TOO = expression(
    r"\b(?:choi(?:x|ces?)|decisions?|requests?|demandes?|sub-?processing|sous-traitance|support|acces|access"
    r"|(?:protected|covered|relevant|regulated|qualifying) (?:personal )?(?:data|information)"
    r"|donnees (?:personnelles )?(?:protegees|couvertes|visees|sensibles|pertinentes))\b"
)
"""Words that a definition empties only when it leaves their meaning to the processor."""
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
_AT_WILL = expression(
    r"(?:\b(?:que|qui|dont|which|that|where|whom|what|whichever|laquelle|lequel)|\bqu['.])? ?(?:(?:les? |la |l'"
    r"|the )?@p"
    r"|\bit|\bil|\belle|\bthey)(?: (?:has|have|had|a|ont|aura|ait|may|can|peut|pourra|will|shall|itself|lui-meme"
    r"|seule?|alone|juge|y|en|expressly|expressement|previously)){0,3} "
    r"(?:accept|adm(?:et|is|it)|approuv|approv|agree[sd]\b|agre(?:e|er|era)\b|choisi|choos|chose|select|selectionn"
    r"|decid|designat|design(?:e|era|ee)\b|declar|determin|elect|inscri|entered|enregistr|judg|jug|qualif|recogni[sz]"
    r"|reconn|retien|retenu|retain(?:s|ed)? (?:as|at)|publi|prefer|likes?\b|wishes|veut|voudra|entend\b|thinks?\b|deem"
    r"|consider|estim|find|trouv|labell|list(?:s|ed)\b|identifi|class|valid|confirm|admits?|certif)\w{0,15}"
)
"""A word whose meaning is what the processor decides it to be."""
_ASKED = expression(
    r"\b(?:illicit|unlawful|infring|contraire|contrevien|viol(?:e|er|ates?)\b|@c (?:\w{1,20} ){0,3}(?:approv|accept"
    r"|agre"
    r"|auth|autor|valid)"
    r"|(?:approv|accept|authori[sz]|autoris|valid)\w{0,15} (?:by|par) (?:the |le |la |l')?@c|required by law|loi)"
)
"""What the processor thinks of an instruction, or what the controller decides too."""
_OTHERS_WORD = expression(
    r"\b(?:decisions? (?:de justice|irrevocable\w{0,15})|irrevocabl\w{0,15}|judgments?|jugements?|(?:condamn"
    r"|convict)\w{1,20}"
    r"|final ruling"
    r"|(?:established|found|held|constate\w{0,15}|etabli\w{0,15}|reconnue?|recognised|admitted|acknowledged) (?:by"
    r"|par) (?!the gdpr|le rgpd)"
    r"|(?:admitted|acknowledged|avoue\w{0,15}|reconnue?)\b|own motion|own judg\w{0,15}|veut bien|is willing to"
    r"|propre chef|sa convenance|no consequence"
    r"|sans suite)"
)
"""A word whose meaning waits for a judge, or for an avowal."""
_NO_PROMISE = expression(
    r"\b(?:orientations?|intentions?|aspirations?|objecti(?:f|ve)s?|goals?|hopes?|ambitions?|wish(?:es)?|souhaits?"
    r"|n'est (?:pas|point) un manquement|not (?:a|any) breach|inobservation|non-observance"
    r"|(?:ne peut|cannot|may not)(?: \w{1,20}){0,3} (?:reclamer|exiger|demander|claim|require|enforce|be (?:enforced"
    r"|claimed))"
    r"|no (?:remedy|claim|duty|obligation)|aucune? (?:recours|obligation|sanction|engagement)|best efforts?"
    r"|reasonable (?:efforts|endeavours)|moyens|faculty?|faculte|option\w{0,15}|may\b|peut\b)"
)
_PROMISING = expression(
    r"(?:s['.]?(?:engage|oblige)\w{0,15}|undertak\w{0,15}|shall|must|will|agree[sd]?|ensures?|doit|devra"
    r"|veille\w{0,15}|garanti\w{0,15}"
    r"|commits?"
    r"|is bound|est tenue?|guarantees?|warrants?)(?: (?:a|to|de|d'|that|que))?"
)
"""The words by which a text promises; a definition of one speaks of every duty it begins."""
_CAPITAL_TERM = expression(
    r"^\W{0,4}(?:[\w.]{1,6}[.)] )?(?:(?:The|Les?|La|L['’]) ?)?(?P<term>(?:[A-ZÀ-Ý][\w-]{2,20} )?"
    r"(?:Data|Information|Records|Files|Données|Informations|Fichiers|Dossiers)(?: [A-ZÀ-Ý][\w-]{2,20})?)"
    r" (?:are|is|means?|mean|shall mean|refers?|désigne\w{0,15}|signifie\w{0,15}|s['’]entend\w{0,15}|sont|est)\b"
)
"""A definition without quotation marks (“Protected Data are…”)."""
_SCOPE = expression(
    r"\b(?:this|the present|these|cette|la presente|le present|ce|cet|les presente?s)"
    r" (?P<what>part|section|schedule|annexe?|appendix|clause|article|chapter|partie|titre|chapitre|agreement|dpa"
    r"|addendum"
    r"|accord|convention|contrat|avenant)\b ?[^.;]{0,30}\b(?:appl|concern|cover|s'appliqu|port(?:e|ent)\b|regi"
    r"|govern|vise)\w{0,15}"
)
"""What says to which data, or to whom, a part of the text applies."""
_WHOLE_TEXT = ("agreement", "dpa", "addendum", "accord", "convention", "contrat", "avenant")
_OWN_WORDS = (
    (
        expression(r"\bbreach|\bviolation|\bincident"),
        expression(
            r"secur|loss|lost|pert|destr|unauthori|non autoris|unlawful|illicit|4\(12\)|articles? 4"
            r"|gdpr|rgpd|regulation|reglement|access|acces|confidential|integrit|compromis|breach|atteinte|violation"
            r"|disclos"
            r"|divulg"
        ),
    ),
    (
        expression(r"\baudits?|\binspections?"),
        expression(r"audit|examin|verif|inspect|contro|review|complian|conform|check|assess|evaluat|visit|locaux"),
    ),
    (
        expression(r"\binstructions?|\bconsignes?"),
        expression(
            r"instruct|consigne|order|direct|written|ecrit|documente|@c|annex|agreement|accord|contrat|addendum|e-?mail"
            r"|courriel|message"
        ),
    ),
    (
        expression(r"\bsub-?processors?|\bsubcontractors?|\bsous-traitants? ult"),
        expression(
            r"process|trait|third|tiers|engag|contract|article 28"
            r"|recour|recrut|charge"
        ),
    ),
    (
        expression(r"\bdelet|\beras|\bdestruct|\bsuppression|\beffacement"),
        expression(
            r"eras|delet|destr|effac|irrever|definiti|supprim|remov|overwrit"
            r"|anonym|detrui|wip|purg|elimin|aneanti"
        ),
    ),
    (
        expression(r"\brestitution|\breturn\b"),
        expression(r"copy|copie|export|format|return|remis|remett|restitu|transmi|rend|deliver|handing|transfer"),
    ),
    (
        expression(r"\b(?:notif|inform)\w{1,6}$"),
        expression(
            r"inform|tell|told|communicat|writ|ecrit|send|sent|envo|enver|mail|courri|notice|advis|alert|averti|preven"
            r"|previen|transmi|transmet|contact|report|signal|message|letter|lettre|call|appel|donnees|data|document"
        ),
    ),
    (
        expression(r"\b(?:assist\w{0,5}|aider?|help)$"),
        expression(
            r"provid|support|cooperat|assist|fourni|cooper|collabor|concours|repond|respond|answer|effort|\btime|temps"
            r"|measures|mesures|person|staff|travail|work|execut|information"
        ),
    ),
    (
        expression(r"\b(?:liab|responsab)\w{1,8}$"),
        expression(
            r"repon|answer|liab|compens|damage|indemn|loss|pert|repar|prejudice|dommage|oblig|consequen|controller"
            r"|traitement|determin|amount|montant|make good"
        ),
    ),
    (
        expression(r"\bimmediat\w{0,5}$"),
        expression(r"hour|heure|minute|delay|delai|day|jour|once|aussitot|instant|soon|tot\b|possible"),
    ),
    (
        expression(r"\bconfidential"),
        expression(r"disclos|divulg|secre|communiqu|confidential|reveal|third|tiers|dut|oblig|public"),
    ),
)
"""Words of a duty, and the words one of which their usual meaning has: any other meaning is another's."""
_NARROWS = expression(
    r"@c|\b(?:list|liste|annex|schedule|agreement|accord|contrat|contract|addendum|dpa|article|clause|section|meaning"
    r"|sens"
    r"|defini|see|voir"
    r"|gdpr|rgpd|law|loi|applicable)"
)
"""What sends a definition elsewhere, or gives it to the controller: no other meaning is then seen."""
_USUAL = expression(
    r"\b(?:country|countries|jurisdictions?|states?|territor\w+|pays|etats?) (?:other than|autres? que|not )"
    r"|\bunsuccessful|\binfructueu|\btentatives?\b|\bunauthori[sz]ed|breach of security leading"
    r"|violation de la securite entrain|\bat rest\b"
    r"|\b(?:any|an|un|une|toute?) (?:other )?(?:@p|processor|third|entity|person|tiers|entite"
    r"|personne)[^.]{0,90}(?:engag|appoint|process|trait|charg|recrut)\w*(?![^.]{0,200}?(?:sees fit|discretion"
    r"|estime|juge|opportun|liste tenue))"
)
_ACT = (
    r"(?P<act>delet\w{1,12}|eras(?:ed|ure)|suppress\w{1,12}|supprim\w{1,12}|effac\w{1,12}|destruct\w{1,12}"
    r"|notif\w{1,12}|audit\w{0,12}|inspect\w{1,12}|transfer\w{0,12}"
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
_ACTS = expression(
    r"notify|notifier|inform|informer|tell|delete|erase|supprimer|effacer|restituer|assist|assister|aider|help|audits?"
    r"|violations?|instructions?|breach|immediately|immediatement|authori[sz]ation|autorisation|(?:fully |pleinement )?"
    r"(?:liable|responsable)"
)
"""The terms that a duty uses without a capital as well."""
_VERB_END = expression(r"(?:er|ir|ify|e)$")
_INSIDE = expression(
    r"(?:^|[.;:] ?|\b(?:and|et) )\" ?(?P<term>[^\"]{3,40}) ?\" ?(?::|=|means?\b|is\b|designe\b|signifie\b|est\b)"
)
_SEVERAL = 2
"""Definitions in one sentence from which it is a list of them."""
_NEXT_TERM = expression(r"; \" ?[^\"]{3,40}\" ?(?:means?|is|are|:|designe|signifie|est)\b")
"""Where another definition begins in the same sentence."""
_DEFINITION_WORDS = 4
"""Words below which a definition says too little to be another meaning's."""
_STEM = 5
"""Letters by which an act is recognised in other sentences."""


def hollow_places(units: Sequence[ContractSentence], read: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """The sentences that use a word which the text defines with a reserve, and those that define words.

    `read` are the sentences folded, their parties by their letters.
    """
    definitions: set[int] = set()
    hollow: set[str] = set()
    scoping: set[str] = set()
    promising: set[str] = set()
    for place, unit in enumerate(units):
        inside = _defined_inside(read[place])
        if inside:
            definitions.add(place)
            hollow.update(term for term, said in inside if _is_emptied(term, said))
            continue
        terms = _defined_by(unit)
        if terms:
            definitions.add(place)
        said = _said_of(terms, place, units, read) if terms else ""
        for term in terms:
            if _PROMISING.fullmatch(fold(term)):
                promising.update((fold(term).split()[0],) if _NO_PROMISE.search(said) else ())
            elif _is_emptied(term, said):
                hollow.add(term)
                scoping.update((term,) if _is_left_to_will(said) else ())
        unquoted = None if terms else _CAPITAL_TERM.match(unit.text)
        if unquoted and _is_left_to_will(_said_of([unquoted["term"]], place, units, read)):
            definitions.add(place)
            hollow.add(unquoted["term"])
            scoping.add(unquoted["term"])
    places = _using(hollow, units) | _promised_by(promising, units) | _deemed_places(units)
    return places - definitions | _in_scope_of(scoping, units), frozenset(definitions)


def _defined_inside(line: str) -> list[tuple[str, str]]:
    """Each term of a sentence that defines several, with what it says of it."""
    found = list(_INSIDE.finditer(line))
    if len(found) < _SEVERAL:
        return []
    ends = [one.start() for one in found[1:]] + [len(line)]
    return [(one["term"].strip().capitalize(), line[one.end() : end]) for one, end in zip(found, ends, strict=True)]


def _said_of(terms: Sequence[str], place: int, units: Sequence[ContractSentence], read: Sequence[str]) -> str:
    """What a definition says of its terms, to the end of its paragraph."""
    said = read[place]
    for other, _ in _of_paragraph(place + 1, units) if place + 1 < len(units) else ():
        if units[other].paragraph != units[place].paragraph or _DEFINES.search(fold(units[other].text)):
            break
        said = f"{said} {read[other]}"
    last = fold(terms[-1])
    said = said[max(said.find(last), 0) + len(last) :] if last in said else said
    return _NEXT_TERM.split(said, 1)[0]


def _is_emptied(term: str, said: str) -> bool:
    """Whether what is said of a term empties the duties that use it."""
    folded = fold(term)
    if _NO_ACT.search(folded) and not _WATCHED_TOO.search(folded):
        return False
    if _WATCHED.search(folded) and _HOLLOWS.search(said) and not _USUAL.search(said):
        return True
    if _WATCHED.search(folded) and _is_another_meaning(folded, said):
        return True
    return bool(_WATCHED.search(folded) or _WATCHED_TOO.search(folded)) and _is_left_to_will(said)


def _is_another_meaning(term: str, said: str) -> bool:
    """Whether what is said of a word of a duty has no word of its usual meaning."""
    if len(said.split()) < _DEFINITION_WORDS or _NARROWS.search(said):
        return False
    return any(word.search(term) and not usual.search(said) for word, usual in _OWN_WORDS)


def _is_left_to_will(said: str) -> bool:
    """Whether a meaning waits for what the processor decides, or for a judge."""
    if _ASKED.search(said):
        return False
    return bool(_OTHERS_WORD.search(said)) or any(
        "@p" in found[0] or said.rfind("@c", 0, found.start()) <= said.rfind("@p", 0, found.start())
        for found in _AT_WILL.finditer(said)
    )


def _using(terms: Collection[str], units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences in which one of some terms stands, as it is written, or by the stem of the verb it is."""
    if not terms:
        return frozenset()
    acts = [stem for term in terms if (stem := _stem_of_act(term))]
    return frozenset(
        place
        for place, unit in enumerate(units)
        if any(term in unit.text or term in unit.lead for term in terms)
        or (acts and any(stem in f" {fold(unit.lead)} {fold(unit.text)}" for stem in acts))
    )


def _stem_of_act(term: str) -> str:
    """The stem by which a duty names what a term of one word defines, capital or not; nothing for other terms.

    >>> _stem_of_act("Supprimer"), _stem_of_act("delete"), _stem_of_act("Fully liable"), _stem_of_act("Client")
    (' supprim', ' delet', ' fully liable', '')
    """
    folded = fold(term)
    if not _ACTS.fullmatch(folded):
        return ""
    return f" {folded}" if " " in folded else f" {_VERB_END.sub('', folded)}"


def _promised_by(words: Collection[str], units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences that promise by one of some words."""
    if not words:
        return frozenset()
    stems = [word[:-1] if word.endswith("e") else word for word in words]
    return frozenset(
        place for place, unit in enumerate(units) if any(stem in fold(f"{unit.lead} {unit.text}") for stem in stems)
    )


def _in_scope_of(terms: Collection[str], units: Sequence[ContractSentence]) -> frozenset[int]:
    """The sentences of a part that is said to apply to what such a term means."""
    found: set[int] = set()
    for unit in units if terms else ():
        scope = _SCOPE.search(fold(unit.text))
        if not scope or not any(term in unit.text for term in terms):
            continue
        whole = scope["what"] in _WHOLE_TEXT
        found.update(
            place
            for place, one in enumerate(units)
            if whole or one.heading == unit.heading or one.heading.startswith(f"{unit.heading} / ")
        )
    return frozenset(found)


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


def _of_paragraph(place: int, units: Sequence[ContractSentence]) -> Iterator[tuple[int, ContractSentence]]:
    """A sentence and those after it in its paragraph, each with its number."""
    paragraph = units[place].paragraph
    while place < len(units) and units[place].paragraph == paragraph:
        yield place, units[place]
        place += 1


def _defined_by(unit: ContractSentence) -> list[str]:
    """The terms a sentence defines, as they are written."""
    folded = fold(unit.text)
    found = _DEFINES.search(folded)
    if not found or len(folded) != len(unit.text):
        return []
    terms = [unit.text[found.start(name) : found.end(name)].strip() for name in ("term", "also") if found[name]]
    return [
        term for term in terms if term[:1].isupper() or _PROMISING.fullmatch(fold(term)) or _ACTS.fullmatch(fold(term))
    ]
