"""Who is bound by a sentence, as far as its words before the verb say: the processor, or somebody else.

« L'éditeur du logiciel, qui n'est pas partie, informera le client » promises nothing for the processor. What stands
before the verb of a duty names a party, or the thing it happens to; when it names neither, nobody knows who owes it.
"""

import re
from collections.abc import Sequence

from portal.core.expressions import expression
from portal.paper.rules.folding import fold
from portal.paper.rules.sentences import ContractSentence

_MODAL = expression(
    r"\b(?:shall|must|will|undertakes?|agrees? to|warrants?|(?:is|are) (?:required|obliged|bound) to|doit"
    r"|doivent|devra|devront|s'engagent?|s'obligent?"
    r"|(?:est|sont|sera|seront) tenue?s? (?:de|d'|a)\b)\b"
)
_INTRODUCED = expression(
    r"(?:\W{0,4}\S{1,7}[.)] )?(?:(?:in|on|upon|if|where|when|whenever|once|after|before|at|for|to|taking"
    r"|subject|notwithstanding|without|save|except|unless|within|during"
    r"|following|pursuant|under|by|as|should|with|until|through|including|regardless|promptly|a|au|aux|en"
    r"|dans|si|s'il|lorsqu\w*|quand|apres|avant|des|sur|pour|sous|conformement|selon"
    r"|compte|tenant|durant|pendant|afin|outre|sans|jusqu\w*|le cas|par|concernant|s'agissant|toutefois"
    r"|however|accordingly|therefore|in addition|enfin|de plus|moreover)\b[^,|]{0,200}, ?){0,3}"
)
_SUBORDINATE = expression(
    r"\b(?:if|where|when|unless|that|which|who|whom|whose|whether|qui|que|qu'\w+|dont|si|lorsqu\w*|s'il"
    r"|ou)\b[^,;|]{0,60}$"
)
_KNOWN = expression(
    r"@[psd]|\b(?:it|they|he|she|this|these|those|such|each|any|all|nobody|no one|none|everyone|neither|il"
    r"|elle|ils|elles|ce|cela|ceci|cette|ces|celui\w*|celle\w*|ceux\w*"
    r"|chacun\w*|aucune?|tout\w*|part(?:y|ies|ies?)|personn\w*|persons?|people|staff|employees?|workers?"
    r"|workforce|salaries?|collaborateurs?|agents?|individuals?|members?|membres"
    r"|data|donnees|informations?|records?|files?|fichiers?|dossiers?|copies|content|breach\w*|violations?"
    r"|incidents?|audits?|inspections?|controles?|visites?|instructions?|consignes?|requests?"
    r"|demandes?|noti\w+|assistance|aide|help|support|process\w*|traitements?|measures?|mesures?|safeguards?"
    r"|controls?|access|acces|transf\w+|contrat\w*|contracts?|agreements?|accords?|terms|clauses?"
    r"|obligations?|dut(?:y|ies)|liabilit\w*|responsabilite\w*|costs?|frais|services?|systems?|systemes?"
    r"|deletion|suppression|restitution|return|confidential\w*|secre\w+|encrypt\w*|changes?|changements?"
    r"|autorisation\w*|authori[sz]\w*|consent\w*|approv\w*|subcontract\w*|sub-?process\w*|sous-traitance"
    r"|third|tiers|engagement\w*|appointment|processor|representatives?|operators?|dpo|delegue|report\w*"
    r"|rapports?|certificat\w*|documents?|documentation|evidence|preuves?|backups?|sauvegardes?|responses?"
    r"|reponses?|analys\w*|assessments?|consultation\w*|delais?|period\w*|term|duree|object\w*|name\w*"
    r"|affiliates?|there|nothing|rien|recourse|recours|same|memes?|le present|annex\w*|schedule|appendix"
    # « theProvider »: a file whose lines were joined without a space.
    r"|the[a-z]{6,})\b"
)
_RIGHT = expression(
    r" {0,2}(?:\w{1,20} )?(?:be (?:\w+ )?(?:entitled|inform|notif|told|given|allow|permit|advis|alert|able)"
    r"|have (?:the )?(?:right|option|choice)|receive"
    r"|(?:decide|choose|say|state) (?:whether|which)|etre (?:\w+ )?(?:inform|averti|prevenu|avise|notif))"
)
_MIDDLE_CAPITAL = expression(r"(?<=[a-zà-ÿ,;] )(?:[LlDd]['’])?([A-ZÀ-Ý][\w&-]{2,40})")
_FIRST_NAME = expression(
    r"^(?:\W|\d|\b[a-z]\)){0,8}(?:(?:The|Le|La|L['’]|Les|Each|Chaque"
    r"|Every) ?)?(?P<name>[A-ZÀ-Ý][\w&-]{2,40})(?P<rest>[^.;]{0,60})"
)
_ANOTHERS = expression(
    r"^(?:the |an? |its |their )?[a-z][\w-]{2,30}'s? \w|@c(?:'?s?\b| )|@c$|^(?:the )?@d protection officer$"
)
_ENDS_KNOWN = expression(r"\b(?:it|they|he|she|il|elle|ils|elles|and|et|or|ou|this|also|hereby|then) ?$")
_THE_CONTROLLER = expression(r"(?:the |le |la |l.)?@c")
_ENDS_CONTROLLER = expression(r"\b(?:the |le |la |l.)@c$")
_OTHER_CLAUSE = expression(r"^(?:\S+ ){6}.{0,400}\b(?:and|et) (?:the |le |la |l.)?@c$")
"""What stands before « and the controller shall pay »: another clause, whose verb is not one of these."""
_TO_THE_CONTROLLER = expression(
    r"[^|;.]{0,100}\b(?:inform|notify|assist|advise|tell|informer|notifier|assister|aviser) (?:the |le |la |l.)?@c\b"
)
"""Nobody informs himself: who owes this is not the controller, whatever the text calls him."""
_STRANGER = expression(
    r"(?:^|[\s(«“\"])(?:[LlDd]['’])?(?P<name>[A-ZÀ-Ý][\w&-]{2,40}) ?[»”\"]?(?:, [^,.;]{0,60},)? "
    r"(?:n['’](?:a|ont) (?:pas|rien) sign|n['’](?:est|y est|en est) (?:pas|point) (?:partie|signataire|lié|tenu|engagé)"
    r"|ne sont (?:pas|point) (?:parties?|signataires?|lié|tenu)|ne signe|(?:is|are) (?:not|no) (?:a |themselves "
    r"|itself )?"
    r"(?:party|parties|signator|bound)|(?:has|have) (?:not signed|signed nothing)|(?:does|do) not sign|signs? nothing)"
)
"""Somebody that the text says to be no party to it."""
_HEAD, _HEAD_WORDS = 80, 4
"""Characters, and words, with which a sentence begins and in which a name of two or three words ends."""
_SHORTEST = 3
"""Characters below which nothing stands before the verb: it goes on from what introduces it."""
_FIRST = 2
"""First words of a subject, in which its noun stands when it is not the last one."""
_OWN = expression(r"(?:\W{0,4}\S{1,7}[.)] )?(?:the |le |la |l')?@p\b")
_ENOUGH = 3
"""Sentences that begin with the processor, from which a text is held to name it whenever it means it."""
_ACTS = expression(
    r"^(?: [\w&'-]{1,30}){0,3}? (?:informe|avise|notifie|signale|alerte|previent|avertit|aide|assiste|epaule"
    r"|veille|s'assure|accompagne|conserve|notifie|documente|audite|encadre|tient|met|remet|fournit|transmet|chiffre"
    r"|sauvegarde|impose|traite"
    r"|exploite|supprime|efface|detruit|restitue|rend|repond|garantit|assure|permet|accepte|se prete"
    r"|collabore|contribue|prend|respecte|ne [a-z]|n'[a-z]|notifies|informs|assists|encrypts|maintains"
    r"|keeps|holds|provides|makes|deletes|returns|allows|processes|ensures|tells|helps|gives|accepts"
    r"|supports|reports|imposes|answers)"
)


def unknown_heads(
    units: Sequence[ContractSentence], read: Sequence[str], lines: Sequence[str], known: frozenset[str]
) -> frozenset[int]:
    """The sentences whose duty is not seen to be the processor's: another's, or of somebody the text does not place.

    `read` are the sentences folded, their parties by their letters; `lines`, the same after what introduces them;
    `known`, the folded names of the parties.
    """
    strangers = {fold(found["name"]) for unit in units for found in _STRANGER.finditer(unit.text)}
    anothers = frozenset(
        place for place, unit in enumerate(units) if strangers and _is_a_strangers(unit.text, read[place], strangers)
    )
    if sum(bool(_OWN.match(sentence)) for sentence in read) < _ENOUGH:
        return anothers
    names = {fold(name) for unit in units for name in _MIDDLE_CAPITAL.findall(unit.text)} - known
    return anothers | frozenset(
        place
        for place, (unit, sentence, line) in enumerate(zip(units, read, lines, strict=True))
        if _is_unknown(sentence, line) or _is_anothers(unit.text, sentence, names)
    )


def _is_a_strangers(text: str, sentence: str, strangers: set[str]) -> bool:
    """Whether a sentence begins with somebody that the text says to be no party."""
    if _OWN.match(sentence):
        return False
    named = [word.strip(",'’«»“”\"") for word in text[:_HEAD].replace("’", " ").replace("'", " ").split()[:_HEAD_WORDS]]
    return any(word[:1].isupper() and fold(word) in strangers and fold(word) in sentence for word in named)


def _is_unknown(sentence: str, line: str) -> bool:
    """Whether what stands before the verb names neither the processor nor anything that a text speaks of."""
    if _OWN.match(sentence):
        return False
    said = sentence if _MODAL.search(sentence) and line.endswith(sentence) else line
    introduced = _INTRODUCED.match(said)
    begin = introduced.end() if introduced else 0
    for modal in _MODAL.finditer(said, begin):
        before = said[begin : modal.start()]
        if _SUBORDINATE.search(before):
            continue
        subject = before.strip(" ,|")
        if len(subject) < _SHORTEST or "@p" in subject:
            return False
        named = re.split(r",| \(", subject)[0].split()
        first, last = " ".join(named[:_FIRST]), named[-1] if named else ""
        if _goes_on(subject) or (_ENDS_CONTROLLER.search(subject) and _TO_THE_CONTROLLER.match(said, modal.end())):
            return False
        if _ANOTHERS.search(" ".join(named)) and not _RIGHT.match(said, modal.end()):
            return True
        return not (_KNOWN.search(last) or _KNOWN.search(first) or _ENDS_KNOWN.search(subject) or "@c" in last)
    return False


def _goes_on(subject: str) -> bool:
    """Whether a second verb follows (« …, notify it and shall »), or a second clause: the first says who is bound."""
    coordinated = _ENDS_KNOWN.search(subject) and not _THE_CONTROLLER.match(subject)
    return bool(coordinated or _OTHER_CLAUSE.match(subject))


def _is_anothers(text: str, sentence: str, names: set[str]) -> bool:
    """Whether a sentence without such a verb begins with a name that is no party's (« OctoBaie informe… »)."""
    if _MODAL.search(sentence):
        return False
    first = _FIRST_NAME.match(text)
    if not first:
        return False
    name = fold(first["name"])
    return name in names and name in sentence[: first.end()] and bool(_ACTS.match(fold(first["rest"])))
