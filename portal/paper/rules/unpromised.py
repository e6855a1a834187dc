"""Sentences that hold the words of a duty and promise nothing, whatever the duty.

They tell what was once so ("all employees had signed"), deem it done (« est réputé avoir effacé »), leave it to the
processor's own liking ("any other purpose it finds convenient"), or except from it what the processor may then keep for
itself. A reserve that honest agreements make is no such thing: what the law asks for, what the controller chooses.
"""

from portal.paper.rules.patterns import PatternTerm, SentenceIndex

_LIKES = (
    r"(?:finds? (?:it |them )?(?:convenient|useful|opportune|worth\w*|suitable)|thinks? (?:it )?(?:fit|best|worth\w*"
    r"|good)"
    r"|sees? fit|deems? (?:it )?(?:fit|convenient|useful|opportune|expedient|worth\w*)|pleases?\b|prefers?\b"
    r"|is (?:itself )?satisfied|fancies\b|cares? to\b|(?:juge|estime|trouve)\w* (?:bons?|utiles?|commodes?|opportun\w*"
    r"|convenables?|profitables?)\b|prefere\w*|(?:le |la |les )?voudra\b|a envie)"
)
_AT_WILL = PatternTerm(
    (
        rf"(?:@p|\bit|\bil|\belle|\bthey|\bone)(?: (?:itself|alone|seule?|lui-meme|elle-meme|may|shall"
        rf"|should|then|alors|nous|le|la|les)){{0,2}} {_LIKES}"
        r"|\b(?:comme|si|quand|ou|qui|que|lorsque) bon (?:lui|leur) semble|\b(?:as|what|whom|where|when) (?:it"
        r"|they) pleases?\b"
        r"|\bqu'il (?:lui )?plair?a?i?t\b"
        r"|@p (?:\w+ ){0,3}(?:de|selon|a) (?:son|sa) (?:seule? )?(?:fantaisie|bon plaisir|gre)\b"
        r"|\bat its (?:own )?(?:pleasure|whim|convenience)\b",
    )
)
"""What the processor likes; `_OF_CONTROLLER` is what the controller does."""
_ACTS = (
    r"(?:which|who|that|may|can|shall|will|must|has|is|carr\w+|conduct\w*|qui|peut|pourra|a|est|conduit|mene|fait|se"
    r"|decide"
    r"|choisit|demande|donne|indiqu\w*|dit|dira|says?|tells?|prend|aura|recoit|remain\w*|reste|conserve|where|when|if"
    r"|so|and|et)\b"
)
"""What follows the controller when it is the one who likes."""
_OF_CONTROLLER = PatternTerm(
    (
        rf"@c(?:'s)?(?:, [^,|;]{{0,40}},|,)? (?:{_ACTS}[^@|;]{{0,80}} )?(?:(?:which|who|it|they|il|elle|qui|de|a|ou"
        rf"|or|and|et)"
        rf" ){{0,2}}(?:\w+ )?(?:{_LIKES}|bon lui semble)|@c(?:, [^,|;]{{0,40}},|,)? {_ACTS}[^@|;]{{0,90}}"
        rf"(?:{_LIKES}|bon lui semble)",
    )
)
_EXCEPTS = PatternTerm(
    (
        r"\b(?:save|except\w*|excluding|other than|sauf|hormis|a l'exception|a l'exclusion)\b[^|;]{0,170}"
        r"(?:@p|\bit|\bil|\belle)(?:, [^,|]{0,40},)? (?:\w+ )?(?:may|can|peut|pourra|is free|remains free|est libre"
        r"|reste libre)\b[^|;]{0,30}\b(?:keep|use|retain|exploit|process|sell|share|conserver|garder|utiliser|exploiter"
        r"|traiter|vendre|ceder)\b",
    )
)
"""An exception for what the processor may do for itself."""
_BY_LAW = PatternTerm(
    (
        r"\b(?:laws?|lois?|legal\w*|legale?s?|lega(?:l|ux)|statut\w*|legislation|reglement\w*|regulat\w*|union"
        r"|backups? "
        r"until|proof|preuve|prescription|defen[cs]e|authorit\w+|autorites?|instruct\w*)\b",
    )
)
_DEEMED = PatternTerm(
    (
        r"@p(?:, [^,|;]{0,40},)? (?:is|are|shall be|will be|est|sera|sont|seront) (?:\w+ )?(?:deemed|taken|considered"
        r"|presumed|treated|regarded|held|repute|presume|considere|cense)\w* (?:always )?(?:to have|as having|to be in"
        r"|avoir|comme ayant|en avoir|s'etre)(?! (?:\w+ )?(?:become|becom|aware|knowledge|connaissance|received|recu"
        r"|accept"
        r"|agree|approuv|breach|manqu|pris connaissance))",
    )
)
_PAST = PatternTerm(
    (
        r"^(?:\W{0,4}\S{1,7}[.)] )?(?:(?:at|in|on|during|since|until|as at|by|lors|au|aux|a|en|depuis|durant"
        r"|des)\b[^|;,]{0,60}, )?"
        r"(?:(?!\b(?:if|where|when|unless|that|which|who|whose|whom|si|lorsqu\w*|qui|que|dont|ou"
        r"|s'il)\b)[\w@'-]+ ){1,8}?"
        r"(?:had (?:\w+ )?(?:been |each |all )?\w+(?:ed|ne|wn|en|nt|gn)\b|(?:was|were) (?:\w+ )?(?:bound|signed|kept"
        r"|encrypted"
        r"|deleted|tested|trained|notified|told|informed|subject|audited)\b|avai(?:t|ent) (?:\w+ )?\w+(?:e|i|u|is|it"
        r"|s)\b"
        r"|etai(?:t|ent) \w+)",
    )
)
_PROMISES = PatternTerm(
    (
        r"\b(?:shall|must|will|undertakes?|agrees?|ensures?|warrants?|doit|doivent|devr\w+|s'engage\w*|s'oblige\w*"
        r"|garanti\w*|veille\w*|is|are|est|sont)\b",
    )
)
_CONTROLLER_TELLS = PatternTerm(
    (
        r"^(?:\W{0,4}\S{1,7}[.)] )?(?:(?:many|most|some|several|of|@p|plusieurs|certains|the|le|la|les) ){0,4}@c"
        r"(?:(?!@p)[^|;,.]){0,20} (?:have|has|ont) (?:often |always |souvent |toujours )?(?:found|used|said|told"
        r"|praised"
        r"|enjoyed|appreciated|relied|trouve|utilise|salue|apprecie|loue|dit)\b",
    )
)


def unpromised_places(index: SentenceIndex) -> frozenset[int]:
    """The sentences of a text that promise nothing of what they say."""
    liked = index.sentences_with(_AT_WILL)
    liked -= index.sentences_with(_OF_CONTROLLER, liked)
    excepted = index.sentences_with(_EXCEPTS)
    excepted -= index.sentences_with(_BY_LAW, excepted)
    told = index.sentences_with(_PAST)
    told -= index.sentences_with(_PROMISES, told)
    return liked | excepted | told | index.sentences_with(_DEEMED) | index.sentences_with(_CONTROLLER_TELLS)
