"""The guide for the people of customer relations: every delay, label and example in it is read from the rules' data.

Its own file (`law/guide.toml`) holds sentences and the rules they apply, never a figure: it cannot disagree with the
engine, which reads the same ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from babel.numbers import format_decimal

from portal.consumer_law import legislation
from portal.consumer_law.rules.after_withdrawal import surcharge, usual_refund
from portal.consumer_law.rules.exceptions import exclusions
from portal.consumer_law.rules.law import Rule, Rules
from portal.consumer_law.rules.periods import ContractFacts, ContractKind, deadline
from portal.core.citations import cited
from portal.core.dataclass import dataclass
from portal.core.dates import LOCALES, DateStyle, written
from portal.core.expressions import expression
from portal.core.language import NO_BREAK, Language, printed, quoted, say, semicolon
from portal.core.translation import translate, translations


@dataclass(frozen=True)
class GuidePoint:
    """One thing to do, with the rules it applies; the first says since when."""

    text: str
    rules: tuple[Rule, ...]
    article: str
    """Every article it rests on."""


@dataclass(frozen=True)
class GuideSection:
    """One card of the guide."""

    id: str
    title: str
    points: tuple[GuidePoint, ...]
    examples: tuple[str, ...]
    exceptions: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Guide:
    """The guide of a day, in a language."""

    sections: tuple[GuideSection, ...]
    read_on: date


def guide(day: date, language: Language) -> Guide:
    """The guide, its figures and its examples computed now.

    :raises KeyError: it names a rule or a figure that the data does not have.
    """
    raw = legislation.guide_text()
    pen = _GuideWriter(day, language)
    return Guide(tuple(pen.section(row, raw["example"]) for row in raw["section"]), legislation.periods().read_on)


_FIGURE = expression(r"\{([A-Za-z0-9.-]+):([a-z]+)\}")


class _GuideWriter:
    """Writes one guide."""

    def __init__(self, day: date, language: Language) -> None:
        self.day, self.language = day, language
        self.catalogue = translations(language)
        self.forms: Mapping[str, Callable[[Rule], str]] = {
            "days": lambda rule: self.days(rule.days()),
            "months": lambda rule: self.months(int(rule.figures["months"])),
            "when": lambda rule: self.when(rule.days()),
            "since": lambda rule: written(rule.valid_from, self.language),
            "label": lambda rule: self.quoted(rule.figures["label"][language.value]),
            "hours": lambda rule: self.hours(rule.figures["hours"]),
            "most": lambda rule: self.calls(int(rule.figures["most"])),
            "first": lambda rule: self.days(min(step["beyond"] for step in rule.figures["steps"])),
            "rates": lambda rule: self.rates(sorted(step["rate"] for step in rule.figures["steps"])),
        }

    def section(self, row: Mapping[str, Any], examples: list[Mapping[str, Any]]) -> GuideSection:
        listed = exclusions(legislation.exceptions(), self.day) if row.get("exceptions") else {}
        return GuideSection(
            row["id"],
            self.set(row["title"][self.language.value]),
            tuple(self.point(point) for point in row["point"]),
            tuple(self.example(one) for one in examples if one["section"] == row["id"]),
            tuple((number, self.set(found.rule.text.said(self.language))) for number, found in listed.items()),
        )

    def point(self, row: Mapping[str, Any]) -> GuidePoint:
        rules = tuple(self.rule(name) for name in row["rules"])
        text = _FIGURE.sub(lambda found: self.figure(found[1], found[2]), row[self.language.value])
        articles = row.get("article") or semicolon(self.language).join(dict.fromkeys(rule.article for rule in rules))
        return GuidePoint(self.set(text), rules, self.set(cited(articles, self.language)))

    def figure(self, name: str, form: str) -> str:
        if form == "count":
            return str(len(exclusions(getattr(legislation, name)(), self.day)))
        return self.forms[form](self.rule(name))

    def rule(self, name: str) -> Rule:
        for book in _books():
            if (found := book.find(name, self.day)) is not None:
                return found
        raise KeyError(f"{name} on {self.day}")

    def set(self, text: str) -> str:
        return printed(text, self.language)

    def days(self, number: int) -> str:
        return (self.catalogue.ngettext("%(num)s jour", "%(num)s jours", number) % {"num": number}).replace(
            " ", NO_BREAK
        )

    def months(self, number: int) -> str:
        return (self.catalogue.ngettext("%(num)s mois", "%(num)s mois", number) % {"num": number}).replace(
            " ", NO_BREAK
        )

    def calls(self, number: int) -> str:
        return (self.catalogue.ngettext("%(num)s appel", "%(num)s appels", number) % {"num": number}).replace(
            " ", NO_BREAK
        )

    def hours(self, slots: Sequence[Sequence[str]]) -> str:
        """« de 10:00 à 13:00 et de 14:00 à 20:00 »"""
        slot, both = say("de %(first)s à %(last)s"), say("%(one)s et %(other)s")
        said = [translate(slot, self.language) % {"first": first, "last": last} for first, last in slots]
        return reduce(lambda one, other: translate(both, self.language) % {"one": one, "other": other}, said)

    def when(self, number: int) -> str:
        if number == 0:
            return translate(say("le jour même"), self.language)
        if number == 1:
            return translate(say("le lendemain au plus tard"), self.language)
        return translate(say("au plus tard %(days)s après"), self.language) % {"days": self.days(number)}

    def rates(self, rates: list[int]) -> str:
        space = "" if self.language is Language.EN else NO_BREAK
        written = [f"{rate}{space}%" for rate in rates]
        return translate(say("de %(low)s à %(high)s"), self.language) % {"low": written[0], "high": written[-1]}

    def quoted(self, label: str) -> str:
        return quoted(label, self.language)

    def weekday(self, day: date) -> str:
        return written(day, self.language, DateStyle.WEEKDAY)

    @property
    def locale(self) -> str:
        return LOCALES[self.language]

    def example(self, row: Mapping[str, Any]) -> str:
        return self.refunded(row) if "heard" in row else self.counted(row)

    def counted(self, row: Mapping[str, Any]) -> str:
        """« Reçu le samedi 31 octobre 2026 : jusqu'au lundi 16 novembre 2026. »"""
        kind, informed = ContractKind(row["kind"]), row.get("informed", True)
        received = (row["received"],) if "received" in row else ()
        found = deadline(
            ContractFacts(kind, concluded=row.get("concluded"), deliveries=received, informed=informed),
            legislation.periods(),
        )
        if not informed:
            sentence = say("Reçu le %(start)s, sans l'information : jusqu'au %(last)s.")
        elif kind.from_receipt:
            sentence = say("Reçu le %(start)s : jusqu'au %(last)s.")
        else:
            sentence = say("Conclu le %(start)s : jusqu'au %(last)s.")
        return translate(sentence, self.language) % {
            "start": self.weekday(found.start),
            "last": self.weekday(found.last_day),
        }

    def refunded(self, row: Mapping[str, Any]) -> str:
        """« Informés le 2 novembre 2026 : à rembourser le 16. Payés le 11 décembre 2026 : 12,99 € de plus. »"""
        clocks, amount = legislation.clocks(), Decimal(row["amount"])
        due = usual_refund(row["heard"], clocks)
        borne = surcharge(amount, (row["paid"] - due).days, clocks, row["heard"])
        values = {
            "heard": self.weekday(row["heard"]),
            "due": self.weekday(due),
            "amount": self.money(amount),
            "paid": self.weekday(row["paid"]),
            "late": self.days(borne.days_late),
            "more": self.money(borne.amount),
        }
        if not borne.days_late:
            return (
                translate(say("Informés le %(heard)s : à rembourser le %(due)s au plus tard."), self.language) % values
            )
        return (
            translate(
                say(
                    "Informés le %(heard)s : à rembourser le %(due)s au plus tard."
                    " %(amount)s payés le %(paid)s, %(late)s trop tard : %(more)s de plus."
                ),
                self.language,
            )
            % values
        )

    def money(self, amount: Decimal) -> str:
        written = format_decimal(amount, "#,##0.00", locale=self.locale)
        return f"€{written}" if self.language is Language.EN else f"{written}{NO_BREAK}€"


def _books() -> Iterator[Rules]:
    yield legislation.periods().rules
    yield legislation.clocks()
    yield legislation.exceptions()
    yield legislation.function()
    yield legislation.telephone()
