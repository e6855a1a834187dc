"""Clauses that another sentence of the same text takes back, empties or limits.

« L'article 9.6 ne s'applique pas aux marchés de… », « Les articles 4 à 8 sont donnés à titre indicatif », "However,
this duty only concerns account data": what they speak of is no longer promised as it was written.
"""

import re
from collections.abc import Iterator, Sequence

from portal.core.expressions import expression
from portal.documents_in.document import SourceDocument
from portal.paper.rules.clause_numbers import CITED, CLAUSES, clauses_above, listed_clauses
from portal.paper.rules.folding import fold
from portal.paper.rules.patterns import PatternTerm, SentenceIndex
from portal.paper.rules.sentences import ContractSentence

_EMPTIES = expression(
    r"\b(?:shall|do|does|will|may|can) not (?:apply|bind|be (?:enforced|relied|invoked))"
    r"|\bne (?:sont|seront|sera) (?:pas|point) applicables?|\binapplicables?\b|\b(?:a|ont) expire\b|\b(?:has|have) "
    r"(?:expired|lapsed)\b|\bn'(?:a|ont) (?:pas|jamais) ete (?:adopte|approuve|retenu|conclu)|\b(?:was|were|has been"
    r"|have been) (?:not|never) (?:adopted|agreed|approved)\b|\betat de projet\b|\bremained? (?:an? |in )?draft\b"
    r"|\b(?:shall have|has|have) no (?:effect|binding|contractual)|\bceases? to (?:apply|have)"
    r"|\b(?:cesse|cessent|cessera|cesseront) de (?:s.appliquer|produire|valoir)"
    r"|\b(?:is|are|be) (?:deleted|disapplied|suspended|waived|of no effect|without effect|not binding"
    r"|non-binding|optional"
    r"|indicative|aspirational|superseded)(?! and replaced)"
    r"|\b(?:is|are) (?:given|provided|included|stated|set out|written) (?:only |merely |purely "
    r"|solely )?(?:for|as|by way of)"
    r" (?:information|guidance|illustration|reference|an? (?:aim|goal|objective|statement))"
    r"|\b(?:states?|expresses?|describes?|records?) (?:only |merely )?(?:an? |the |its )?(?:aims?|goals?"
    r"|objectives?|targets?"
    r"|intentions?|hopes?)\b|\bgoals? (?:and|,) not\b|\bnot (?:legally |contractually )binding\b"
    r"|\b(?:applies|apply|appl\w+|valid|concerns?|covers?|binds?) (?:only|solely|exclusively)\b"
    r"|\b(?:shall |will )?only (?:apply|applies|bind|binds|take effect|have effect|be owed)\b"
    r"|\bgives? (?:rise to )?no (?:claim|obligation)|\bconfers? no\b|\bcreates? no\b"
    r"|\bne (?:s.applique|lie|joue|vau|produi|s.impose|oblige|engage|saurai\w+ (?:s.appliquer|etre))\w*"
    r" (?:pas|aucun|qu\w?\b|nullement)|\bn.(?:a aucun effet|est pas applicable|ouvre aucun|emporte aucun"
    r"|engage pas|ont (?:pas|"
    r"qu)|a (?:pas|qu).{0,20}valeur|est (?:pas )?(?:opposable|contraignant))"
    r"|\b(?:est|sont|reste|restent) (?:supprimee?s?|suspendue?s?|sans effet|reputee?s? non ecrit"
    r"|facultati\w+|ecartee?s?"
    r"|indicati\w+|remplacee?s?|optionnel\w*)(?! et remplac)"
    r"|\b(?:a titre|valeur) (?:purement |simplement |seulement )?(?:indicati\w+|d.information|informati\w+"
    r"|d.objectifs?)"
    r"|\bn.entre\w* en vigueur qu|\bentre\w* en vigueur (?:a|au|lors|si|quand|des|une fois|apres)\b"
    r"|\b(?:comes?|enters?) into (?:force|effect) (?:only|when|once|if|upon|after)\b"
    r"|\bobligations? de moyens|\bobjectifs?\b.{0,30}\b(?:et )?non\b|\bsans (?:valeur"
    r"|portee) (?:contractuelle|obligatoire|juridique)"
    r"|\bsans (?:caractere )?(?:obligatoire|contraignant)"
    r"|\b(?:is|are|as|constitutes?|amounts? to|remains?|represents?|sets? out|states?|expresses?|records?|reflects?"
    r"|forms?)"
    r"(?: (?:only|merely|purely|simply|solely|no more than|nothing more than|but|an?|the|its|their|mere|simple|present"
    r"|current|general|best-efforts|paid|non-binding|optional|desirable|good)){0,4}"
    r" (?:(?:statements?|declarations?|expressions?|matters?) of (?:\w+ ){0,2}(?:intent\w*|principles?|wish\w*|hope"
    r"|aims?)"
    r"|intentions?|wish(?:es)?|hopes?|recommendations?|suggestions?|aspirations?|(?:desirable|good) practices?"
    r"|(?:paid|optional) (?:options?|extras?|services?)|objectives?|targets?|goals?|ideals?)\b(?! (?:of"
    r"|for) (?:the )?processing)"
    r"|\b(?:retained|kept|included|left|maintained|maintenue?s?|conservee?s?|laissee?s?) (?:only "
    r"|merely )?(?:for historical"
    r"|for the record|pour memoire|pour l'histoire|a titre historique)"
    r"|\bdeemed (?:to (?:be|have been) )?(?:performed|fulfilled|satisfied|discharged|met|complied)"
    r"|\breput\w+ (?:avoir ete )?(?:rempli|execut|satisfait|accompli|respect)\w*"
    r"|\b(?:gives?|confers?|affords?|opens?) no (?:remedy|recourse|right to (?:an?|any) (?:remedy|claim"
    r"|compensation))|\bn'ouvr\w+ droit a aucune?"
    r"|\b(?:cannot|may not|shall not|not) be (?:\w+ )?enforced|\b(?:not (?:intended to be )?|un)enforceable"
    r"|\bbinds?\b[^.;|]{0,25}\bonly (?:if|when|where)|\bne (?:s'impos|li|oblig|engag)\w+ [^.;|]{0,30}\bque? (?:si"
    r"|s'il|s'elle)"
    r"|\b(?:without|sans) obligation\b(?! (?:to|de|d')\b)"
    r"|\b(?:exprim|constitu|enonc|tradui|reflet|represent|form|s'analys)\w*\b[^.;,|]{0,30}\b(?:intentions?"
    r"|souhaits?|voeux?"
    r"|recommandations?|declarations? (?:de principe|d'intention)|objectifs?(?! d)|aspirations?|ideal"
    r"|bonnes? pratiques?"
    r"|options? (?:payante|facultative)\w*|suggestions?)\b"
    r"|\b(?:vau(?:t|dra|dront)|valent|sont|est|ont|a)(?: (?:toutefois|cependant|de|des|la|une?|simples?|seule\w*"
    r"|pure\w*|que"
    r"|valeur|la valeur)){0,4} (?:intentions?|souhaits?|recommandations?|declarations? (?:de principe|d'intention)"
    r"|voeux?|suggestions?|objectifs?(?! d[eu])|options? (?:payante|facultative)\w*)\b"
    r"|\bpratiques? souhaitables?\b"
)
_OPENS = expression(r"\W{0,4}(?:\S{1,7}[.)] )?(?:the |les? |la |l'|all |tous )?")
"""What may stand before the name of a clause that is the subject of its sentence."""
_EMPTYING = PatternTerm(
    (
        "intent|souhait|wish|recommand|recommend|suggest|aspir|practice|pratique|option|objecti|target|goal|ideal|principe"
        "|principle|historical|historique|histoire|memoire|record|deemed|reput|remedy|recourse|recours|enforce|binds"
        "|binding|contraignant|bind|impose|obligation|suspend|waive|indicat|information|voeu|educational|teaching"
        "|demonstration|pedagogique|expire|lapsed|projet|draft|adopt|legal|valeur|portee|force|lie|engage|aim|hope|facultati|optional",
    )
)
"""Words without one of which nothing that follows empties a clause."""
_NUMBERED = PatternTerm(("article|clause|section|paragraph|point|item",))
_AROUND = PatternTerm(
    (
        r"preced|foregoing|previous|above|ci-dessus|ci-avant"
        r"|\b(?:this|present|presente|ce|cet|cette) (?:article|clause|section|paragraph|stipulation)"
        r"|(?:clause|article|section|paragraph|rubrique)\w* (?!\d)",
    )
)
"""What names a clause otherwise than by a number."""
_GIVING_UP = PatternTerm(
    (
        "waive|renonc|forgo|forego|precedence|prevail|prevau|prevalent|prime|emport|rely|invo|enforc|claim|exiger|opposer"
        "|demander|consider|regard|treat|view|tien",
    )
)
_APPLIES = expression(r"appl|concern|cover|vigueur|force|effect|effet")
"""What says where a clause reaches, or from when: of the clause that says so itself, that empties nothing."""
_ABOVE_NAMED = expression(
    r"\b(?:preceding|foregoing|previous|above) (?:(?:sub-?)?(?:paragraph|clause)|sentence|undertaking|commitment"
    r"|obligation"
    r"|promise|provision|dut(?:y|ies))s?\b"
    r"|\b(?:paragraph|sentence|clause|undertaking|commitment|obligation|promise|provision)s? (?:above"
    r"|that precedes?)\b"
    r"|\b(?:alinea|paragraphe|phrase|engagement|obligation|stipulation|disposition|promesse|devoir)s? (?:qui prece\w+"
    r"|precedente?s?|ci-dessus|ci-avant)\b"
)
"""What stands just before, by what it is."""
_THIS_CLAUSE = expression(
    r"\b(?:this|the present|le present|la presente|ce|cet|cette) (?:article|clause|section|paragraph|paragraphe"
    r"|stipulation)\b"
)
_TITLED = expression(
    r"\b(?:clauses?|articles?|sections?|paragraph(?:e)?s?|rubrique)"
    r" (?:(?:headed|entitled|titled|called|intitulee?s?) )?(?:\" ?(?P<quoted>[^\".;|]{3,60}?) ?\""
    r"|(?:on|about|regarding|concerning|relating to|relati(?:f|ve|fs|ves) (?:a la|aux?|a)|concernant|portant sur"
    r"|consacree?s? (?:a la|aux?|a)) (?:the |la |le |les |l')?(?P<title>[^\".;|]{4,50}?)"
    r"(?= (?:is|are|has|have|shall|may|est|sont|a|ont|ne|vaut|exprime|constitue|reste|demeure)\b| n'))"
)
"""A clause named by its title."""
_ANY_CLAUSES = (
    rf"\b(?:articles?|clauses?|sections?|paragraph(?:e)?s?|points?) {CITED}"
    rf"(?: ?(?:,|and|et|or|ou|to|a|through|-|&) ?{CITED}){{0,8}}"
)
_GIVEN_UP = expression(
    rf"@c[^.;|]{{0,30}}\b(?:shall not|may not|will not|must not|cannot|agrees? not to|undertakes? not to|s'interdi\w+"
    rf"|ne (?:peut|pourra|saurait)|s'abstien\w+|s'engage a ne pas)\b[^.;|]{{0,30}}\b(?:rely on|invok\w+|enforc\w+"
    rf"|claim\w*|invoquer"
    rf"|prevaloir|exiger|opposer|demander)\b[^.;|]{{0,40}}?(?P<barred>{_ANY_CLAUSES})"
    rf"|\b(?:consider|regard|treat|view|tien|considere|regarde)\w* (?:the |les |l'"
    rf"|la )?(?P<taken>{_ANY_CLAUSES}) (?:as|comme|pour)\b|"
    rf"(?P<never>\b(?:not|ne|never) )?(?:\bwaives?|\bforgoes?|\bforegoes?|\brenonc\w+(?: (?!pas\b"
    rf"|point\b)\w+){{0,2}} (?:a|au|aux)\b)"
    rf"[^.;|]{{0,50}}?(?P<what>(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a"
    rf"|-) ?{CITED}){{0,8}})"
    rf"|@p[^.;|]{{0,120}}\b(?:prevail over|prevails over|(?:take|takes|have|has) precedence over|prevalent sur"
    rf"|prevaut sur"
    rf"|prevaudront sur|l'emportent sur|l'emporte sur|priment(?: sur)?|prime(?: sur)?) (?:the |les |l'|la )?"
    rf"(?P<beaten>(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a|-) ?{CITED}){{0,8}})"
)
"""Clauses whose benefit is given up, or over which the processor's own terms prevail."""
_SPOKEN_OF = expression(
    r"^\W{0,4}(?:\S{1,7}[.)] )?(?:(?!if\b|where\b|when\b|unless\b|si\b|lorsqu|sauf\b|for\b|pour\b)[^,;"
    r"|]{3,70}, )?(?:(?:the|all|any|this|les?|la|l'|toute?s?|cette|cet|ce) ?){0,2}"
    r"(?:(?:commitment|undertaking|obligation|dut(?:y|ie)|promise|provision|term|stipulation|disposition|engagement"
    r"|devoir"
    r"|performance|application|enforcement|observance|breach|non-performance|inexecution|execution|mise en oeuvre"
    r"|respect"
    r"|content|contenu|benefit|benefice|whole|ensemble|effect|effet|portee|scope|wording|redaction|right|droit"
    r"|service)s?"
    rf" (?:[\w'@-]{{1,20}} ){{0,5}}?(?:(?:the|les?|la) |l')?)?(?P<what>{_ANY_CLAUSES})"
)
"""A sentence whose subject is a clause, or what a clause says."""
_QUALIFIED = expression(
    rf" {CITED}"
    r"| ?\([^)|]{1,60}\)|,? (?:of|in|to) (?:this|the) (?:\w+ ){0,2}(?:dpa|agreement|addendum|annex|contract"
    r"|schedule)\b"
    r"|,? (?:du|de la|des) presente?s? \w+"
)
"""What only says which clause it is."""
_SAID_OF_ANY = expression(
    r"^(?:(?:,| (?:and|et|or|ou)\b| ?[@|:.-])|(?: \S+)?$|[^|]{0,80}\b(?:is|are|est|sont) (?:hereby )?"
    r"(?:\w+ (?:and|et) )?(?:replac|remplac)"
    r"| (?:(?:shall|will|also|hereby|aussi|egalement|each|both|mutually|always|ne|does|do|n'est|not|is|are|est|sont"
    r"|be|etre|further|only|fully|pleinement|toujours) ){0,4}(?:appl|s'appliqu|applicable|survi|prevail|prevau"
    r"|remain|demeur|reste|govern|regi|without prejudice|sans prejudice|constitut\w* (?:an? )?(?:material|essential"
    r"|condition)|constitu\w* (?:une )?(?:condition|clause|obligation essent)|interpret|charg|factur|invoic|bill|paid"
    r"|paye|remuner|read\b|constru|relat"
    r"|concern|defin|describ|decri|set|contain|contien|list|enumer|inclu|compren|cover|extend|etend|amend|modif"
    r"|replac|remplac|complet|supplement|derog|incorporat|of the essence|essenti|entitle|ouvr\w+ droit"
    r"|(?:bind|lie\b|lient|engage)(?![^.;|]{0,50}\b(?:only|solely|seule\w*|que|nobody|no one|personne"
    r"|conscience|honou?r|honneur"
    r"|nothing|rien)\b)|must"
    r"|doi|requir|exig|impos|oblig|used|deemed (?:to be )?(?:selec|inclu)|limit|reduc|affect|prejudic|releas|reliev"
    r"|dispens|n'emporte|suspendu par|suspended by|(?:priv|depriv)\w* (?:the |le |la |l')?@c|restrict|prevent"
    r"|empech|repris|reproduc|entail|mean|precis|specif|provid|prevoi|refer|renvo|vise"
    r"|form (?:an? )?(?:integral )?part|fait partie|font partie|(?:des |une )?obligations? de resultat"
    r"|obligations? of result|takes? precedence|continu|valid|(?:an? |une )?(?:\w+ )?condition"
    r"|gives? (?:no )?rights? to|tak\w* effect (?:on|from) (?:the )?(?:signature|date)|entre\w* en vigueur (?:a"
    r"|des) (?:la )?signature|excluded|performed|execute)|[^|]{0,160}(?:\b(?:et|and) (?:applies|apply|s'applique\w*"
    r"|binds?|lie\w*|remains?|demeure\w*)\b(?! (?:only|que))|@p (?:shall|must|will|doit|s'engage)|\bgdpr\b|\brgpd\b"
    r"|\boption|\bdocking\b|\blaws?\b|\bloi\b|\bcourts?\b|\bauthorit|\bautorite|\bsccs?\b|standard contractual"
    r"|clauses contractuelles))"
)
"""What honest agreements say of their clauses; anything else is to be read."""
_NONE_FROM = expression(
    rf"^\W{{0,4}}(?:\S{{1,7}}[.)] )?(?:no|aucune?|nulle?|nothing|rien|nobody|personne|il ne)\b(?![^;"
    rf"|]{{0,160}}\b(?:limit|reduc"
    rf"|releas|reliev|prevent|affect|prejudic|restrict|amend|modif|derog|exclu|priv|depriv|empech|dispens|construed"
    rf"|interpret|pay|charg|fees?\b|invoic|factur|supplement|cost|cout|frais))"
    rf"[^.;|]{{0,80}}?(?P<what>\b(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a"
    rf"|-) ?{CITED}){{0,8}})"
)
"""Nothing is drawn from a clause, or attaches to it."""
_MAY_END = expression(
    rf"@p(?:(?!\bne\b)[^.;|]){{0,40}}?\b(?:may|can|peut|pourra|is free to|est libre d)\b(?! not)[^.;"
    rf"|]{{0,60}}?\b(?:suspend|discontinu|terminat"
    rf"|ceas|stop|disappl|depart|derog|withdraw|waiv|vary|mettre (?:fin|un terme)|interromp|renonc|ecart|s'affranch"
    rf"|revenir)\w*"
    rf"[^.;|]{{0,40}}?(?P<what>\b(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a"
    rf"|-) ?{CITED}){{0,8}})"
)
"""The processor may put an end to a clause."""
_DESPITE = expression(
    r"^\W*(?:\S{1,8} )?(?:notwithstanding|nonobstant|despite|en depit|par (?:exception|derogation)"
    r"|by (?:way of )?(?:derogation|exception|"
    r"deviation)|contrary to|contrairement|in derogation|as an exception|sans egard)\b"
)
_ABOVE = expression(
    r"\b(?:foregoing|above|preceding|previous|what precedes|qui precede|ci-dessus|alinea precedent"
    r"|paragraphe precedent|precedente?s?)\b"
)
_BUT = expression(
    r"^\W*(?:however|toutefois|cependant|neanmoins|nevertheless|nonetheless|that said|even so|mais\b|but\b"
    r"|yet\b|still,"
    r"|cela dit|pour autant|en revanche|par exception|a l.exception"
    r"|a defaut\b(?!,? (?:elle|il|it) n)|failing (?:this|that|which)\b"
    r"|(?:this|that|these|those|such|cette?|ces|cet|the said"
    r"|la presente|le present) (?:\w+ )?(?:dut(?:y|ies)|obligations?|rights?|undertakings?|commitments?"
    r"|promises?|measures?|mesures|services?|dispositions"
    r"|engagements?|devoirs?|droits?|garanties?|assistance|aide|notification|clause|article|paragraph\w*"
    r"|alinea|stipulation|disposition|faculte)\b"
    r"|(?:ce droit|ce devoir|il en va autrement|il n.en va|the same does not|the foregoing|ce qui precede"
    r"|elle ne vaut|il ne vaut|"
    r"it (?:does not|only) appl)"
    r"|(?:this|that|it|cela|ceci|il|elle) (?:\w+ )?(?:(?:does|do|shall|will) not (?:extend|apply|cover|concern|reach"
    r"|hold)"
    r"|ne (?:s'etend|s'applique|vaut|vise|concerne|couvre|joue)\w* (?:pas|point|ni)))"
)
_REFUSES = expression(
    r"@p[^.;|]{0,40}\b(?:may|can|peut|pourra|est libre d\w*|is free to|reserves? the right to"
    r"|se reserve (?:le droit|la faculte) d\w*)[^.;|]{0,25}"
    r"\b(?:refus\w*|declin\w*|reject\w*|ignor\w*|disregard\w*|ecart\w*|ne pas (?:y )?(?:donner|repondre|l))"
    r"|@p[^.;|]{0,30}\b(?:accepte\w*|accepts?|grants?) (?:it )?(?:ou|or) (?:le |la |les |l')?(?:refuse"
    r"|declines?|rejects?)"
    r"|\bsans avoir a (?:s'en |en |se )?(?:expliquer|justifier)|\bwithout (?:having to )?giv(?:e"
    r"|ing) (?:any )?reasons?"
)
"""What lets the processor refuse what was just promised."""
_CONTROLLER_REFUSES = expression(
    r"@c[^.;|]{0,30}\b(?:may|can|peut|pourra|is free to|reste libre d\w*)\b[^.;|]{0,25}\brefus"
)
"""The one who may refuse is the controller, and owes no reasons."""
_STRUCK = expression(
    rf"\b(?:struck out|struck|deleted|removed|repealed|withdrew|withdrawn|supprime\w*|abroge\w*|retire\w*"
    rf"|annule\w*|biffe\w*|raye\w*) (?:out )?(?:the |les |l.|la )?"
    rf"(?P<what>(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a|-) ?{CITED}){{0,8}})"
)
_RESTORED = expression(
    rf"\b(?:reinstated|restored|retabli\w*|reintrodui\w*|remis\w* en vigueur) (?:the |les |l.|la )?"
    rf"(?P<what>(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a|-) ?{CITED}){{0,8}})"
)
_LIMITS = expression(
    r"\b(?:not|no|never|cannot|neither|nor|only|solely|exclusively|limited|excluded?s?|waives?|waived"
    r"|discretion|option\w*|free to|ceases?|lapses?"
    r"|ne|n.(?:est|a|ouvre|existe|emporte|engage|ont|y)|aucune?|jamais|seule?s?|seulement|uniquement"
    r"|exclusivement|libre|limite\w*|exclu\w*"
    r"|renonce\w*|facultati\w*|cesse\w*|suspend\w*|(?:peut|pourra|may)(?! (?:also|aussi|egalement|includ"
    r"|compren|be exercised|etre exerce))|si|if|lorsque|unless|sauf|sous reserve|subject to|conditional)\b"
)
_FAIR = expression(
    r"\b(?:laws?|lois?|legale?s?|legally|legislation|statutory|droit (?:de l|national|francais|applicable)"
    r"|authorit\w+|autorites?"
    r"|without delay|undue|sans delai|sans retard|not (?:later|more|less|exceed)|no (?:later|more|less)"
    r"|confidential\w*|ancillary|accessoires?)\b"
    r"|\b(?:notifications?|notices?|reports?|rapports?|avis) (?:shall |must |will |doit )?(?:compren|contain|contien"
    r"|inclu|describ|decri|precis|states?\b|mention|indiqu|goes|go\b|is sent|est adress)"
    r"|\b(?:survi\w*|continues?|subsist\w*|persist\w*|demeure\w*|outlasts?)\b|\bne (?:cesse|prend"
    r"|s.eteint)\w*[^.;]{0,12}pas\b|\b(?:does|shall|do) not (?:end|cease|lapse)"
    r"|\bne priv\w+|\bdepriv\w+ (?:the )?@c of no"
    r"|\b(?:does|do|shall) not (?:reduce|affect|limit|prejudice)|\bne (?:reduit|limite|prejudicie|porte)\w*"
    r"|@p(?:, [^,]{0,30},)? (?:\w+ )?(?:remains?|shall (?!not)|must (?!not)|will (?!not)|demeure|reste|doit"
    r"|s.engage|devra)"
    r"|@c(?:, [^,]{0,30},)? (?:\w+ )?(?:may|peut|pourra|can|has the right|remains entitled|conserve)"
)
"""A reserve that the law makes, or a sentence that promises more: it takes nothing back."""
_OF_ITS_OWN = expression(
    r"\b(?:caused by|attributable to|resulted? (?:\w+ )?from|results? (?:\w+ )?from|ensue\w* from"
    r"|arising (?:\w+ )?from|imputable\w* (?:a|au)|cause\w* par|resulta\w* d\w{1,2}|decoulant d\w{1,2})[^.;@]{0,40}@c"
    r"|\bsubject to (?:the )?@c.s (?:\w+ )?(?:scrutiny|approval|consent|instructions?|agreement|rights?)"
    r"|\b(?:instructed by|discretion of|unless by) (?:the )?@c|@c.s discretion|\bto the extent (?:the )?@c instructs"
    r"|\bnot (?:be )?(?:subject to|fall short|modify)|\bmay include\b|\b(?:shall|will) also apply"
    r"|\bstandard contractual clauses[^.;]{0,90}\bnot apply"
    r"|@c (?:shall|will|is|aura) (?:be )?(?:entitled|le droit|have the right)"
)
"""A reserve for what the controller itself does or decides, or a sentence that keeps the duty whole."""
_OF_ANOTHER = expression(
    r"\b(?:of|du|de la|de l.|des) ?(?:the |le |la )?(?:standard|clauses|sccs?|ccts?|gdpr|rgpd|uk|regulation|reglement"
    r"|directive|code|main|master|principal|contrat principal|treaty|traite)"
)
"""A clause of another text."""
_OPTION = expression(r"\b(?:(?<!paid )option(?:al|nelle)?(?! payante)|docking)\b")
"""What is said of the options of standard clauses."""
_SUPPOSED = expression(r"\b(?:if|where|when|unless|si|lorsque|quand|sauf)\b[^,|]{0,40}$")
"""What stands before a clause that is only supposed not to apply."""
_BY_LAW = expression(r"\b(?:laws?|lois?|legale?s?|legislation|statutory|droit (?:de l|national|francais|applicable))\b")
"""An exception that the law itself makes takes nothing back."""
_SECTIONS_ABOVE = expression(
    r"\b(?:foregoing|preceding|above|previous|other|autres|precedente?s?|qui precedent|ci-dessus)\b[^.;|]{0,25}"
    r"\b(?:sections?|articles?|clauses?|paragraphs?|paragraphes|points|stipulations|dispositions|provisions"
    r"|undertakings|engagements)\b"
    r"|\b(?:sections?|articles?|clauses?|paragraphs?|paragraphes|points|stipulations|dispositions|provisions"
    r"|undertakings|engagements) (?:qui precedent|"
    r"precedente?s|above|ci-dessus)\b"
)
_WHOLE = expression(
    r"\b(?:this|the present|la presente|le present|ce|cette|cet) (?:\w+ )?(?:schedule|annexe?|exhibit"
    r"|appendix|charter|charte|document|statement"
    r"|declaration|policy|politique|page|note|fiche|lettre|letter|agreement|accord|addendum|avenant|contrat"
    r"|convention|dpa|text|texte)\b"
)
_EMPTY_WHOLE = expression(
    r"(?: (?:\w+ )?(?:is|has|est|creates|gives|constitutes|vaut|exprime|expresses|states|does|shall)\b| n'"
    r"| ne )[^.;,|]{0,50}"
    r"\b(?:educational|teaching|demonstration|pedagogiques?|intended to be (?:enforceable|binding)"
    r"|statements? of (?:\w+ )?intent"
    r"\w*|declaration d'intention|no (?:legal|binding|contractual) (?:force|effect|value)|aucune (?:valeur|portee"
    r"|force)"
    r"|binds? (?:nobody|no one|neither)|(?:lie|engage) (?:personne|aucune?|ni))\b"
)
"""What is said of the whole agreement when it obliges nobody at all."""
_BINDS_NOBODY = expression(
    r"\b(?:(?<!request )(?<!requests )(?<!asks )(?<!listed )(?:for|as) (?:general )?(?:information|guidance"
    r"|reference)(?: purposes)?(?: only\b|[,.;]|$)"
    r"|(?:has|have|having|is of) no (?:contractual|legal|binding)"
    r"|(?:not|without being) (?:legally |contractually )?binding|non-binding"
    r"|creates? no (?:\w+ )?(?:obligation|right|dut)|statement of intent"
    r"|not (?:form|be|a) (?:a )?(?:part|term)\b|(?:does|do) not (?:\w+ )?(?:create|constitute|give rise to"
    r"|impose) (?:\w+ ){0,3}(?:obligation|commitment|undertaking|contract)"
    r"|given for information|a titre (?:purement |simplement )?(?:indicatif|d.information|informatif)"
    r"|valeur (?:purement |simplement )?(?:indicative|informative)"
    r"|n.a (?:pas|aucune) (?:de )?(?:valeur|portee|force)|sans (?:valeur|portee) (?:contractuelle|juridique"
    r"|obligatoire)|ne (?:cree|constitue|emporte|fait naitre) (?:pas d.|aucun)"
    r"|non contraignant\w*|dep(?:ourvu|ourvue|ourvus|ourvues) de (?:valeur|portee|force|caractere)"
    r"|declaration d.intention)"
)
"""What is said of sections, or of a whole text, that oblige nobody."""
_UNTIL_SIGNED = expression(
    r"\b(?:if|unless|until|before|si|sauf|tant qu\w*|avant)\b[^.;]{0,60}"
    r"\b(?:sign\w*|executed|part(?:y|ies?) (?:to|au|a))\b"
)
"""A text that binds nobody as long as nobody has signed it is as any other."""
_SHOWN = expression(
    r"\b(?:communique\w*|fourni\w*|donne\w*|joint\w*|reproduit\w*|provided|given|shown|attached"
    r"|reproduced) (?:\w+ )?(?:pour|a titre d\w{0,2}|for|as|by way of) ?(?:information|illustr\w*|exemple"
    r"|example|reference|convenience|memoire)|\bpour (?:information|memoire|illustrer)\b"
    r"|\bfor (?:information|illustration|reference) only\b"
    r"|\b(?:ancienne|precedente|previous|former|superseded|earlier|old) (?:version|text|clause|redaction"
    r"|terms)|\b(?:version|texte|redaction) (?:anterieure?|precedente?|abrogee?|remplacee?)"
    r"|\bexemple de (?:clause|redaction)|\bnon (?:contractuel|contraignant)\w*|\bnot (?:contractual|binding"
    r"|part of)\b|\bhistory of (?:amendments|changes)\b|\bhistorique\b|\bfoire aux questions\b"
    r"|\bcourriels? du\b|\be-?mail (?:of|from|dated)\b"
)
"""Titles under which a text is only shown."""
_PART_KINDS = (
    r"(?P<kind>pieces?|parties?|parts?|documents?|volets?|sections?|schedules?|annexes?|titres?|chapitres?|chapters?)"
)
_ONLY_PART = expression(
    rf"\b(?:seule?s?|only) (?:les |la |le |the )?(?:(?:stipulations|dispositions|clauses|terms"
    rf"|provisions) (?:of|de|du|de la|des|in) (?:the |la |le )?)?{_PART_KINDS} (?P<number>\d{{1,2}}|[a-z]"
    rf"|[ivx]{{1,4}})\b"
    r"[^.;|]{0,25}\b(?:engag\w*|li(?:e|ent)\b|oblige\w*|binds?|binding|contractu\w*|fait foi|font foi|has effect)"
)
_TITLE = 200
"""Characters up to which a line that begins with « Pièce 2 » opens that part."""
_PART = expression(rf"\W{{0,6}}{_PART_KINDS.replace('s?', '')} (?P<number>\d{{1,2}}|[a-z]|[ivx]{{1,4}})\b")
"""A part of the text, the only one that is said to bind; the others are then not promises."""
_CLAUSE_FIRST = expression(
    rf"\W{{0,6}}(?:\S{{1,7}}[.)] )?(?:(?:in|the (?:provisions|terms|duties|rights) of|les (?:stipulations"
    rf"|dispositions) de|a|au|aux|pour) )?(?:the |l.|la |le |les )?"
    rf"(?P<what>(?:articles?|clauses?|sections?|points?) {CITED}(?: ?(?:,|and|et|to|a|-) ?{CITED}){{0,8}})"
    r"(?=,? [^.;]{0,90}\b(?:lapses?|takes? effect|starts?|begins?|ends?|is to be read|shall be read|is read"
    r"|reads?|means?|expires?|ceases?|stands?|binds?|s.entend\w*|se li(?:t|sent)"
    r"|prend effet|prennent effet|cesse\w*|expire\w*|devien\w*|commence\w*|ne (?:joue|vise|concerne|couvre"
    r"|profite)\w*|is (?:conditional|suspended|limited|subject|waived|optional|void)"
    r"|becomes?|may be (?:amended|waived|suspended|withdrawn)|peut etre (?:modifi|suspendu|retir|ecart)\w*"
    r"|est (?:suspendu|limite|subordonne|reserve)\w*)\b)"
)
_FAIR_OF_A_CLAUSE = expression(
    r"\b(?:surviv\w*|survi\w*|prevails?|prevau\w*|essential|essentiel\w*|upon signature|des la signature"
    r"|effective date)\b|\blaws?\b|\bloi\b"
)
"""A clause of this text said to end, to begin later, to be read otherwise: whatever it promised is to be read again."""
_NEXT = 90
"""Characters after the name of a whole text in which it is said to bind nobody."""
_REACH = 130
"""Characters after a clause in which what is said of it stands."""


def withdrawn_places(document: SourceDocument, index: SentenceIndex) -> frozenset[int]:
    """The sentences that another one takes back, empties or limits.

    They stand under the number of a clause it names, under the title it names, or just before it.
    """
    units, lines = index.units, index.read
    numbered, around = index.sentences_with(_NUMBERED), index.sentences_with(_AROUND)
    emptying, giving_up = index.sentences_with(_EMPTYING), index.sentences_with(_GIVING_UP, numbered)
    named: set[tuple[str, str]] = set()
    gone: set[int] = set()
    restored: set[tuple[str, str]] = set()
    for place, line in enumerate(lines):
        if place in numbered:
            named.update(_taken_back(line))
            named.update(_undone(line))
            named.update(one for struck in _STRUCK.finditer(line) for one in listed_clauses(struck["what"]))
            restored.update(one for again in _RESTORED.finditer(line) for one in listed_clauses(again["what"]))
        if place in giving_up:
            named.update(_given_up(line))
        gone.update(_taken_back_before(place, line, units))
        if place in around:
            gone.update(_taken_back_around(place, line, units))
        if place in emptying:
            whole = _WHOLE.search(line)
            if whole and _EMPTY_WHOLE.match(line, whole.end()) and not _UNTIL_SIGNED.search(line):
                gone.update(range(len(units)))
        if _BINDS_NOBODY.search(line) and not _SUPPOSED.search(line) and not _UNTIL_SIGNED.search(line):
            gone.update(_emptied_by(place, line, units))
    named -= restored
    gone.update(_in_parts_that_bind_nobody(units, lines))
    if named:
        under = frozenset(rank for rank, path in clauses_above(document.paragraphs) if not named.isdisjoint(path))
        # A clause may speak of itself, or of the one it stands in: it does not take itself back.
        gone.update(place for place, unit in enumerate(units) if unit.paragraph in under)
    return frozenset(gone)


def _emptied_by(place: int, line: str, units: Sequence[ContractSentence]) -> Iterator[int]:
    """The sentences of the sections, or of the part, that one says to bind nobody."""
    above = _SECTIONS_ABOVE.search(line)
    if above and not _DESPITE.search(line) and _BINDS_NOBODY.search(line[above.start() : above.end() + _REACH]):
        yield from (other for other in range(place) if units[other].paragraph != units[place].paragraph)
    elif (whole := _WHOLE.search(line)) and _BINDS_NOBODY.search(line[whole.end() : whole.end() + _NEXT]):
        outermost = units[place].heading.split(" / ")[0]
        yield from (other for other, unit in enumerate(units) if unit.heading.split(" / ")[0] == outermost)


def _taken_back(line: str) -> Iterator[tuple[str, str]]:
    """The clauses that a sentence takes back: number, and letter of an item or nothing."""
    despite = _DESPITE.search(line)
    if _OPTION.search(line):
        return
    opened = _CLAUSE_FIRST.match(line)
    if opened and not _FAIR_OF_A_CLAUSE.search(line, opened.end()) and not _OF_ANOTHER.search(line[opened.end() :]):
        yield from listed_clauses(opened["what"])
    for match in CLAUSES.finditer(line):
        after = line[match.end() : match.end() + _REACH]
        emptied = _EMPTIES.search(after)
        between = after[: emptied.start()] if emptied else after[:40]
        if not (emptied or (despite and _LIMITS.search(line, match.end()))):
            continue
        if re.search(r"[.;|]", between) or _OF_ANOTHER.search(between):
            continue
        if _SUPPOSED.search(line[: match.start()]) or _BY_LAW.search(line, match.end()):
            continue
        if _OF_ITS_OWN.search(line, match.end()) or "@d" in between:
            continue
        if despite and not emptied and _FAIR.search(line, match.end()):
            continue
        yield from listed_clauses(match[0])


def _given_up(line: str) -> Iterator[tuple[str, str]]:
    """The clauses whose benefit a sentence gives up."""
    for given in _GIVEN_UP.finditer(line):
        if not given["never"]:
            yield from listed_clauses(given["what"] or given["beaten"] or given["barred"] or given["taken"])


def _undone(line: str) -> Iterator[tuple[str, str]]:
    """The clauses of which a sentence says what no honest agreement does, or nothing but a negation."""
    spoken = _SPOKEN_OF.match(line)
    if spoken and _is_unheard_of(line, spoken.end()):
        yield from listed_clauses(spoken["what"])
    for undoing in (_NONE_FROM, _MAY_END):
        found = undoing.search(line)
        if found:
            yield from listed_clauses(found["what"])


def _taken_back_around(place: int, line: str, units: Sequence[ContractSentence]) -> Iterator[int]:
    """The sentences that one empties by naming them otherwise than by a number: what precedes, this clause, a title."""
    unit = units[place]
    above = _ABOVE_NAMED.search(line)
    if place and above and _is_emptied(line, above):
        several = above[0].split()[0].endswith("s") or above[0].endswith("s above")
        paragraph = units[place - 1].paragraph
        for other in range(place - 1, -1, -1):
            if units[other].heading != unit.heading or (units[other].paragraph != paragraph and not several):
                break
            yield other
    this = _THIS_CLAUSE.search(line)
    if this and unit.heading and _is_emptied(line, this):
        yield from (other for other, one in enumerate(units) if one.heading == unit.heading and other != place)
    titled = _TITLED.search(line) and _TITLED.search(fold(unit.text))
    if titled and _is_emptied(fold(unit.text), titled):
        title = (titled["quoted"] or titled["title"]).strip()
        yield from (other for other, one in enumerate(units) if title in fold(one.heading))


def _is_unheard_of(line: str, end: int) -> bool:
    """Whether what a sentence says of a clause, from there on, is not what honest agreements say of theirs."""
    while qualified := _QUALIFIED.match(line, end):
        end = qualified.end()
    said = line[end:]
    return not _SAID_OF_ANY.match(said) and not _OF_ANOTHER.match(said.lstrip())


def _is_emptied(line: str, named: re.Match[str]) -> bool:
    """Whether what is said just after a clause is named empties it."""
    after = line[named.end() : named.end() + _REACH]
    emptied = _EMPTIES.search(after)
    if _OPENS.fullmatch(line, 0, named.start()) and _is_unheard_of(line, named.end()):
        return True
    return bool(
        emptied
        and not _APPLIES.search(emptied[0])
        and not re.search(r"[.;|]", after[: emptied.start()])
        and not _SUPPOSED.search(line[: named.start()])
        and not _BY_LAW.search(line, named.end())
    )


def _taken_back_before(place: int, line: str, units: Sequence[ContractSentence]) -> Iterator[int]:
    """The sentences just before one that goes back on them (« Toutefois, … »), within its paragraph or its section."""
    above = _DESPITE.search(line) and _ABOVE.search(line)
    refuses = _REFUSES.search(line) and not _BY_LAW.search(line) and not _CONTROLLER_REFUSES.search(line)
    limits = (above or _BUT.search(line)) and _LIMITS.search(line)
    if not refuses and (not limits or _FAIR.search(line) or _OF_ITS_OWN.search(line)):
        return
    unit = units[place]
    before = place - 1
    while before >= 0 and units[before].paragraph == unit.paragraph:
        yield before
        before -= 1
    if not refuses and before == place - 1 and before >= 0 and units[before].heading == unit.heading:
        paragraph = units[before].paragraph
        while before >= 0 and units[before].paragraph == paragraph:
            yield before
            before -= 1


def _in_parts_that_bind_nobody(units: Sequence[ContractSentence], lines: Sequence[str]) -> Iterator[int]:
    """The sentences under a title that says they are only shown, and those of the parts that a sentence leaves out."""
    only = next((found for line in lines if (found := _ONLY_PART.search(line))), None)
    part, shown = None, False
    for place, unit in enumerate(units):
        said = fold(unit.text)
        begins = _PART.match(said) if len(said) < _TITLE else None
        if begins:
            part, shown = begins, bool(_SHOWN.search(said))
            continue
        left_out = only and part and part["kind"] == _kind(only["kind"]) and part["number"] != only["number"]
        if left_out or shown or _SHOWN.search(fold(unit.heading)):
            yield place


def _kind(word: str) -> str:
    return word.removesuffix("s")
