"""What frees the processor from what a text promises: words of release, and duties said as mere options.

« Le Prestataire n'a pas à l'annoncer », "the Supplier need not submit to them", « sans être tenu de les suivre »:
whoever promises beside such words has not promised plainly. Releases that honest agreements hold are told apart by whom
they free (the controller) and of what (other customers' data, what the law keeps, another's task).
"""

import re
from collections.abc import Iterator

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.paper.rules.patterns import PREPARED, Pattern, PatternTerm, SentenceIndex

_CLAUSE = expression(r"[;|]")
_OF_CONTROLLER = expression(
    r"@c(?:'s)?(?:, [^,|]{0,40},)?,?(?: (?:\w+ )?(?:who|whom|which|lequel|laquelle|qui|dont|celui-ci|celle-ci))?"
    r"(?: (?!(?:ne|it|they|il|elle|ils|elles|nous|mais|but|et|and|yet|although)\b)[\w']+){0,3} ?$"
)
"""What stands before a finite verb that frees the controller."""
_RIGHT_OF_CONTROLLER = expression(
    r"@c(?:, [^,|]{0,40},)? (?:\w+ )?(?:may|can|peut|peuvent|pourra|pouvez|could|a le droit|has the right"
    r"|(?:is|be) entitled)\b[^@;|]{0,90}$"
)
"""What stands before « sans avoir à », "without having to" when it goes with a right of the controller."""
_NO_SUBJECT = expression(r"(?:sans|without)\b")
_OF_OTHERS = expression(
    r"\b(?:auditors?|auditeurs?|personnes? (?:concernees?)?|(?:data )?subjects?|individuals?|authorit\w+|autorites?"
    r"|@s|(?<!neither )parties)(?: (?!(?:ne|but|and|yet|mais|et)\b)[\w']+){0,2} ?$"
)
_SUPPOSED = expression(
    r"\b(?:if|where|when|unless|except|save|to the extent|si|s'ils?|s'elles?|lorsqu\w*|sauf|a moins|quand"
    r"|dans la mesure)\b[^,;|]{0,80}$"
)
"""What stands before a release that is only supposed."""
_HEAD = expression(
    r" ?(?:\W{0,4}\S{1,7}[.)] )?(?:[^,@|]{0,60}, )?(?:(?:the|le|la|les|l'|it|they|il|elle|ils|elles|however|but"
    r"|toutefois"
    r"|mais|@p)[ ,]{0,2}){0,4}(?:qui )?"
)
"""What stands before a release that is all its sentence says."""
_MUST = expression(
    r"\b(?:(?:shall|will)(?! (?:have|enjoy|retain|keep|possess|be (?:free|at liberty|the sole|sole))\b)|must"
    r"|(?:shall|will) (?:have|keep|retain)(?! (?:the|a|an|every|full|complete|entire|its) (?:\w+ )?(?:option|right"
    r"|faculty"
    r"|freedom|liberty|privilege|discretion|choice|latitude))|undertakes?|agrees?|commits (?:itself )?to"
    r"|ensures?|(?:is|are) (?:required|obliged|bound)|doi(?:t"
    r"|vent)|devr\w+"
    r"|s'engage(?:nt|ra|ront)?\b|nous engageons|s'oblige\w*|(?:est|sont) tenue?s?|garanti\w*|veille\w*)\b"
)
_RESTRICTED = expression(
    r"^(?:\S{1,7}[.)] )?(?:no|none|aucune?|nulle?)\b"
    r"|\b(?:without|sans) (?:(?:the|an?|l'|un|une) ?)?(?:\w+ ){0,3}?(?:instruct|order|ordre|consent|authori|autori"
    r"|approv|accord|permission)"
    r"|\b(?:only|solely|exclusively|not|never|ne|uniquement|seulement|exclusivement)\b|\bn'|\bqu(?:e|') ?(?:sur|avec"
    r"|si|apres)\b"
    r"|(?<!by the )(?<!by )(?<!par le )(?<!par la )(?<!du )@c(?:, [^,|]{0,40},)? (?:\w+ )?(?:may|can|peut|pourra"
    r"|shall|has the right|a le droit|est en droit|conserve)\b"
)
"""What makes of an option a limit, or a right of the controller."""
_PRIVILEGE = PatternTerm(
    (
        r"@p(?:, [^,|]{0,40},)? (?:shall |will |alone |seule? )?(?:have|has|enjoys?|retains?|keeps?|possess\w{0,15}"
        r"|aura|a"
        r"|jouit"
        r"|jouira|beneficie\w{0,15}|dispose\w{0,15}|conserve\w{0,15})(?: of)? ?(?:the |an? |every |full |le |la |l'"
        r"|un |une |du "
        r"|de la |d'un"
        r"|d'une )?(?:\w{1,20} )?(?:right|privilege|faculty|liberty|option|freedom|latitude|droit|faculte|liberte"
        r"|possibilite"
        r"|loisir|choix) (?:to|of|d[e']) ?(?:ne pas |not to )?(?:notif|inform|tell|assist|help|delet|return|eras"
        r"|destroy|provid"
        r"|mak|allow|permit|aid|averti|prevenir|supprim|restitu|effac|detrui|fourni|mettre|permettre|repondre|respond"
        r"|sign)\w{0,15}",
    )
)
"""A right of the processor where a duty was expected."""
_ONCE_FOR_ALL = PatternTerm(
    (
        r"@c(?:(?!\b(?:court|jurisdiction|juridiction|tribun|appoint|licen[cs]))[^|;]){0,140}\b(?:once and for all"
        r"|une fois pour toutes|(?<!deletion )(?<!erasure )(?<!destruction )(?<!suppression )(?<!effacement )"
        r"irrevocabl\w{0,15}\b(?! (?:delet|eras|destr|purg|wip|effac|suppr|detrui))"
        r"|(?:cannot|may not|can never) (?:go back|change|revoke|withdraw)"
        r"|sans (?:pouvoir )?(?:y |en )?(?:revenir|retour)|ne (?:peut|pourra) (?:plus |pas )?(?:y |en )?revenir)"
        r"|\b(?:by signing|par (?:sa|la seule|la) signature|in advance|d'avance|par avance)\b[^|;]{0,80}@c[^|;]{0,120}"
        r"\b(?:whatever|whichever|whomever|any (?:country|person|purpose|sub)|quels? que soi\w{0,15}"
        r"|quelle\w{0,15} que soi\w{0,15}"
        r"|tout(?:e|es|s)? (?:pays|personne|fin|finalite)|n'importe (?:quel|qui))",
    )
)
"""What the controller gives up beforehand, for good."""
_ITS_OWN = PatternTerm(
    (
        r"(?:@d|\bdata|\bdonnees|\bfiles|\brecords|\bfichiers)\b[^|;]{0,30}\b(?:(?:belong|pass|revert)s? to"
        r"|become\w{0,2} the property"
        r" of|(?:are|is) the property of|are acquired by|appartiennent (?:a|au)|deviennent la propriete d\w{1,2}"
        r"|sont acquises (?:a|au)|reviennent (?:a|au)) ?(?:the |le |la |l')?@p",
    )
)
"""The data made the processor's own."""
_LETS_GO = PatternTerm(
    (
        r"@c (?:\w{1,20} ){0,2}(?:releases?|discharges?|dispenses?|excuses?|absolves?|libere|dispense|decharge|delie)"
        r" (?:the |le |la |l')?@p (?:from|of|d[eu']|des)\b(?![^|;]{0,60}\b(?:liab|responsab|claim|damage|dommage))",
    )
)
"""The controller frees the processor itself."""
_FORGOES = PatternTerm(
    (
        r"@c (?:(?:will|shall|agrees?|undertakes?|promises?)(?: to)? (?:not|never)(?: to)?|n'|ne|s'interdit d\w{1,2}"
        r"|s'engage a ne pas) ?(?:\w{1,20} ){0,2}(?:send|appoint|mandate|conduct|carry out|perform|request|order"
        r"|object|rais"
        r"|envo|enver|mandat|diligent|men|demand|ordonn|conduir|realis|oppos"
        r"|formul)\w{0,12} (?:\w{1,20} ){0,2}(?:aucun\w{0,2} "
        r"|any |no |pas d.)?(?:audit|inspect|controle|object|oppos)\w{0,8}",
    )
)
"""What the controller promises never to do, of what it was given the right to do."""
_FORGOES_FAIRLY = PatternTerm(
    (
        r"\b(?:more than|plus d|plus qu\w{1,3}|sauf|unless|without|sans|except|before|avant|until|unreasonabl\w{0,4}"
        r"|during|pendant les"
        r"|more often|outside|en dehors|competitor|concurrent|than|if|si)\b",
    )
)
_RULED_OUT = PatternTerm(
    (
        r"\b(?:visits?|inspections?|audits?|examinations?|on-site|premises|assistance|returns?|restitution|visites?"
        r"|locaux"
        r"|sur place|sur site|examen|controles?)\b[^|;]{0,90}\b(?:is|are|shall be|remains?|est|sont|reste\w{0,15}"
        r"|demeure\w{0,15}"
        r"|sera|seront) (?:\w{1,20} )?(?:excluded|ruled out|exclue?s?|hors de question|out of the question)\b",
    )
)
"""A way of doing what was promised that the text rules out."""
_RULED_OUT_FAIRLY = PatternTerm(
    (
        r"\b(?:others?|autres?|tiers|third|confidential\w{0,15}|secre\w{0,15}|penetration|intrusion"
        r"|competitor\w{0,15}|concurrent\w{0,15}"
        r"|unannounced"
        r"|inopine\w{0,15}|financ\w{0,15}|source|unless|except|sauf|without|sans|outside|en dehors|not|ne|n'"
        r"|liab\w{0,15}"
        r"|responsab\w{0,15})\b",
    )
)
_REACH = 140
"""Characters after a release in which what it frees of stands."""
_OWN_WORDS = 24
"""Characters of a release itself, the last ones, that may say of what it frees."""
_BEFORE = 200
"""Characters before it in which whom it frees stands."""


@dataclass(frozen=True, slots=True)
class ReleaseWords:
    """The words of release, as data."""

    frees: tuple[Pattern, ...]
    """What frees somebody, unless a condition follows."""
    outright: tuple[Pattern, ...]
    """The same, whatever the condition."""
    answers_for_none: Pattern
    """The same, of what others do."""
    fair: Pattern
    """What honest agreements free the processor of; sought just after."""
    condition: Pattern
    """A condition, sought there too."""
    option: Pattern
    """The processor may."""


_NOTHING = Pattern("", (PatternTerm(("(?!)",)),))
NO_RELEASES = ReleaseWords((), (), _NOTHING, _NOTHING, _NOTHING, _NOTHING)
"""No words at all."""


@dataclass(frozen=True, slots=True)
class Releases:
    """Where a text frees its processor, by number of sentence."""

    flat: frozenset[int]
    """Sentences that say nothing else."""
    beside: frozenset[int]
    """Sentences that hold a release, beside what they promise or alone."""
    of_answering: frozenset[int]
    """Sentences by which the processor answers for nobody else."""
    options: frozenset[int]
    """Sentences in which the processor may, and is bound to nothing."""
    forgone: frozenset[int] = frozenset()
    """Sentences by which the controller promises never to use a right, wherever they stand."""
    narrowing: frozenset[int] = frozenset()
    """Sentences by which the controller gives up a choice for good, or the text rules out a way of doing: they free of
    what they say, and of nothing else."""


def find_releases(index: SentenceIndex, words: ReleaseWords) -> Releases:
    """Where a text frees its processor of something that no honest agreement would."""
    fair, condition = _searched(words.fair), _searched(words.condition)
    flat: set[int] = set()
    beside: set[int] = set()
    for pattern in (*words.frees, *words.outright):
        excused = (fair,) if pattern in words.outright else (fair, condition)
        for place, found in _unfair(index, pattern, excused):
            beside.add(place)
            if _HEAD.fullmatch(_CLAUSE.split(found.string[: found.start()])[-1]):
                flat.add(place)
    of_answering = frozenset(place for place, _ in _unfair(index, words.answers_for_none, (fair, condition)))
    ruled_out = index.sentences_with(_RULED_OUT)
    ruled_out -= index.sentences_with(_RULED_OUT_FAIRLY, ruled_out)
    narrowing = index.sentences_with(_ONCE_FOR_ALL) | index.sentences_with(_ITS_OWN) | ruled_out
    options = _options(index, words.option) | index.sentences_with(_PRIVILEGE)
    beside |= index.sentences_with(_LETS_GO)
    forgone = index.sentences_with(_FORGOES)
    forgone -= index.sentences_with(_FORGOES_FAIRLY, forgone)
    return Releases(frozenset(flat), frozenset(beside), of_answering, options, forgone, narrowing)


def _searched(pattern: Pattern) -> re.Pattern[str]:
    return PREPARED.compiled(pattern.here[0].parts[0])


def _unfair(
    index: SentenceIndex, pattern: Pattern, excused: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[int, re.Match[str]]]:
    """The releases of a text that free the processor, and of what it may not be freed of, by number of sentence."""
    frees = _searched(pattern)
    for place in index.matching(pattern):
        line = index.lines[place]
        for found in frees.finditer(line):
            after = _CLAUSE.split(line[max(found.start(), found.end() - _OWN_WORDS) : found.end() + _REACH])[0]
            before = _CLAUSE.split(line[: found.start()])[-1][-_BEFORE:]
            if not _frees_another(before, found[0]) and not any(fair.search(after) for fair in excused):
                yield place, found


def _frees_another(before: str, words: str) -> bool:
    """Whether words of release free somebody else than the processor, or are only supposed."""
    of_controller = not _NO_SUBJECT.match(words) and _OF_CONTROLLER.search(before)
    return bool(
        of_controller or _RIGHT_OF_CONTROLLER.search(before) or _OF_OTHERS.search(before) or _SUPPOSED.search(before)
    )


def _options(index: SentenceIndex, option: Pattern) -> frozenset[int]:
    """The sentences in which the processor only may."""
    return frozenset(
        place
        for place in index.matching(option)
        if not _MUST.search(index.lines[place]) and not _RESTRICTED.search(index.lines[place])
    )
