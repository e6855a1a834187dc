"""Company identifiers: SIREN, SIRET, VAT number, LEI; what is wrong with one, and whether they agree."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say, say_count
from portal.core.late import late

if TYPE_CHECKING:
    from stdnum import exceptions as refusals
    from stdnum import luhn
    from stdnum.eu import vat as eu_vat
    from stdnum.iso7064 import mod_97_10
else:
    refusals = late("stdnum.exceptions")
    luhn = late("stdnum.luhn")
    eu_vat = late("stdnum.eu.vat")
    mod_97_10 = late("stdnum.iso7064.mod_97_10")

LA_POSTE = "356000000"
LA_POSTE_HEAD_OFFICE = "35600000000048"


class Identifier(StrEnum):
    """A number that names a company; the value is the field's name everywhere."""

    SIREN = "siren"
    SIRET = "siret"
    VAT = "vat"
    LEI = "lei"


@dataclass(frozen=True)
class Disagreement:
    """Two identifiers of one company that cannot both be right; `field` is the one to show it on."""

    field: Identifier
    sentence: Sentence


_SEPARATORS = expression(r"[\s.\-_/]")
_SPREADSHEET = expression(r"\d(?:[.,]\d+)?E\+?\d+")
_LEI = expression(r"[A-Z0-9]{18}[0-9]{2}")


def normalise_identifier(value: str) -> str:
    """The identifier as it is stored: compatibility digits made plain, separators and invisible characters removed.

    >>> normalise_identifier(" 356 000 000 ")
    '356000000'
    >>> normalise_identifier("fr-61.954.506.077")
    'FR61954506077'
    """
    if not value.isascii():
        plain = unicodedata.normalize("NFKC", value)
        value = "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")
    return _SEPARATORS.sub("", value).upper()


def _spoiled(value: str) -> Sentence | None:
    """A number that a spreadsheet turned into a power of ten has lost digits for good."""
    if not _SPREADSHEET.fullmatch(re.sub(r"\s", "", value).upper()):
        return None
    return say(
        "« %(value)s » a été abîmé par le tableur, qui l'a pris pour un nombre : mettez la colonne au format texte et "
        "saisissez de nouveau le numéro.",
        value=value.strip(),
    )


def _false_key(name: str, value: str) -> Sentence:
    return say(
        "Le %(name)s « %(value)s » est faux : sa clé de contrôle ne correspond pas, un caractère a sans doute été mal "
        "recopié.",
        name=name,
        value=value.strip(),
    )


def _digits_problem(name: str, size: int, value: str) -> Sentence | None:
    number, shown = normalise_identifier(value), value.strip()
    if not (number.isascii() and number.isdigit()):
        return say("Le %(name)s « %(value)s » contient autre chose que des chiffres.", name=name, value=shown)
    if len(number) == size:
        return None
    if len(number) == size - 1:
        return say(
            "Le %(name)s « %(value)s » a %(count)s chiffres ; il en faut %(size)s. Un tableur a peut-être effacé un "
            "zéro au début.",
            name=name,
            value=shown,
            count=len(number),
            size=size,
        )
    return say_count(
        len(number),
        "Le %(name)s « %(value)s » a %(num)s chiffre ; il en faut %(size)s.",
        "Le %(name)s « %(value)s » a %(num)s chiffres ; il en faut %(size)s.",
        name=name,
        value=shown,
        size=size,
    )


def siren_problem(value: str) -> Sentence | None:
    """What is wrong with this SIREN: nine digits, Luhn key (Code de commerce art. R. 123-221).

    >>> siren_problem("732 829 320") is None
    True
    >>> print(siren_problem("7328"))
    Le SIREN « 7328 » a 4 chiffres ; il en faut 9.
    """
    if len(normalise_identifier(value)) == 14 and not siret_problem(value):
        return say("« %(value)s » est un SIRET ; le SIREN est formé de ses 9 premiers chiffres.", value=value.strip())
    if fault := _spoiled(value) or _digits_problem("SIREN", 9, value):
        return fault
    number = normalise_identifier(value)
    return None if luhn.is_valid(number) and int(number) else _false_key("SIREN", value)


def siret_problem(value: str) -> Sentence | None:
    """What is wrong with this SIRET: fourteen digits, Luhn key, except the post offices of La Poste.

    La Poste has more establishments than its Luhn keys allow: the sum of their digits is a multiple of five instead.

    >>> siret_problem("73282932000074") is None
    True
    >>> siret_problem("35600000049837") is None # a post office: 3 + 5 + 6 + 4 + 9 + 8 + 3 + 7 = 45
    True
    """
    if len(normalise_identifier(value)) == 9 and not siren_problem(value):
        return say(
            "« %(value)s » est un SIREN ; le SIRET y ajoute les 5 chiffres de l'établissement.", value=value.strip()
        )
    if fault := _spoiled(value) or _digits_problem("SIRET", 14, value):
        return fault
    return None if _siret_key_holds(normalise_identifier(value)) else _false_key("SIRET", value)


def _siret_key_holds(number: str) -> bool:
    if siren_problem(number[:9]):
        return False
    if number.startswith(LA_POSTE) and number != LA_POSTE_HEAD_OFFICE:
        return sum(map(int, number)) % 5 == 0
    return bool(luhn.is_valid(number))


def vat_problem(value: str) -> Sentence | None:
    """What is wrong with this EU VAT number: prefix of a Member State (or XI, EU), shape and key of that State.

    >>> vat_problem("FR 61 954 506 077") is None
    True
    >>> print(vat_problem("FR1"))
    Le numéro de TVA « FR1 » n’a pas la forme attendue dans l’État FR.
    """
    if spoiled := _spoiled(value):
        return spoiled
    number = normalise_identifier(value)
    try:
        if not re.fullmatch(r"[A-Z0-9+*]+", number):
            raise refusals.InvalidComponent
        eu_vat.validate(number)
    except refusals.InvalidComponent:
        return say(
            "Le numéro de TVA « %(value)s » ne commence pas par le code d'un État de l'Union (FR, DE, EL…), par XI ou "
            "par EU.",
            value=value.strip(),
        )
    except refusals.InvalidChecksum:
        return say(
            "Le numéro de TVA « %(value)s » est faux : sa clé de contrôle ne correspond pas, un caractère a sans doute "
            "été mal recopié.",
            value=value.strip(),
        )
    except refusals.ValidationError:
        return say(
            "Le numéro de TVA « %(value)s » n'a pas la forme attendue dans l'État %(prefix)s.",
            value=value.strip(),
            prefix=number[:2],
        )
    return None


def lei_problem(value: str) -> Sentence | None:
    """What is wrong with this LEI: twenty characters, the last two a key modulo 97 (ISO 17442).

    >>> lei_problem("213800KUD8LAJWSQ9D15") is None
    True
    >>> print(lei_problem("213800KUD8LAJWSQ9D"))
    Le LEI « 213800KUD8LAJWSQ9D » a 18 caractères ; il en faut 20.
    """
    number = normalise_identifier(value)
    if len(number) != 20:
        # Only then: 0E0000… may be a sound LEI.
        return _spoiled(value) or say_count(
            len(number),
            "Le LEI « %(value)s » a %(num)s caractère ; il en faut 20.",
            "Le LEI « %(value)s » a %(num)s caractères ; il en faut 20.",
            value=value.strip(),
        )
    if not _LEI.fullmatch(number):
        return say(
            "Le LEI « %(value)s » n'a pas la forme attendue : 18 lettres ou chiffres, puis 2 chiffres.",
            value=value.strip(),
        )
    return None if mod_97_10.is_valid(number) else _false_key("LEI", value)


PROBLEM: Mapping[Identifier, Callable[[str], Sentence | None]] = {
    Identifier.SIREN: siren_problem,
    Identifier.SIRET: siret_problem,
    Identifier.VAT: vat_problem,
    Identifier.LEI: lei_problem,
}


def identifier_problem(kind: Identifier, value: str) -> Sentence | None:
    """What is wrong with this identifier; an empty one is absent, not wrong.

    >>> identifier_problem(Identifier.LEI, "") is None
    True
    """
    return PROBLEM[kind](value) if value.strip() else None


def vat_of_siren(siren: str) -> str:
    """The French VAT number of a sound SIREN (CGI art. 286 ter): two digits derived from it, then the SIREN.

    >>> vat_of_siren("732 829 320")
    'FR44732829320'
    """
    number = normalise_identifier(siren)
    return f"FR{(12 + 3 * (int(number) % 97)) % 97:02d}{number}"


def siren_of(siren: str = "", siret: str = "", vat: str = "") -> str:
    """The SIREN that these (normalised, sound) identifiers tell, empty when none does.

    >>> siren_of(siret="73282932000074")
    '732829320'
    >>> siren_of(vat="DE136695976")
    ''
    """
    if siren:
        return siren
    if siret:
        return siret[:9]
    # Monaco's numbers look French but hold no SIREN: they start with 000 after the key.
    return vat[4:] if vat.startswith("FR") and not vat.startswith("000", 4) else ""


def identifier_disagreements(siren: str = "", siret: str = "", vat: str = "") -> tuple[Disagreement, ...]:
    """Which identifiers of one company contradict each other; each must be sound on its own.

    >>> [d.field.value for d in identifier_disagreements(siren="732829320", siret="35600000000048")]
    ['siret']
    >>> identifier_disagreements(siren="732829320", siret="73282932000074", vat="FR44732829320")
    ()
    """
    siren, siret, vat = normalise_identifier(siren), normalise_identifier(siret), normalise_identifier(vat)
    known = siren_of(siren, siret)
    found = []
    if siren and siret and siret[:9] != siren:
        found.append(
            Disagreement(
                Identifier.SIRET,
                say("Le SIRET %(siret)s n'appartient pas au SIREN %(siren)s.", siret=siret, siren=siren),
            )
        )
    if known and vat and (told := siren_of(vat=vat)) and told != known:
        found.append(
            Disagreement(
                Identifier.VAT,
                say("Le numéro de TVA %(vat)s n'appartient pas au SIREN %(siren)s.", vat=vat, siren=known),
            )
        )
    return tuple(found)
