"""Countries as people write them, and what the law makes of them: European Economic Area, adequacy decisions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.vendors.rules.facts import Exposure
from portal.vendors.rules.naming import plain, tidy, words
from portal.vendors.rules.similar_names import less_one_letter, one_mistake_apart

EEA_REGIONS = frozenset({"EU", "EEA"})
SHORTEST_GUESS = 5
"""Letters below which a mistyped country is not guessed."""


@dataclass(frozen=True)
class RegionMembership:
    """A country or territory where the RGPD applies as in the Union, between two dates."""

    code: str
    valid_from: date
    valid_until: date | None
    source: str


@dataclass(frozen=True)
class Adequacy:
    """A decision of the European Commission (RGPD art. 45); `partial` when it covers only some organisations."""

    code: str
    act: str
    valid_from: date
    valid_until: date | None
    partial: bool
    scope: Mapping[str, str]
    """What to watch, by language."""


@dataclass(frozen=True)
class Atlas:
    """The dated data file on countries, indexed."""

    codes: frozenset[str]
    regions: frozenset[str]
    names: Mapping[str, str]
    """Plain form of a name → code of a country or region."""
    vague: frozenset[str]
    shown: Mapping[str, str]
    """Code → name in French, for guesses; pages take names from the locale."""
    nearby: Mapping[str, tuple[str, ...]]
    """A name less one letter → plain names it may be."""
    eea: tuple[RegionMembership, ...]
    adequacy: tuple[Adequacy, ...]


def read_atlas(document: Mapping[str, Any]) -> Atlas:
    """The atlas of a parsed data file; ValueError names a spelling given to two countries, or a code unknown."""
    countries, regions = document["countries"], document["regions"]
    spellings = [(code, spelling) for code, country in countries.items() for spelling in _spellings(code, country)]
    spellings += [(region, spelling) for region, known in regions.items() for spelling in known]
    names: dict[str, str] = {}
    for code, spelling in spellings:
        if names.setdefault(_plain(spelling), code) != code:
            raise ValueError(f"« {spelling} » désigne à la fois {names[_plain(spelling)]} et {code}.")
    eea = tuple(_memberships(document["eea"]))
    if unknown := {membership.code for membership in eea} - countries.keys():
        raise ValueError(f"eea : codes inconnus {', '.join(sorted(unknown))}.")
    return Atlas(
        codes=frozenset(countries),
        regions=frozenset(regions),
        names=names,
        vague=frozenset(map(_plain, document["vague"]["names"])),
        shown={code: country["fr"] for code, country in countries.items()},
        nearby=_nearby(names),
        eea=eea,
        adequacy=tuple(
            Adequacy(
                code=decision["code"],
                act=decision["act"],
                valid_from=decision["valid_from"],
                valid_until=decision.get("valid_until"),
                partial=decision["partial"],
                scope={"fr": decision["scope_fr"], "en": decision["scope_en"]},
            )
            for decision in document["adequacy"]
        ),
    )


def _spellings(code: str, country: Mapping[str, Any]) -> Iterator[str]:
    yield from (code, country["alpha3"], country["fr"], country["en"], *country.get("also", ()))


def _memberships(entries: Iterable[Mapping[str, Any]]) -> Iterator[RegionMembership]:
    for entry in entries:
        for code in entry["codes"]:
            yield RegionMembership(code, entry["valid_from"], entry.get("valid_until"), entry["source"])


def _nearby(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        if len(name) >= SHORTEST_GUESS:
            for hole in less_one_letter(name):
                found[hole] = (*found.get(hole, ()), name)
    return found


_SAME_WORD = {"and": "&", "et": "&", "und": "&", "st": "saint", "ste": "sainte"}
_DOTTED = expression(r"\A\s*(?:\w\.\s?)+\w?\.?\s*")


def _plain(text: str) -> str:
    """The plain form; « U.S.A. » is « usa », « D, E » stays two, « St. Kitts and Nevis » is « saint kitts & nevis »."""
    found = words(text)
    if _DOTTED.fullmatch(text):
        return "".join(found)
    # Alone, ET and ST are codes: Ethiopia, São Tomé.
    return " ".join(_SAME_WORD.get(word, word) for word in found) if len(found) > 1 else "".join(found)


def _code(text: str, atlas: Atlas) -> str:
    return atlas.names.get(_plain(text), "")


# Tried in this order, the whole text first: « Trinité-et-Tobago » and « Korea, Republic of » are one country each.
_SEPARATORS = (
    expression(r"[;|\r\n\t]+"),
    expression(r"[,/+•·]+|\s[-–—]\s"),
    expression(r"(?<!\s)\s+&\s*|&\s*|(?<!\s)\s+(?:et|and|und|ou|or)\s+", re.IGNORECASE),
)


def _pieces(text: str, atlas: Atlas) -> Iterator[str]:
    """The smallest parts of a text that are, or should be, one country or region each."""
    if not _code(text, atlas):
        for separator in _SEPARATORS:
            parts = [part for part in separator.split(text) if plain(part)]
            if len(parts) > 1:
                for part in parts:
                    yield from _pieces(part, atlas)
                return
    yield text.strip()


def parse_country(text: str, atlas: Atlas) -> str | Sentence:
    """The ISO 3166 code of the one country that a text names, empty for an empty text; else what is wrong with it.

    Two countries, a region (« UE ») and an unknown word each have their own sentence.
    """
    found = parse_locations(text, atlas)
    if isinstance(found, Sentence):
        return found
    text = tidy(text)
    if len(found) > 1:
        return say(
            "« %(text)s » nomme plusieurs pays ou régions (%(codes)s) : indiquez le seul pays du siège, et mettez les "
            "autres dans la localisation des données.",
            text=text,
            codes=", ".join(found),
        )
    if found and found[0] in atlas.regions:
        return say("« %(text)s » est une région, non un pays : indiquez le pays du siège.", text=text)
    return found[0] if found else ""


def parse_locations(text: str, atlas: Atlas) -> tuple[str, ...] | Sentence:
    """The codes and regions (EU, EEA, WORLD) of a list of places, in its order; else what is wrong with it."""
    if not plain(text):
        return ()
    found: dict[str, None] = {}
    for piece in _pieces(text, atlas):
        code = _code(piece, atlas)
        if not code:
            return _unknown(tidy(piece), atlas)
        found[code] = None
    return tuple(found)


def _unknown(piece: str, atlas: Atlas) -> Sentence:
    if _plain(piece) in atlas.vague:
        return say(
            "« %(piece)s » ne dit pas quels pays : nommez-les, ou écrivez UE, EEE ou Monde si c'est bien cela.",
            piece=piece,
        )
    if guess := _guess(piece, atlas):
        return say("Pays inconnu : « %(piece)s ». Vouliez-vous dire « %(guess)s » ?", piece=piece, guess=guess)
    return say(
        "Pays inconnu : « %(piece)s ». Écrivez son nom en français ou en anglais, ou son code à deux lettres.",
        piece=piece,
    )


def _guess(piece: str, atlas: Atlas) -> str:
    name = _plain(piece)
    if not SHORTEST_GUESS - 1 <= len(name) <= 60:
        return ""
    near = {other for hole in less_one_letter(name) for other in atlas.nearby.get(hole, ())}
    codes = {atlas.names[other] for other in near if one_mistake_apart(name, other)}
    return atlas.shown.get(codes.pop(), "") if len(codes) == 1 else ""


def in_eea(code: str, atlas: Atlas, on: date) -> bool:
    """Whether data in this country or region stay in the European Economic Area on a date."""
    if code in EEA_REGIONS:
        return True
    return any(
        place.code == code and place.valid_from <= on and (place.valid_until is None or on <= place.valid_until)
        for place in atlas.eea
    )


def adequacy(code: str, atlas: Atlas, on: date) -> Adequacy | None:
    """The adequacy decision that covers a country on a date (RGPD art. 45), if any."""
    return next(
        (
            decision
            for decision in atlas.adequacy
            if decision.code == code
            and decision.valid_from <= on
            and (decision.valid_until is None or on <= decision.valid_until)
        ),
        None,
    )


def transfer_exposure(codes: Iterable[str], atlas: Atlas, on: date) -> Exposure | None:
    """How far from the EEA data go, the farthest place deciding; None when no place is known (RGPD chapter V)."""
    reached = [_exposure(code, atlas, on) for code in codes]
    return max(reached, key=list(Exposure).index, default=None)


def _exposure(code: str, atlas: Atlas, on: date) -> Exposure:
    if in_eea(code, atlas, on):
        return Exposure.EEA
    decision = adequacy(code, atlas, on)
    if decision is None:
        return Exposure.THIRD_COUNTRY
    return Exposure.CONDITIONAL if decision.partial else Exposure.ADEQUATE
