"""One cell of a sample turned into a value, or into the sentence that says what to write instead."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from portal.consumer_law.rules.periods import Channel, ContractKind
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.samples.rules.cases import LATE, Decision, StatedBy
from portal.samples.rules.day_or_time import DayOrTime, day_of
from portal.vendors.rules.naming import plain
from portal.vendors.rules.rows import NO, YES

T = TypeVar("T")
PARIS = ZoneInfo("Europe/Paris")
SERIAL_ZERO = date(1899, 12, 30)
"""The day that a spreadsheet counts from."""
SERIALS = range(36_526, 73_051)
"""2000 to 2099: a smaller number in a column of dates is a slip, not a day."""
YEARS = range(2000, 2100)
LONGEST_SHOWN = 30
_ISO = expression(r"(\d{4})-(\d\d)-(\d\d)")
_DAY_FIRST = expression(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(?:à )?(\d{1,2})[:hH](\d\d)?(?::(\d\d))?)?")
_SERIAL = expression(r"\d{5}(?:[.,]\d+)?")
_BETWEEN_DAYS = expression(r"[;,|\n]|\+(?!\d\d:?\d\d(?![\d-]))")
"""What separates days; « +02:00 » is the zone of the moment before it, not another day."""
_SPACES = expression(r"[\s\u00a0\u202f]+")
_MONEY = expression(r"\d+(?:[.,]\d{1,2})?")
_GROUPED = expression(r"\d{1,3}(?:,\d{3}){1,6}\.\d{1,2}|\d{1,3}(?:\.\d{3}){1,6},\d{1,2}")
_NUMBER = expression(r"\d+")
_COUNT = expression(r"[1-9][0-9]{0,3}")
REFERENCE = expression(r"(?=[A-Za-z0-9_./-]{0,39}\d)[A-Za-z0-9][A-Za-z0-9_./-]{0,39}")
CODE = expression(r"[A-Za-z0-9À-ÿ][A-Za-z0-9À-ÿ_./ -]{0,39}")


class BadCell(ValueError):
    """A cell that cannot be read; `sentence` says what to write."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))


def _words(table: Mapping[T, str]) -> dict[str, T]:
    return {plain(word): value for value, words in table.items() for word in [str(value), *words.split(" | ")]}


KIND_WORDS = _words({
    ContractKind.GOODS: "bien | un bien | bien unique | vente | vente de bien | produit | good | one good | product",
    ContractKind.SEVERAL: "plusieurs biens | plusieurs | biens | lots | plusieurs lots | "
    "plusieurs biens lots ou pieces | "
    "several goods | lots or pieces",
    ContractKind.REGULAR: "livraisons regulieres | livraison reguliere | abonnement de biens | regular deliveries | "
    "regular delivery",
    ContractKind.MIXED: "mixte | biens et services | biens et services ensemble | bien et service | "
    "goods and services | "
    "mixed goods and services",
    ContractKind.SERVICE: "un service | services | prestation | prestation de services | prestation de service",
    ContractKind.DIGITAL: "numerique | contenu numerique | service numerique | contenu ou service numerique | "
    "digital content | "
    "digital service",
    ContractKind.UTILITIES: "energie | eau gaz electricite | eau gaz electricite chauffage urbain | fluides | energy | "
    "utility",
    ContractKind.FINANCE: "service financier | services financiers | banque | credit | assurance | "
    "banque credit assurance | banque credit assurance sauf vie | financial service | financial services | banking | "
    "insurance",
    ContractKind.LIFE: "assurance vie | retraite individuelle | assurance vie retraite individuelle | "
    "epargne retraite | life insurance | personal pension",
})  # fmt: skip
CHANNEL_WORDS = _words({
    Channel.DISTANCE: "a distance | distance | vente a distance | internet | site | web | en ligne | online | "
    "a distance site courrier",
    Channel.PHONE: "telephone | demarchage telephonique | demarchage | apres un demarchage telephonique | tel | "
    "telephone canvassing",
    Channel.DOORSTEP: "hors etablissement | domicile | a domicile | visite a domicile | excursion | porte a porte | "
    "off premises | home visit | hors etablissement visite a domicile excursion",
})  # fmt: skip
WAY_WORDS = _words({
    StatedBy.FUNCTION: "fonction | fonction en ligne | fonction de retractation | fonction de retractation en ligne | "
    "bouton | withdrawal function | button",
    StatedBy.EMAIL: "courriel | e mail | mail | mel",
    StatedBy.PHONE: "telephone | tel | appel | appel telephonique | call | phone call",
    StatedBy.LETTER: "lettre | courrier | courrier postal | lettre recommandee | lrar | recommande | post | "
    "registered letter",
    StatedBy.FORM: "formulaire | formulaire type | bordereau | model form",
    StatedBy.OTHER: "autre | autre moyen | chat | messagerie | reseau social | magasin | other means",
})  # fmt: skip
DECISION_WORDS = _words({
    Decision.ACCEPTED: "acceptee | accepte | acceptation | oui | validee | valide | accept | approved | yes",
    Decision.REFUSED: "refusee | refuse | refus | rejetee | rejete | non | refusal | rejected | denied | no",
    Decision.PENDING: "en cours | en attente | attente | a traiter | open | in progress | waiting",
})  # fmt: skip
LATE_WORDS = frozenset({
    "late", "hors delai", "tardif", "tardive", "retard", "en retard", "delai depasse", "delai expire", "forclusion",
    "forclos", "too late", "out of time", "period ended", "expired",
})  # fmt: skip
REGION_WORDS = _words({
    "": "metropole | metropolitaine | france metropolitaine | france | mainland | metropolitan",
    "alsace-moselle": "alsace moselle | alsace | moselle",
    "reunion": "la reunion",
    "guyane": "guyane francaise | french guiana",
    "saint-barthelemy": "saint barth | st barthelemy",
    "saint-martin": "st martin",
    "saint-pierre-et-miquelon": "st pierre et miquelon | saint pierre et miquelon | saint pierre and miquelon | spm",
})  # fmt: skip
COUNTRY_WORDS = _words({
    "FR": "france | fra", "BE": "belgique | belgium", "LU": "luxembourg", "DE": "allemagne | germany",
    "ES": "espagne | spain", "IT": "italie | italy", "NL": "pays bas | netherlands | the netherlands",
    "PL": "pologne | poland", "PT": "portugal", "AT": "autriche | austria", "IE": "irlande | ireland",
})  # fmt: skip


def shown(text: str) -> str:
    """A cell as a sentence repeats it."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def moment(text: str) -> DayOrTime:
    """A day, with its hour if it is given: ISO, « jj/mm/aaaa », « jj/mm/aaaa hh:mm », or a spreadsheet's serial.

    >>> moment("2026-11-24"), moment("24/11/2026 9:05"), moment("46350")
    (datetime.date(2026, 11, 24), datetime.datetime(2026, 11, 24, 9, 5), datetime.date(2026, 11, 24))
    """
    try:
        found = _iso(text) if _ISO.match(text) else _day_first(text) or _serial(text)
    except ValueError:
        found = None
    if found is None:
        raise BadCell(
            say(
                "« %(text)s » n'est pas une date : écrivez 2026-11-24, 24/11/2026 ou 24/11/2026 14:30.",
                text=shown(text),
            )
        )
    if found.year not in YEARS:
        raise BadCell(say("L'année %(year)s n'est pas vraisemblable : vérifiez la date.", year=str(found.year)))
    return found


def day(text: str) -> date:
    """A day; an hour given with it is left out."""
    return day_of(moment(text))


def _iso(text: str) -> DayOrTime:
    if len(text) == 10:
        return date.fromisoformat(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is None else found.astimezone(PARIS).replace(tzinfo=None)


def _day_first(text: str) -> DayOrTime | None:
    found = _DAY_FIRST.fullmatch(text)
    if found is None:
        return None
    on = date(int(found[3]), int(found[2]), int(found[1]))
    if found[4] is None:
        return on
    return datetime.combine(on, time(int(found[4]), int(found[5] or 0), int(found[6] or 0)))


def _serial(text: str) -> DayOrTime | None:
    if not _SERIAL.fullmatch(text) or int(text[:5]) not in SERIALS:
        return None
    minutes = round(float(text.replace(",", ".")) * 1440)
    on, minute = SERIAL_ZERO + timedelta(days=minutes // 1440), minutes % 1440
    return on if minute == 0 else datetime.combine(on, time(*divmod(minute, 60)))


def days(text: str) -> tuple[date, ...]:
    """The days of a cell that may hold several, separated by « ; », « , », « | », « + » or a line break.

    >>> days("24/11/2026 ; 2026-11-26")
    (datetime.date(2026, 11, 24), datetime.date(2026, 11, 26))
    """
    if _SERIAL.fullmatch(text):
        return (day(text),)
    return tuple(day(part.strip()) for part in _BETWEEN_DAYS.split(text) if part.strip())


def yes_or_no(text: str) -> bool:
    """A yes or a no, in French or in English."""
    word = text.lower()
    if word not in YES and word not in NO:
        word = plain(text)
    if word in YES or word in NO:
        return word in YES
    raise BadCell(say("« %(text)s » : écrivez « oui » ou « non ».", text=shown(text)))


def money(text: str) -> Decimal:
    """A sum in euros, with a decimal comma or point.

    >>> money("1 234,50 €"), money("12.5"), money("1.234,50")
    (Decimal('1234.50'), Decimal('12.5'), Decimal('1234.50'))
    """
    bare = _SPACES.sub("", text).removesuffix("€").removesuffix("EUR").removeprefix("€")
    if _GROUPED.fullmatch(bare):
        mark = bare[-3] if bare[-3] in ".," else bare[-2]
        bare = (
            bare.replace(",", "").replace(".", "")
            if mark not in bare
            else bare.replace("," if mark == "." else ".", "")
        )
    if not _MONEY.fullmatch(bare):
        raise BadCell(say("« %(text)s » n'est pas une somme : écrivez 1234,50 ou 1234.50, en euros.", text=shown(text)))
    return Decimal(bare.replace(",", "."))


def count(text: str) -> int:
    """A whole number of calls.

    >>> count("4"), count(" 12 ")
    (4, 12)
    """
    bare = text.strip()
    if not _COUNT.fullmatch(bare):
        raise BadCell(say("« %(text)s » n'est pas un nombre d'appels : écrivez 1, 2, 3…", text=shown(text)))
    return int(bare)


def refusal(text: str) -> str:
    """A ground of refusal: the number of an exception, or « late ».

    >>> refusal("L. 221-28, 3°"), refusal("hors délai"), refusal("13")
    ('3', 'late', '13')
    """
    word = plain(text)
    if word in LATE_WORDS:
        return LATE
    numbers = _NUMBER.findall(re.sub(r"l ?221 28", " ", word))
    if len(numbers) == 1 and 1 <= int(numbers[0]) <= 13 and len(text) <= LONGEST_SHOWN:
        return str(int(numbers[0]))
    raise BadCell(
        say(
            "« %(text)s » : écrivez le numéro de l'exception (1 à 13), « hors délai », ou laissez vide.",
            text=shown(text),
        )
    )


def reference(text: str) -> str:
    """A pseudonymised reference, which names nobody."""
    if not text:
        raise BadCell(say("La référence manque : chaque ligne en porte une."))
    if not REFERENCE.fullmatch(text):
        raise BadCell(
            say(
                "Une référence pseudonymisée compte au plus 40 lettres sans accent, chiffres, - _ / ou . "
                "dont un chiffre : ni nom, ni adresse e-mail."
            )
        )
    return text


def code(text: str) -> str:
    """A short code: never a free text."""
    if not CODE.fullmatch(text):
        raise BadCell(say("Écrivez un code de 40 caractères au plus, pas un texte libre."))
    return text


def word_of(words: Mapping[str, T], refused: Callable[[str], Sentence]) -> Callable[[str], T]:
    """A reader of the words of a closed list."""

    def read(text: str) -> T:
        found = words.get(text)
        if found is None and (found := words.get(plain(text))) is None:
            raise BadCell(refused(shown(text)))
        return found

    return read


kind = word_of(
    KIND_WORDS,
    lambda text: say(
        "« %(text)s » n'est pas un type de contrat : écrivez bien, plusieurs biens, livraisons régulières, mixte, "
        "service, numérique, énergie, service financier ou assurance vie.",
        text=text,
    ),
)
channel = word_of(
    CHANNEL_WORDS,
    lambda text: say("« %(text)s » n'est pas un canal : écrivez distance, téléphone ou domicile.", text=text),
)
way = word_of(
    WAY_WORDS,
    lambda text: say(
        "« %(text)s » n'est pas un moyen connu : écrivez fonction, courriel, téléphone, lettre, formulaire ou autre.",
        text=text,
    ),
)
decision = word_of(
    DECISION_WORDS,
    lambda text: say("« %(text)s » n'est pas une décision : écrivez acceptée, refusée ou en cours.", text=text),
)


def country(text: str) -> str:
    """A country's code; one that is not known is kept, and the law says that it is not supported."""
    return COUNTRY_WORDS.get(plain(text)) or text.upper()


def region(text: str) -> str:
    """A region's code; one that is not known is kept, and the law says so."""
    word = plain(text)
    return REGION_WORDS[word] if word in REGION_WORDS else word.replace(" ", "-")
