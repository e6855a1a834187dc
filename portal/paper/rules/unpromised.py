"""Sentences that hold the words of a duty and promise nothing, whatever the duty.

They tell what was once so ("all employees had signed"), deem it done (« est réputé avoir effacé »), leave it to the
processor's own liking ("any other purpose it finds convenient"), or except from it what the processor may then keep for
itself. A reserve that honest agreements make is no such thing: what the law asks for, what the controller chooses.
"""

from portal.paper.rules.patterns import PatternTerm, SentenceIndex

_LIKES = (
    r"(?:finds? (?:it |them )?(?:convenient|useful|opportune|worth\w{0,15}|suitable)|thinks? (?:it )?(?:fit|best"
    r"|worth\w{0,15}"
    r"|good)"
    r"|sees? fit|deems? (?:it )?(?:fit|convenient|useful|opportune|expedient|worth\w{0,15})|pleases?\b|prefers?\b"
    r"|is (?:itself )?satisfied|fancies\b|cares? to\b|decides? to (?:do so|tell)|appeals? to it"
    r"|(?:se )?decid\w{0,9} a le faire|(?:juge|estime|trouve)\w{0,15} (?:bons?|utiles?|commodes?"
    r"|opportun\w{0,15}"
    r"|convenables?|profitables?)\b|prefere\w{0,15}|(?:le |la |les )?voudra\b|a envie)"
)
_AT_WILL = PatternTerm(
    (
        rf"(?:@p|\bit|\bil|\belle|\bthey|\bone)(?: (?:itself|alone|seule?|lui-meme|elle-meme|may|shall"
        rf"|should|then|alors|nous|le|la|les)){{0,2}} {_LIKES}"
        r"|\b(?:comme|si|quand|ou|qui|que|lorsque) bon (?:lui|leur) semble|\b(?:as|what|whom|where|when) (?:it"
        r"|they) pleases?\b"
        r"|\bqu'il (?:lui )?plair?a?i?t\b"
        r"|@p (?:\w{1,20} ){0,3}(?:de|selon|a) (?:son|sa) (?:seule? )?(?:fantaisie|bon plaisir|gre)\b"
        r"|\bat its (?:own )?(?:pleasure|whim|convenience)\b",
    )
)
"""What the processor likes; `_OF_CONTROLLER` is what the controller does."""
_ACTS = (
    r"(?:which|who|that|may|can|shall|will|must|has|is|carr\w{1,20}|conduct\w{0,15}|qui|peut|pourra|a|est|conduit"
    r"|mene|fait|se"
    r"|decide"
    r"|choisit|demande|donne|indiqu\w{0,15}|dit|dira|says?|tells?|prend|aura|recoit|remain\w{0,15}|reste|conserve"
    r"|where|when|if"
    r"|so|and|et)\b"
)
"""What follows the controller when it is the one who likes."""
_OF_CONTROLLER = PatternTerm(
    (
        rf"@c(?:'s)?(?:, [^,|;]{{0,40}},|,)? (?:{_ACTS}[^@|;]{{0,80}} )?(?:(?:which|who|it|they|il|elle|qui|de|a|ou"
        rf"|or|and|et)"
        rf" ){{0,2}}(?:\w{{1,20}} )?(?:{_LIKES}|bon lui semble)|@c(?:, [^,|;]{{0,40}},|,)? {_ACTS}[^@|;]{{0,90}}"
        rf"(?:{_LIKES}|bon lui semble)",
    )
)
_EXCEPTS = PatternTerm(
    (
        r"\b(?:save|except\w{0,15}|excluding|other than|sauf|hormis|a l'exception|a l'exclusion)\b[^|;]{0,170}"
        r"(?:@p|\bit|\bil|\belle)(?:, [^,|]{0,40},)? (?:\w{1,20} )?(?:may|can|peut|pourra|is free|remains free"
        r"|est libre"
        r"|reste libre)\b[^|;]{0,30}\b(?:keep|use|retain|exploit|process|sell|share|conserver|garder|utiliser|exploiter"
        r"|traiter|vendre|ceder)\b",
    )
)
"""An exception for what the processor may do for itself."""
_BY_LAW = PatternTerm(
    (
        r"\b(?:laws?|lois?|legal\w{0,15}|legale?s?|lega(?:l|ux)|statut\w{0,15}|legislation|reglement\w{0,15}"
        r"|regulat\w{0,15}|union"
        r"|backups? "
        r"until|proof|preuve|prescription|defen[cs]e|authorit\w{1,20}|autorites?|instruct\w{0,15})\b",
    )
)
_DEEMED = PatternTerm(
    (
        r"@p(?:, [^,|;]{0,40},)? (?:is|are|shall be|will be|est|sera|sont|seront) (?:\w{1,20} )?(?:deemed|taken"
        r"|considered"
        r"|presumed|treated|regarded|held|repute|presume|considere|cense)\w{0,15} (?:always )?(?:to have|as having"
        r"|to be in"
        r"|avoir|comme ayant|en avoir|s'etre)(?! (?:\w{1,20} )?(?:become|becom|aware|knowledge|connaissance|received"
        r"|recu"
        r"|accept"
        r"|agree|approuv|breach|manqu|pris connaissance))",
    )
)
_WOULD = PatternTerm(
    (
        r"^(?:\W{0,4}\S{1,7}[.)] )?(?:it would|il (?:conviendrait|serait|faudrait|importerait)|on (?:pourrait|devrait"
        r"|aimerait)"
        r"|one (?:might|could|would)|ideally|idealement|dans l'ideal|in an ideal)\b"
        r"|(?<!technical )(?<!organisational )\b(?:or|ou) (?:otherwise|autrement)\W{0,2}$"
        r"|\b(?:mood|moods|weather|humeur|inspiration|envie)\b|\b\w{1,20} permitting\W{0,2}$"
        r"|^(?:\W{0,4}\S{1,7}[.)] )?(?:draft|projet|proposal|proposition|variante?)\b[^:|]{0,40}\b(?:not|non|reject"
        r"|ecart|abandon"
        r"|refus|rejet)\w{0,9}[^:|]{0,20}:",
    )
)
"""What would be good, or was only drafted; a duty that ends by its contrary."""
_PAST = PatternTerm(
    (
        r"^(?:\W{0,4}\S{1,7}[.)] )?(?:(?:at|in|on|during|since|until|as at|by|lors|au|aux|a|en|depuis|durant"
        r"|des)\b[^|;,]{0,60}, )?"
        r"(?:(?!\b(?:if|where|when|unless|that|which|who|whose|whom|si|lorsqu\w{0,15}|qui|que|dont|ou"
        r"|s'il)\b)[\w@'-]+ ){1,8}?"
        r"(?:had (?:\w{1,20} )?(?:been |each |all )?\w{1,20}(?:ed|ne|wn|en|nt|gn)\b|(?:was"
        r"|were) (?:\w{1,20} )?(?:bound|signed|kept"
        r"|encrypted"
        r"|deleted|tested|trained|notified|told|informed|subject|audited)\b|avai(?:t|ent) (?:\w{1,20} )?\w{1,20}(?:e"
        r"|i|u|is|it"
        r"|s)\b"
        r"|etai(?:t|ent) \w{1,20})",
    )
)
_PROMISES = PatternTerm(
    (
        r"\b(?:shall|must|will|undertakes?|agrees?|ensures?|warrants?|doit|doivent|devr\w{1,20}|s'engage\w{0,15}"
        r"|s'oblige\w{0,15}"
        r"|garanti\w{0,15}|veille\w{0,15}|is|are|est|sont)\b",
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
    return (
        liked
        | excepted
        | told
        | index.sentences_with(_DEEMED)
        | index.sentences_with(_WOULD)
        | index.sentences_with(_CONTROLLER_TELLS)
    )
