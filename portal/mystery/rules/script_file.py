"""Reading mystery.toml: which steps a channel has, for which orders, each on a rule of law that holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from portal.consumer_law.rules.law import LawProblem, LawText, Rule, Rules
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.findings.rules import Severity
from portal.mystery.rules.script import MysteryOrder, OrderFilter, ScriptStep, StepDelay, StepInstant, Way

_TEXTS = ("title", "does", "expects", "action", "evidence")
_CHOICES: Mapping[str, type[Severity] | type[StepInstant] | type[StepDelay] | type[OrderFilter]] = {
    "severity": Severity,
    "marks": StepInstant,
    "clock": StepDelay,
    "only": OrderFilter,
}


@dataclass(frozen=True)
class StepDraft:
    """A step as the file has it, before an order says whether it applies."""

    row: Mapping[str, Any]
    channels: frozenset[Way]
    only: OrderFilter | None

    def applies(self, way: Way, order: MysteryOrder) -> bool:
        """Whether this channel and this order have the step."""
        fits = {
            None: True,
            OrderFilter.GUEST: order.is_guest,
            OrderFilter.GOODS: order.kind.from_receipt,
            OrderFilter.FINANCIAL: order.kind.is_financial,
            OrderFilter.ORDINARY: not order.kind.is_financial,
        }
        return way in self.channels and fits[self.only]


def script_problems(raw: Mapping[str, Any], rules: Rules) -> Iterator[Sentence]:
    """What is wrong with the steps of a file.

    >>> next(script_problems({"step": [{"id": "x"}]}, Rules([]))).values
    {'where': 'x', 'name': 'channels'}
    """
    seen: set[str] = set()
    known = {rule.id for rule in rules}
    for place, row in enumerate(raw.get("step", []), start=1):
        where = str(row.get("id") or f"step[{place}]")
        if where in seen:
            yield say("%(where)s : deux pas ont ce nom.", where=where)
        seen.add(where)
        if not row.get("channels"):
            yield say("%(where)s : « %(name)s » manque.", where=where, name="channels")
        if row.get("rule") not in known:
            yield say("%(where)s : aucune règle ne s'appelle « %(name)s ».", where=where, name=str(row.get("rule")))
        yield from _wrong_values(where, row)
        timed = "marks" in row or "clock" in row
        if timed and not row.get("timestamp"):
            yield say("%(where)s : un pas qui donne ou suit un délai demande l'heure.", where=where)
    yield from _lacking(raw.get("step", []))


def _wrong_values(where: str, row: Mapping[str, Any]) -> Iterator[Sentence]:
    for name in _TEXTS:
        text = row.get(name)
        if not isinstance(text, Mapping) or not text.get("fr") or not text.get("en"):
            yield say("%(where)s : « %(name)s » manque.", where=where, name=name)
    if "severity" not in row:
        yield say("%(where)s : « %(name)s » manque.", where=where, name="severity")
    given = [(name, row[name], [*kind]) for name, kind in _CHOICES.items() if name in row]
    given += [("channels", one, [*Way]) for one in row.get("channels", [])]
    for name, value, allowed in given:
        if value not in allowed:
            yield say("%(where)s : « %(value)s » n'est pas un « %(name)s ».", where=where, value=str(value), name=name)


def _lacking(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    """A channel whose script never says when the consumer withdrew could compute no delay."""
    for way in Way:
        if not any(row.get("marks") == StepInstant.STATED and way in row.get("channels", []) for row in rows):
            yield say("%(way)s : aucun pas ne dit quand la rétractation part.", way=way.value)


def read_script(raw: Mapping[str, Any], rules: Rules) -> tuple[StepDraft, ...]:
    """The steps of a file, in its order.

    :raises LawProblem: some step is not whole.
    """
    if problems := list(script_problems(raw, rules)):
        raise LawProblem("\n".join(map(str, problems)))
    return tuple(
        StepDraft(row, frozenset(map(Way, row["channels"])), OrderFilter(row["only"]) if "only" in row else None)
        for row in raw["step"]
    )


def script_for(drafts: Sequence[StepDraft], way: Way, order: MysteryOrder, rules: Rules) -> tuple[ScriptStep, ...]:
    """The steps of one test: those of its channel, that its order has, and whose rule was law when it was placed.

    A contract concluded before 19 June 2026 owes no online function: no step then asks for one.
    """
    return tuple(
        _step(draft.row, rule)
        for draft in drafts
        if draft.applies(way, order) and (rule := _rule(draft.row, order.ordered_on, rules)) is not None
    )


def _rule(row: Mapping[str, Any], day: date, rules: Rules) -> Rule | None:
    return rules.find(row["rule"], day)


def _step(row: Mapping[str, Any], rule: Rule) -> ScriptStep:
    texts = {name: LawText(row[name]["fr"], row[name]["en"]) for name in _TEXTS}
    return ScriptStep(
        key=row["id"],
        rule=rule,
        severity=Severity(row["severity"]),
        needs_time=row.get("timestamp", False),
        needs_proof=row.get("proof", False),
        marks=StepInstant(row["marks"]) if "marks" in row else None,
        clock=StepDelay(row["clock"]) if "clock" in row else None,
        **texts,
    )
