"""A file of law to come, in TOML: adequacy decisions as the portal's own dated data hold them, and legal delays.

The same keys as `portal/vendors/data/countries.toml`; a decision of the same country and act takes the place of the
one that is known, another is added.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.vendors.rules.countries import Adequacy, Atlas, in_eea

MOST_BYTES = 256 * 1024
MOST_ENTRIES = 200
LONGEST_TITLE = 300
BREACH = "breach_notification"
"""The delay of RGPD art. 33(1), the only one that the portal counts contracts by."""


@dataclass(frozen=True)
class LegalDelay:
    """A delay that the law changes, in hours."""

    what: str
    hours: int
    replaces: int
    valid_from: date


@dataclass(frozen=True)
class LawFile:
    """A law to come, as it was read."""

    title: str
    source: str
    adequacy: tuple[Adequacy, ...]
    delays: tuple[LegalDelay, ...]
    digest: str
    content: Mapping[str, Any]
    """The file itself, dates in ISO, to be kept."""


def read_law(data: bytes) -> LawFile:
    """The law of a file; raises Refused with a sentence that names what is wrong."""
    if len(data) > MOST_BYTES:
        raise Refused(say("Ce fichier de droit dépasse %(most)s Ko.", most=MOST_BYTES // 1024))
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(say("Ce fichier n'est pas du TOML lisible : %(why)s", why=str(error)[:200])) from error
    return law_of(document)


def law_of(document: Mapping[str, Any]) -> LawFile:
    """The law of a parsed file, or of one that was kept; raises Refused."""
    unknown = set(document) - {"title", "source", "adequacy", "delay"}
    if unknown:
        raise Refused(say("Clé inconnue dans le fichier de droit : %(key)s.", key=sorted(unknown)[0]))
    title, source = _text(document, "title", ""), _text(document, "source", "")
    if not title or len(title) > LONGEST_TITLE or not source:
        raise Refused(say("Le fichier de droit doit avoir un « title » (300 caractères au plus) et une « source »."))
    decisions = tuple(_decision(entry) for entry in _entries(document, "adequacy"))
    delays = tuple(_delay(entry) for entry in _entries(document, "delay"))
    if not decisions and not delays:
        raise Refused(say("Le fichier de droit ne change rien : donnez au moins un [[adequacy]] ou un [[delay]]."))
    content = _plain(document)
    digest = sha256(repr(sorted(content.items())).encode()).hexdigest()
    return LawFile(title, source, decisions, delays, digest, content)


def _entries(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found) or len(found) > MOST_ENTRIES:
        raise Refused(
            say(
                "« %(name)s » doit être une suite de tables [[%(name)s]], %(most)s au plus.",
                name=name,
                most=MOST_ENTRIES,
            )
        )
    return iter(found)


def _decision(entry: Mapping[str, Any]) -> Adequacy:
    code = _text(entry, "code", "[[adequacy]]")
    if len(code) != 2 or not code.isascii() or not code.isupper():
        raise Refused(
            say("[[adequacy]] : « code » doit être un code de pays à deux lettres, non « %(code)s ».", code=code)
        )
    partial = entry.get("partial", False)
    if not isinstance(partial, bool):
        raise Refused(say("[[adequacy]] : « partial » doit valoir true ou false."))
    return Adequacy(
        code=code,
        act=_text(entry, "act", "[[adequacy]]"),
        valid_from=_day(entry, "valid_from"),
        valid_until=_day(entry, "valid_until") if "valid_until" in entry else None,
        partial=partial,
        scope={"fr": _text(entry, "scope_fr", "", default=""), "en": _text(entry, "scope_en", "", default="")},
    )


def _delay(entry: Mapping[str, Any]) -> LegalDelay:
    what = _text(entry, "what", "[[delay]]")
    if what != BREACH:
        raise Refused(
            say("[[delay]] : « what » ne peut valoir que « %(known)s », non « %(what)s ».", known=BREACH, what=what)
        )
    return LegalDelay(what, _hours(entry, "hours"), _hours(entry, "replaces"), _day(entry, "valid_from"))


def _text(entry: Mapping[str, Any], name: str, where: str, *, default: str | None = None) -> str:
    found = entry.get(name, default)
    if not isinstance(found, str) or (default is None and where and not found.strip()) or len(found) > 2000:
        raise Refused(say("%(where)s : « %(name)s » doit être un texte.", where=where or "Fichier de droit", name=name))
    return found.strip()


def _hours(entry: Mapping[str, Any], name: str) -> int:
    found = entry.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found <= 10_000:
        raise Refused(say("[[delay]] : « %(name)s » doit être un nombre d'heures.", name=name))
    return found


def _day(entry: Mapping[str, Any], name: str) -> date:
    found = entry.get(name)
    if isinstance(found, str):
        try:
            found = date.fromisoformat(found)
        except ValueError:
            found = None
    if type(found) is not date:
        raise Refused(say("« %(name)s » doit être une date (2027-01-31).", name=name))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def under_law(atlas: Atlas, law: LawFile) -> Atlas:
    """The atlas as it would stand once the law applies."""
    changed = {(decision.code, decision.act) for decision in law.adequacy}
    kept = tuple(decision for decision in atlas.adequacy if (decision.code, decision.act) not in changed)
    return replace(atlas, adequacy=(*kept, *law.adequacy))


def day_of_effect(law: LawFile, today: date) -> date:
    """The first day on which all that the law changes has happened; today when it already has."""
    from_then = [delay.valid_from for delay in law.delays]
    for decision in law.adequacy:
        from_then.append(_day_after(decision.valid_until) if decision.valid_until else decision.valid_from)
    return max([today, *from_then])


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1) if day < date.max else day


def countries_lost(atlas: Atlas, law: LawFile, today: date) -> tuple[str, ...]:
    """The countries that a decision covers today and that none would cover, or only in part, once the law applies."""
    on, after = day_of_effect(law, today), under_law(atlas, law)
    codes = dict.fromkeys(decision.code for decision in law.adequacy)
    return tuple(
        code for code in codes if not in_eea(code, after, on) and _rank(code, after, on) < _rank(code, atlas, today)
    )


def _rank(code: str, atlas: Atlas, on: date) -> int:
    """0 without a decision, 1 with a partial one, 2 with one that covers everybody."""
    covering = [
        decision
        for decision in atlas.adequacy
        if decision.code == code
        and decision.valid_from <= on
        and (decision.valid_until is None or on <= decision.valid_until)
    ]
    return max((1 if decision.partial else 2 for decision in covering), default=0)
