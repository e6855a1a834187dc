"""Finds what a text calls its controller, processor, sub-processors and data, and rewrites each as one token.

Rules then speak of `@p` (processor), `@c` (controller), `@s` (sub-processor) and `@d` (personal data), whatever the
text calls them: « SCALINGO », « le Prestataire », "we", « la bibliothèque adhérente ».
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.paper.rules.folding import fold

PROCESSOR, CONTROLLER, SUBPROCESSOR, DATA = "@p", "@c", "@s", "@d"
ROLES: Mapping[str, str] = {
    "subprocessor": SUBPROCESSOR,
    "controller": CONTROLLER,
    "processor": PROCESSOR,
    "data": DATA,
}
"""In the order in which nouns are rewritten: the longer hides the shorter, data may belong to the controller."""

_WORD = r"[\w&'’-]{0,40}(?:\.(?=\w)[\w&'’-]{0,40}){0,6}"
_NAME = rf"(\b(?:[A-ZÀ-Ý]|\d{{1,9}}[a-z]){_WORD}(?: (?:& )?[A-ZÀ-Ý]{_WORD}){{0,3}})"
_QUOTE = r"[\"“”«»']"
_PROCESSOR = (
    "(?:processor|Processor|PROCESSOR|sous-traitant|Sous-traitant|Sous-Traitant|SOUS-TRAITANT|prestataire|Prestataire)"
)
_CONTROLLER = (
    "(?:controller|Controller|CONTROLLER"
    "|responsable d[eu] traitement|Responsable d[eu] traitement|Responsable d[eu] Traitement|responsable du fichier)"
)
"""Each begins with a letter, not with a choice of letters: they are then found many times faster."""
_IS = r"(?:is|are|acts?|acting|agit|agissant|intervient|est)(?: qualified| considered)?"
_DATA = "(?:[Dd]ata )"
_AS = rf"(?:as |en (?:qualité|tant) (?:de|que) |comme |un |le |la )?(?:a |the |your )?{_DATA}?"
_BODIES = (
    r"bibliothèque|cabinet|collectivité|établissement|association|commune|école|entreprise|société|organisme"
    r"|organi[sz]ation|school|institution|district|university|merchant|publisher"
)

_ANOTHERS = expression(r"\b(?:clients? de|customers? of|services?) $")
"""What stands before a name that a role beside it does not concern (« le client de X (« Responsable ») »)."""
_ARTICLE = expression(r"^(?:(?:the|les?|la) |l')")
"""What may begin a sentence before a name (« The Trust is the controller »)."""
_REACH = 300
"""Characters before a sign in which the name it gives a role to begins, at most; as many again to find where its line
does. No further: a hostile text is one line of many signs."""
_BEFORE = 16
"""Characters before a name in which that is looked for."""
_CALLS = r"(?:[Ff]aire (?:appel|intervenir)|[Rr]ecourir|[Rr]ecours|[Ee]ngage|[Aa]ppoint|[Rr]etain|[Uu]se|[Uu]sing)"
_OTHERS = (
    r"(?:tiers|third|fournisseur|prestataire|soci[ée]t[ée]|partenaire|entit|intervenant|compan|provider"
    r"|partner|affiliat"
    r"|vendor|supplier|organi[sz]ation|firm|contractor|entreprise)"
)
_CALLED_UPON = (
    r"(?:(?:that|which|whom) [^.;\n]{1,40}(?:engages|appoints|uses|retains)|to (?:whom|which) [^.;\n]{1,40}entrusts"
    r"|(?:à qui|auquel|à laquelle) [^.;\n]{1,40}(?:confie|fait|délègue|sous-traite)"
    r"|que [^.;\n]{1,40}(?:emploie|charge|engage))"
)
"""How those called upon are defined (« toute entreprise à qui l'Agence confie … »)."""
_EACH = r"(?:[Ll]es |[Ll]e |[Ll]a |[Tt]he |[Ee]ach,? an? )"


class RolePattern(NamedTuple):
    """How a text gives a role to a name; only what stands just before a sign, when there is one, is searched."""

    expression: str
    sign: str = ""
    """What the expression ends with."""

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Every place, some of them more than once."""
        if not self.sign:
            yield from expression(self.expression).finditer(text)
            return
        whole = expression(self.expression)
        for mark in expression(self.sign).finditer(text):
            near = max(0, mark.start() - _REACH)
            far = max(0, near - _REACH)
            begin = max(far, text.rfind("\n", far, near) + 1)
            yield from whole.finditer(text, begin, mark.end())


def _role_patterns(role: str) -> tuple[RolePattern, ...]:
    """How a text gives a role to a name: « X (ci-après le « role ») », "X acts as the role"."""
    acting = rf" {_IS} {_AS}{role}"
    called = rf"{role}\s{{0,9}}{_QUOTE}"
    our = rf"(?:,? (?:est|is))? (?:son|votre|leur|notre|mon|its|your|their|our|my) {_DATA}?{role}"
    trade = rf"{_NAME[:-1]}(?: (?:d['’]|de )[a-zà-ÿ]{{3,20}}))"
    return (
        RolePattern(
            rf"{_NAME}\s{{0,9}}\((?:[^()]{{0,60}}?)?{_QUOTE}?\s{{0,9}}(?:[Tt]he |[Ll]e )?{_DATA}?{called}", called
        ),
        RolePattern(rf"{_NAME}(?:\s{{0,9}}\([^()\n\"“”«»]{{0,40}}\))?,?{acting}", acting),
        RolePattern(rf"(?:(?<=\n)|(?<=\. )){_NAME}, [^.;\n]{{0,160}},{acting}", acting),
        RolePattern(rf"{_NAME}{our}", our),
        RolePattern(rf"{trade}(?:{our}|{acting})", role),
        RolePattern(
            rf"\([^()\n]{{0,40}}{_QUOTE}\s{{0,9}}{_EACH}?{_NAME}\s{{0,9}}{_QUOTE}\s{{0,9}}\),?{acting}", acting
        ),
        RolePattern(
            rf"{role}(?: (?:au sens|within the meaning)[^.\n()]{{0,60}})?\s{{0,9}}\([^()\n]{{0,25}}"
            rf"{_QUOTE}\s{{0,9}}{_EACH}?{_NAME}\s{{0,9}}{_QUOTE}"
        ),
        RolePattern(
            rf"{role}[ \t]{{0,3}}:[^.\n()]{{1,90}}\([^()\n\"“«]{{0,25}}"
            rf"{_QUOTE}\s{{0,9}}{_EACH}?{_NAME}\s{{0,9}}{_QUOTE}"
        ),
        RolePattern(
            rf"\b(?:et|and|between|entre) (?:la société |the company )?{_NAME},? [^.\n\"“”«»]{{0,250}}"
            rf"[\"“«]\s{{0,9}}(?:[Tt]he |[Ll]e )?{_DATA}?{role}\s{{0,9}}[\"”»]",
            rf"{role}\s{{0,9}}[\"”»]",
        ),
    )


_FOR = "(?:on behalf of|pour le compte d)"
_NAMES_ANOTHER = (
    r"(?:appoint|engag|instruct|designat|mandat|charg|nomm|désign|select|hir|retain|us|choisi|entrust|confi|act"
    r"|agit|est|is)\w*"
)
"""Verbs whose object, not whose subject, is « as processor for » somebody."""
_HANDLES = r"(?:processes|handles|holds|keeps|traite|manipule|détient)"
_AS_ITS = rf"(?:as (?:its|an?|the) |en (?:qualité|tant) (?:de|que) |comme )(?:son |sa |un )?{_DATA}?"
_NICKNAME = rf"\((?:[^()\"“«]{{0,30}})[\"“«]\s{{0,9}}{_EACH}?{_NAME}\s{{0,9}}[\"”»]"
_NAMED = {
    PROCESSOR: (
        *_role_patterns(_PROCESSOR),
        RolePattern(rf"responsable d[eu] traitement,? et (?:l['’]|la |le )?{_NAME},? (?:le |la |est )?sous-traitant"),
        RolePattern(rf"{_NAME} (?:processes|will process|traite)[^.\n]{{0,60}}{_FOR}", _FOR),
        RolePattern(
            rf"{_PROCESSOR}[ \t]{{0,9}}{_QUOTE}?[ \t]{{0,9}}(?:ou|or|,|:)[ \t]{{0,9}}{_QUOTE}?[ \t]{{0,9}}{_NAME}"
        ),
        RolePattern(rf"{_NAME} \((?:the |le |la |as )?{_DATA}?{_PROCESSOR}\)", rf"{_PROCESSOR}\)"),
        RolePattern(
            rf"{_NAME} (?!{_NAMES_ANOTHER})[a-zà-ÿ]{{3,20}} [^.;\n]{{0,90}}{_PROCESSOR} (?:for|of|de|du|pour)\b",
            rf"(?:as (?:an? |the )?{_DATA}?|en (?:qualité|tant) (?:de|que) |comme )"
            rf"{_PROCESSOR} (?:for|of|de|du|pour)\b",
        ),
        RolePattern(
            rf"{_NAME} {_HANDLES}(?: \w+){{0,4}} (?:for|pour) [^.;\n]{{0,50}}, {_AS_ITS}{_PROCESSOR}",
            rf", {_AS_ITS}{_PROCESSOR}",
        ),
    ),
    CONTROLLER: (
        *_role_patterns(_CONTROLLER),
        RolePattern(
            rf"{_CONTROLLER}\s{{0,9}}{_QUOTE}?\s{{0,9}}(?:ou|or|,)\s{{0,9}}{_QUOTE}\s{{0,9}}(?:[Ll]e |[Ll]a "
            rf"|[Tt]he )?{_NAME}"
        ),
        RolePattern(rf"{_CONTROLLER}[ \t]{{0,9}}:[ \t]{{0,9}}{_QUOTE}?[ \t]{{0,9}}{_NAME}"),
        RolePattern(
            rf"(?:\b[Aa]s (?:an? |the )?(?:data )?processor (?:for|of)|en (?:qualité|tant) (?:de"
            rf"|que) sous-traitante? (?:de|du|pour)) (?:la |le |l['’]|the )?{_NAME}"
        ),
        RolePattern(rf"{_FOR}[^.\n()]{{0,90}}\([^()\n]{{0,25}}{_QUOTE}\s{{0,9}}{_EACH}?{_NAME}\s{{0,9}}{_QUOTE}"),
        RolePattern(
            rf"{_QUOTE}\s{{0,9}}{_NAME}\s{{0,9}}{_QUOTE}\s{{0,9}}(?:or|ou|/)\s{{0,9}}{_QUOTE}?\s{{0,9}}(?:the "
            rf"|le )?{_DATA}?{_CONTROLLER}"
        ),
        RolePattern(
            rf"{_HANDLES}(?: \w+){{0,4}} (?:for|pour) (?:the |la |le |l['’])?{_NAME}, {_AS_ITS}{_PROCESSOR}",
            rf", {_AS_ITS}{_PROCESSOR}",
        ),
        RolePattern(rf"{_NAME} \((?:the |le |la |as )?{_DATA}?{_CONTROLLER}\)", rf"{_CONTROLLER}\)"),
        RolePattern(
            rf"\b(?:(?:[Ll]a|[Ll]e|[Tt]he|votre|your) |[Ll]['’])"
            rf"((?:{_BODIES})(?: (?:adhérent|utilisat|client|d'avocats)\w{{0,20}})?)"
            rf"[^.\n]{{0,60}}(?:{_CONTROLLER}|« Client »|“Customer”)"
        ),
    ),
    SUBPROCESSOR: (
        RolePattern(rf"{_CALLS}\b[^.\n()\"“«]{{0,40}}{_OTHERS}[^.\n()\"“«]{{0,60}}{_NICKNAME}", _NICKNAME),
        RolePattern(
            rf"[\"“«]\s{{0,3}}{_NAME}\s{{0,3}}[\"”»] (?:means|désigne|:) (?:any|each|every|tout|toute|chaque) "
            rf"(?:\w+ )?{_OTHERS}"
            rf"\w{{0,9}}(?: \([^()\n]{{0,60}}\)| party| parties)?,? {_CALLED_UPON}"
        ),
        RolePattern(
            rf"(?<=\n){_NAME} : (?:tout|toute|chaque) (?:\w+ )?{_OTHERS}"
            rf"\w{{0,9}}(?: \([^()\n]{{0,60}}\))?,? {_CALLED_UPON}"
        ),
    ),
}
"""How a text names its parties, and those it calls upon (« faire appel à tout fournisseur (les « Fournisseurs ») »)."""
_ACTING = expression(
    rf"(?<![.\n] ){_NAME} (?:shall|will|agrees|undertakes|may not|s['’]engage|doit|notifie|informe|met en|assiste"
    r"|garantit|traite|assure|supprime|implements|maintains|processes|notifies|assists|ensures)\b"
)
_SERVED = expression(
    r"(?:[Oo]n behalf of|[Ii]nstructions? (?:of|from|by)|instructed by|pour le compte|instructions?) "
    rf"(?:(?:the |de la |de l['’]|de |du |d['’])(?:said |dit |dite )?(?:{_NAME}|([a-zà-ÿ]{{1,60}}))|(?<=of ){_NAME})"
)
_PROMISED = 40_000
"""Characters in which what two parties promise is counted."""
_TOLD = expression(
    rf"\b(?:to|let|lets|tells?|telling|informs?|notif(?:y|ies)|gives?|for|à|pour|de|avertit|informe|prévient|dit à) "
    rf"(?:the |la |le |l['’])?{_NAME}"
)
"""Who is told, given or served, when nothing calls anybody the controller."""
_OPENING = expression(r"\b(?:[Ee]ntre|ENTRE|[Bb]etween|BETWEEN|Part(?:y|ies) ?:|PART(?:Y|IES) ?:)")
"""What opens the list of the parties."""
_HEAD_OF_TEXT = 600
"""Characters in which two lines, each of a name and of what it is called (« X (« l'Office ») »), are parties."""
_OPENED = 1_500
"""Characters after it, or after the beginning of the text, in which the two are named."""
_ASIDE = expression(
    r"\(([^()\n]{2,90})\)|(?:ci-après|hereinafter|hereafter)[^«\"“”»()\n]{0,25}([«\"“][^«\"“”»()\n]{2,40}[»\"”])"
)
_CALLED = expression(
    rf"(?:{_QUOTE}\s{{0,3}})?(?:(?P<article>[Ll]e |[Ll]a |[Ll]['’]|[Tt]he "
    rf"|[Ll]es )?)(?:{_QUOTE}\s{{0,3}})?(?P<name>[A-ZÀ-Ý]{_WORD}(?: {_WORD}){{0,2}})"
)
"""What a party is called, between parentheses or not: « le Centre », "Brightleaf", « ci-après le « Mainteneur » »."""
_FULL_NAME = expression(
    rf"{_NAME}(?:,? (?:SAS|SARL|SA|Ltd|Limited|Inc|GmbH|plc|LLP|LLC|BV|B\.V|AG)\b\.?)?[^A-ZÀ-Ý]{{0,60}}$"
)
_IS_PROCESSOR = expression(rf"{_PROCESSOR}\b|\b(?:[Nn]ous|[Ww]e)\b|sous-traitante\b")
_IS_CONTROLLER = expression(rf"{_CONTROLLER}\b|\b(?:[Vv]ous|[Yy]ou)\b")
_BESIDE_NAME = (
    (PROCESSOR, expression(rf"{_NAME}, (?:le |la |the |our |notre |as )?{_PROCESSOR}(?=[,.;)]| et | and )")),
    (CONTROLLER, expression(rf"{_NAME}, (?:le |la |the |your |votre |as )?{_CONTROLLER}(?=[,.;()]| et | and | \()")),
)
"""« Talento SAS, sous-traitant, et … »."""
_HEREAFTER = expression(r"^\s{0,3}(?:ci-après|hereinafter|hereafter)[^«\"“\n]{0,25}(?=[«\"“])")
_BEGINS = expression(
    r"(?:(?<=\n)|(?<=[.;:] )|(?<=[.;:] [a-z]\) )|(?<=\d )|(?<=, ))(?:The |Le |La |L['’]|the |le |la |l['’])"
    r"([A-ZÀ-Ý][\w&-]{2,30})(?= (?!and\b|et\b|or\b|ou\b))"
)
"""A party's name where a sentence, or its main clause, begins."""
_BY_TRADE = tuple(
    (role, expression(rf"{opens}(?:the |le |la |l['’])?([a-zà-ÿ]{{5,20}}){joins} (?:data )?(?:{said})(?!\w)"))
    for role, said in (
        (PROCESSOR, "sous-traitante?|processor"),
        (CONTROLLER, "responsable d[eu] traitement|controller"),
    )
    for opens, joins in ((", ", " (?:et|and)"), ("\\b(?:ci-après|hereinafter),? (?:dénommée? )?", ","))
)
"""« X, déposant et responsable du traitement – Y, dépositaire et sous-traitant », « X, ci-après la médiathèque,
responsable du traitement »: what each is called by its trade."""
_APPOSED = 60
"""Characters after a party's name, or after what it is called, in which its role is said."""
_ROLE = r"sub-?processor|controller|processor|traitant|traitement"
_DATA_WORDS = {"data", "donnees", "information"}
"""« Subscriber Data »: a name of what is processed, never of who processes it."""
_LAWS = {"gdpr", "rgpd", "act", "regulation", "reglement"}
"""« (the UK GDPR and the Data Protection Act 2018) » calls nobody."""
_SAVE = r"(?![^.;\n]{0,90}\b(?:if|where|when|extent|independent|separate|joint|own|si|lorsque|quand|propre|not|pas)\b)"
_YOU_PROCESS = expression(
    rf"(?:\A|(?<=\n)|(?<=[.;:] ))(?:[A-Z][a-zà-ÿ]{{1,9}} [a-zà-ÿ]{{1,9}} [a-zà-ÿ]{{1,9}} )?{_SAVE}(?:"
    r"(?:us|[Ww]e)\b[^.;@\n]{0,30} controller,? (?:and|while) you\b[^.;\n]{0,30} processor\b"
    r"|[Yy]ou\b[^.;\n]{0,30} processor,? (?:and|while) we\b[^.;\n]{0,30} controller\b"
    r"|[Nn]ous\b[^.;\n]{0,30} responsables? d[eu] traitement,? (?:et|tandis que) vous\b[^.;\n]{0,30} sous-traitante?\b"
    r"|[Vv]ous\b[^.;\n]{0,30} sous-traitante?,? (?:et|tandis que) nous\b"
    r"[^.;\n]{0,30} responsables? d[eu] traitement\b)"
)
"""« We are the controller and you are the processor »: a letter from the controller, without a condition."""
_TURNED_ROUND = (
    (PROCESSOR, expression(r"\b(?:you|your|yours|vous|votre|vos)\b")),
    (CONTROLLER, expression(r"\b(?:we|us|our|ours|nous|notre|nos)\b")),
)
"""Whom the words of the two persons mean in such a letter, on folded text."""
_I_SPEAK = expression(
    r"(?:\b[Jj]e |\b[Jj]['’])(?=[a-zà-ÿ])|\bI (?:will|shall|am|have|only|do|keep|process|use|never|must|may|agree)\b"
)
_SPEAKS = 5
"""How often somebody says « je » for a text to be a person's own letter."""
_MYSELF = expression(r"\b(?:j'|m'(?=[a-z]))|\b(?:je|moi|mon|ma|mes|me|my|myself|mine|i(?= [a-z]))\b ?")
"""What a person alone calls himself, on folded text."""
_CONTRACTED = tuple(
    (sign, expression(short), whole)
    for sign, short, whole in (
        ("won't", r"\bwon't\b", "will not"),
        ("can't", r"\bcan't\b", "cannot"),
        ("n't", r"(?<=[a-z])n't\b", " not"),
        ("'ll", r"\b(i|we|you|they|it|he|she|that|there)'ll\b", r"\1 will"),
        ("'ve", r"\b(i|we|you|they)'ve\b", r"\1 have"),
        ("'re", r"\b(we|you|they)'re\b", r"\1 are"),
        ("'d", r"\b(i|we|you|they|it|he|she)'d\b", r"\1 would"),
        ("i'm", r"\bi'm\b", "i am"),
    )
)
"""What friendly English shortens, on folded text (« I'll » is « I will »), each after a sign of it."""
_PARTIES = 2
_OF_TRADE = expression(r"^(?:d'|de )")
"""« Centre d'appels » is no centre, « Donneur d'ordre » no donor: the first word alone is not the name."""
_OTHER = {PROCESSOR: CONTROLLER, CONTROLLER: PROCESSOR}
_SHORT = 3
"""Letters up to which a word is no name for those called upon."""
_ACTIVE = 3
"""How often a name must promise for it to be the processor's, when nothing says who is the processor."""
_OFTEN = 2
"""How often a text must serve a name for the name to be its controller's."""
_BESIDE = 20
"""Characters beside a name that make two mentions of it different."""


@dataclass(frozen=True)
class PartyNouns:
    """What every text may call its parties and the data, as expressions on folded text (`readings/vocabulary.toml`).

    Many sentences are searched at once, one a line: no expression may look past the end of its line.
    """

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    common: frozenset[str] = frozenset()
    """Words too common to be a party's name."""

    @classmethod
    def compiled(cls, lists: Mapping[str, Sequence[str]]) -> "PartyNouns":
        """Compile the lists of each role; raises KeyError for a missing role, re.error for a bad expression."""
        compiled = []
        for role, token in ROLES.items():
            edge = r"\w" if token == DATA else r"\w-"
            before = r"\w" if token == DATA else r"\w@-"
            listed = "|".join(lists[role])
            compiled.append((token, re.compile(rf"(?<![{before}])(?:{listed})(?![{edge}])", re.MULTILINE)))
        return cls(tuple(compiled), frozenset(lists.get("common", ())))

    def calls(self, role: str, word: str) -> bool:
        """Whether a folded word is one that every text may use for a role."""
        return any(pattern.fullmatch(word) for token, pattern in self.patterns if token == role)

    def is_said(self, role: str, text: str) -> bool:
        """Whether a folded text uses a word that every text may use for a role."""
        return any(pattern.search(text) for token, pattern in self.patterns if token == role)

    def is_noun(self, word: str) -> bool:
        """Whether a folded word is one of these nouns."""
        return any(pattern.fullmatch(word) for _, pattern in self.patterns)


@dataclass(frozen=True)
class Parties:
    """The names a text gives to its parties, folded, beside what every text may call them."""

    nouns: PartyNouns
    processor: frozenset[str] = field(default=frozenset())
    controller: frozenset[str] = field(default=frozenset())
    subprocessor: frozenset[str] = field(default=frozenset())
    you_process: bool = False
    """Whether the text speaks to the processor (« you », « vous ») in the name of the controller."""
    i_process: bool = False
    """Whether a person alone speaks (« je », "I"), who is the processor."""

    def rewrite(self, folded: Iterable[str]) -> list[str]:
        """Folded texts, each on one line, with each party by its letter; all are searched at once, which costs less.

        >>> lists = {"subprocessor": ["subprocessor"], "controller": ["customer"], "processor": ["-"], "data": ["-"]}
        >>> known = Parties(PartyNouns.compiled(lists), frozenset({"acme"}))
        >>> known.rewrite(["acme tells the customer", "any subprocessor"])
        ['@p tells the @c', 'any @s']
        """
        whole = written_out("\n".join(one.replace("\n", " ") for one in folded))
        for token, names in (
            (SUBPROCESSOR, self.subprocessor),
            (CONTROLLER, self.controller),
            (PROCESSOR, self.processor),
        ):
            if names:
                listed = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
                whole = re.sub(rf"(?:\b(?:m|mr|mme|mrs|ms)\.? )?\b(?:{listed})\b", token, whole)
        if self.i_process:
            whole = _MYSELF.sub(PROCESSOR + " ", whole)
        for token, said in _TURNED_ROUND if self.you_process else ():
            whole = said.sub(token, whole)
        for token, pattern in self.nouns.patterns:
            whole = pattern.sub(token, whole)
        return whole.split("\n")


def written_out(folded: str) -> str:
    """A folded text without the short forms of friendly English; French has none of their signs.

    >>> written_out("we'll tell you if we can't, and won't if you don't")
    'we will tell you if we cannot, and will not if you do not'
    """
    for sign, short, whole in _CONTRACTED:
        if sign in folded:
            folded = short.sub(whole, folded)
    return folded


def find_parties(text: str, nouns: PartyNouns) -> Parties:
    """Find in a whole text (not folded) the names of its parties.

    >>> nouns = PartyNouns.compiled({role: ["sous-traitant"] if role == "processor" else ["-"] for role in ROLES})
    >>> sorted(find_parties("ACME SAS (ci-après « le Sous-traitant ») traite les données.", nouns).processor)
    ['acme', 'acme sas']
    """
    served, acting = _mentions(_SERVED, text), _mentions(_ACTING, text)
    doer = {
        name
        for name, seen in acting.most_common(2)
        if seen >= _ACTIVE and seen > 2 * served[name] and _usable(name, nouns)
    }
    processor = _names_given(text, _NAMED[PROCESSOR], nouns)
    opened, pair, called_together = _parties_named_first(text, nouns)
    if not processor:
        processor = opened[PROCESSOR]
    # Who processes for others is often the controller of its own accounts too, and says so in the same text.
    controller = ((_names_given(text, _NAMED[CONTROLLER], nouns) | opened[CONTROLLER]) - processor) | {
        name for name, seen in served.items() if seen >= _OFTEN and _usable(name, nouns)
    }
    if processor - controller and not any(acting[name] for name in processor):
        processor |= (doer if controller else _who_serves(acting, doer, text)) - controller
        controller |= set() if controller else doer - processor
    if not processor - controller:
        processor = doer if controller else _who_serves(acting, doer, text)
        controller |= doer - processor
        controller -= {name for name in controller for done in doer if name.startswith(done)}
    processor -= controller
    for one, other in (pair, pair[::-1]) if pair else ():
        if one & processor and not (one | other) & controller:
            controller |= {name for name in other if _usable(name, nouns)} - processor
        if one & controller and not processor:
            processor |= {name for name in other if _usable(name, nouns)} - controller
    processor |= _called_with(processor, controller, called_together, nouns)
    controller |= _called_with(controller, processor, called_together, nouns)
    if processor and not controller and not nouns.is_said(CONTROLLER, fold(text)):
        controller = {name for name, seen in _mentions(_TOLD, text).most_common(1) if seen >= _ACTIVE} - processor
        controller = {name for name in controller if _usable(name, nouns)}
    called = _subprocessor_names(text, nouns) - controller - processor
    you = _YOU_PROCESS.search(text)
    return Parties(
        nouns,
        frozenset(processor),
        frozenset(controller),
        frozenset(called),
        you_process=bool(you),
        i_process=not you and not processor and sum(1 for _ in _I_SPEAK.finditer(text, 0, _PROMISED)) >= _SPEAKS,
    )


def _called_with(mine: set[str], others: set[str], together: Iterable[set[str]], nouns: PartyNouns) -> set[str]:
    """The names under which a party is also known: those given with one of its own, and with none of the other's."""
    return {
        name
        for names in together
        if names.isdisjoint(others) and any(name == one or name.endswith(f" {one}") for name in names for one in mine)
        for name in names
        if _usable(name, nouns)
    }


def _who_serves(acting: Counter[str], doer: set[str], text: str) -> set[str]:
    """Who processes, of two names that both act and that nothing places: the other is mostly told, given or asked."""
    if len(doer) < _PARTIES:
        return doer
    told = _mentions(_TOLD, text)
    first, second = sorted(doer, key=lambda name: (told[name] - acting[name], name))
    if told[second] < _ACTIVE or told[second] < 2 * told[first] or first in second or second in first:
        return doer
    return {first}


def _parties_named_first(
    text: str, nouns: PartyNouns
) -> tuple[Mapping[str, set[str]], tuple[set[str], ...], tuple[set[str], ...]]:
    """The roles of the two parties, their names when both are known to be parties, and what each is called together.

    « entre A (le Centre), sous-traitant, et B (« la Mutuelle », « vous ») ».

    When the role of one only is told, by a word or by a noun that every text may use, the other party has the other.
    """
    found: dict[str, set[str]] = {PROCESSOR: set(), CONTROLLER: set()}
    opening = _OPENING.search(text, 0, _OPENED)
    begin = opening.end() if opening else 0
    window = text[begin : begin + _OPENED]
    named: list[tuple[set[str], str]] = []
    before = lines = 0
    for aside in _ASIDE.finditer(window):
        called = {
            fold(one["name"]).strip(" .'")
            for one in map(
                _CALLED.match, map(str.strip, re.split(r",| / | ou | or ", _HEREAFTER.sub("", aside[1] or aside[2])))
            )
            if one and (one["article"] or one[0][0] in "\"“”«»'")
        }
        if not called:
            continue
        # Before « ci-après » outside parentheses stands an address more often than a name.
        near = max(before, aside.start() - _APPOSED * 2)
        full = _FULL_NAME.search(window, near, aside.start()) if aside[1] else None
        names = called | ({fold(full[1]).strip(" .'")} if full else set())
        around = window[full.start() if full else aside.start() : aside.end() + _APPOSED]
        around = re.split(r"\b(?:et|and)\b(?![^(]*\))|\n|[.;]\s", around)[0] if before or opening else around
        named.append((names, _role_of(names, around, nouns)))
        before = aside.end()
        lines += window[before : before + 1] == "\n" and before < _HEAD_OF_TEXT
        if len(named) == _PARTIES:
            break
    together = tuple(names for names, _ in named)
    if len(named) == _PARTIES and not any(role for _, role in named):
        named = _by_what_they_promise(text, named)
    if len(named) != _PARTIES or not opening:
        named = [one for one in named if one[1]]
    else:
        named = [
            (names, role or _OTHER.get(other, ""))
            for (names, role), (_, other) in zip(named, reversed(named), strict=True)
        ]
    pair = together if (opening and len(named) == _PARTIES) or lines == _PARTIES else ()
    for role, beside in _BESIDE_NAME:
        for match in beside.finditer(text, 0, begin + _OPENED):
            name = _ARTICLE.sub("", fold(match[1]).strip(" .'"))
            named.append(({name, name.split(" ")[0]}, role))
    named += [
        ({fold(match[1])}, role) for role, trade in _BY_TRADE for match in trade.finditer(text, 0, begin + _OPENED)
    ]
    for names, role in named:
        if role:
            found[role] |= {name for name in names if _usable(name, nouns)}
    return found, pair, together


def _by_what_they_promise(text: str, named: Sequence[tuple[set[str], str]]) -> list[tuple[set[str], str]]:
    """The roles of two parties of whom neither is told: who owes almost everything is the processor."""
    begun = Counter(fold(match[1]) for match in _BEGINS.finditer(text, 0, _PROMISED))
    one, other = (sum(begun[name] for name in names) for names, _ in named)
    (first, _), (second, _) = named
    if max(one, other) < _ACTIVE or max(one, other) < 2 * min(one, other):
        return list(named)
    return [(first, PROCESSOR if one > other else CONTROLLER), (second, CONTROLLER if one > other else PROCESSOR)]


def _role_of(names: Iterable[str], around: str, nouns: PartyNouns) -> str:
    """The role of a party, by a word beside its name, or by what it is called."""
    for role, said in ((PROCESSOR, _IS_PROCESSOR), (CONTROLLER, _IS_CONTROLLER)):
        if said.search(around):
            return role
    return next((role for name in names for role in (PROCESSOR, CONTROLLER) if nouns.calls(role, name)), "")


def _subprocessor_names(text: str, nouns: PartyNouns) -> set[str]:
    """What a text calls those it calls upon, one or several of them; a word for a party may be theirs here."""
    found: set[str] = set()
    for role_pattern in _NAMED[SUBPROCESSOR]:
        for match in role_pattern.find(text):
            name = fold(match[1]).strip(" .'")
            if len(name) > _SHORT and name not in nouns.common and not re.search(_ROLE, name):
                found |= {name, name.removesuffix("s"), name.removesuffix("s") + "s"}
    return found


def _mentions(pattern: re.Pattern[str], text: str) -> Counter[str]:
    """How often each folded name is found; the same sentence printed twice says nothing more."""
    seen = {
        (next(filter(None, match.groups())), text[max(0, match.start() - _BESIDE) : match.end() + _BESIDE])
        for match in pattern.finditer(text)
    }
    return Counter(fold(name) for name, _ in sorted(seen))


def _names_given(text: str, role_patterns: Iterable[RolePattern], nouns: PartyNouns) -> set[str]:
    found: set[str] = set()
    for role_pattern in role_patterns:
        for match in role_pattern.find(text):
            if _ANOTHERS.search(text, max(0, match.start(1) - _BEFORE), match.start(1)):
                continue
            name = _ARTICLE.sub("", fold(match[1]).strip(" .'"))
            first, _, more = name.partition(" ")
            for known in (name,) if _OF_TRADE.match(more) else (name, first):
                if _usable(known, nouns) and "'s" not in known:
                    found.add(known)
    return found


def _usable(name: str, nouns: PartyNouns) -> bool:
    words = name.split()
    return (
        len(name) > 2
        and not all(word in nouns.common for word in words)
        and words[0] not in nouns.common
        and not nouns.is_noun(name)
        and not re.search(_ROLE, name)
        and words[-1] not in _DATA_WORDS
        and _LAWS.isdisjoint(words)
    )
