"""Checks on what a text says: the same words everywhere, an address that is none, a date that is none, empty words."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from portal.contracts.rules.fact_catalogue import FACTS, FactNature
from portal.contracts.rules.facts import Row
from portal.contracts.rules.model import BilingualWords, headed
from portal.contracts.rules.sense.model import FactsScene, SenseCheck, SenseProblem, row_name
from portal.contracts.rules.written_dates import date_in
from portal.core.expressions import expression
from portal.core.language import Language
from portal.vendors.rules.naming import plain

MOST_COLUMNS_ALIKE = 2
"""Columns of a line that may hold the same words: a one-man business bears its owner's name."""
_E_MAIL = expression(r"[^@\s]{1,64}@[^@\s]{1,253}\.\w{2,63}")
_DIGITS = expression(r"\d")
_TELEPHONE_DIGITS = 6
_NAMES_BY_ADDRESS = {
    "controller.address": ("controller.name", "controller.representative", "controller.dpo", "controller.contact"),
    "vendor.address": ("vendor.name", "vendor.representative", "vendor.dpo_contact", "vendor.breach_contact"),
}
_SIDES = ("controller", "vendor")
_FREE = frozenset({FactNature.WORDS, FactNature.DATE})


def words(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A text that holds words it should not; the same words are reported once for a fact."""
    told: set[tuple[str, str]] = set()
    for where in check.at:
        for one in scene.texts(where):
            found = check.words and check.words.search(one.text)
            if found and (one.fact, found[0]) not in told:
                told.add((one.fact, found[0]))
                yield SenseProblem(check, one.fact, {"found": found[0], "name": one.name})


def same_text(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """The same words in three columns of a line or more."""
    for table in check.at:
        for row in scene.facts.rows(table):
            counted = Counter(folded for text in row.values() if (folded := plain(text or "")))
            folded, count = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
            if count > MOST_COLUMNS_ALIKE:
                alike = [column for column in FACTS[table].columns if plain(row.get(column.key) or "") == folded]
                labels = BilingualWords(*(", ".join(headed(c.label.said_in(one)) for c in alike) for one in Language))
                found = (row[alike[0].key] or "").strip()
                yield SenseProblem(check, table, {"found": found, "count": count, "columns": labels})


def same_line(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A line written twice in a table."""
    for table in check.at:
        written = sorted(
            (sorted((key, plain(text)) for key, text in row.items() if text), row_name(row))
            for row in scene.facts.rows(table)
        )
        twice = (name for (line, name), (following, _) in pairwise(written) if line == following)
        for name in dict.fromkeys(twice):
            yield SenseProblem(check, table, {"name": name})


def address(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """An address that is a name, a mailbox, or words without a place."""
    for where in check.at:
        for one in scene.texts(where):
            others = _names_beside(where, scene) if one.row is None else _cells_beside(one.row)
            bare = not _DIGITS.search(one.text) and "," not in one.text
            if bare or plain(one.text) in others or _E_MAIL.search(one.text):
                yield SenseProblem(check, one.fact, {"found": one.text})


def _names_beside(where: str, scene: FactsScene) -> set[str]:
    return {plain(scene.facts.text(key)) for key in _NAMES_BY_ADDRESS.get(where, ())}


def _cells_beside(row: Row) -> set[str]:
    return {plain(text or "") for key, text in row.items() if key != "address"}


def contact(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A contact without an e-mail address nor a telephone number."""
    for where in check.at:
        for one in scene.texts(where):
            if not _E_MAIL.search(one.text) and len(_DIGITS.findall(one.text)) < _TELEPHONE_DIGITS:
                yield SenseProblem(check, one.fact, {"found": one.text})


def date(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A date that the calendar has not; where an event may stand for it, words that name none."""
    for where in check.at:
        for one in scene.texts(where):
            event = one.row is None and check.holds_words(one.text) and not _DIGITS.search(one.text)
            if not event and date_in(one.text) is None:
                yield SenseProblem(check, one.fact, {"found": one.text})


def signatory(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A company that signs for itself, without a person."""
    for side in _SIDES:
        text = scene.facts.text(f"{side}.representative")
        if text and plain(text) == plain(scene.facts.text(f"{side}.name")):
            yield SenseProblem(check, f"{side}.representative", {"found": text})


def one_party(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """One company on both sides, or the processor among its own sub-processors."""
    vendor, controller = scene.facts.text("vendor.name"), scene.facts.text("controller.name")
    if vendor and plain(vendor) == plain(controller):
        yield SenseProblem(check, "vendor.name", {"found": vendor})
    parties = {plain(name) for name in (vendor, controller) if name}
    for one in scene.texts("subprocessors.name"):
        if plain(one.text) in parties:
            yield SenseProblem(check, one.fact, {"found": one.text})


def special_left_out(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """« None » said of special categories, and one of them listed among the data (RGPD art. 9, 10)."""
    if not scene.facts.is_known("data.special") or scene.facts.items("data.special"):
        return
    for text in scene.facts.items("data.categories"):
        if check.holds_words(text):
            yield SenseProblem(check, "data.special", {"found": text})


def access(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """No access, and another one."""
    modes = scene.facts.items("access.mode")
    if "aucun" in modes and len(modes) > 1:
        yield SenseProblem(check, "access.mode")


_NAMES_OF_LANGUAGES = {
    Language.FR: BilingualWords("français", "French"),
    Language.EN: BilingualWords("anglais", "English"),
}


def other_language(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """Free words surely in the other language than the contract's."""
    if scene.words is None:
        return
    other = next(one for one in Language if one is not scene.language)
    for where in check.at:
        for one in scene.texts(where):
            is_free = FACTS[one.fact].nature_of(one.column) in _FREE
            if is_free and scene.words.language_of(one.text).value == other.value:
                values = {"found": one.text, "language": _NAMES_OF_LANGUAGES[scene.language]}
                yield SenseProblem(check, one.fact, values)
