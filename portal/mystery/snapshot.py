"""Scripts and results as JSON of the database: those of a test never change with the files of the law."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from portal.consumer_law.rules.law import LawText, Rule, Sureness
from portal.findings.rules import Severity
from portal.mystery.rules.judgement import JudgedStep, OutcomeReason, StepOutcome
from portal.mystery.rules.script import ScriptStep, StepDelay, StepInstant

_TEXTS = ("title", "does", "expects", "action", "evidence")


def freeze_script(script: Sequence[ScriptStep]) -> list[dict[str, Any]]:
    """Every step whole, its rule with its article and source included."""
    return [
        {
            "key": step.key,
            **{name: _words(getattr(step, name)) for name in _TEXTS},
            "rule": _rule(step.rule),
            "severity": step.severity.value,
            "needs_time": step.needs_time,
            "needs_proof": step.needs_proof,
            "marks": step.marks and step.marks.value,
            "clock": step.clock and step.clock.value,
        }
        for step in script
    ]


def digest(frozen: Sequence[Mapping[str, Any]]) -> str:
    """The SHA-256 of a frozen script, whatever the order of its keys."""
    text = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def thaw_script(frozen: Sequence[Mapping[str, Any]]) -> tuple[ScriptStep, ...]:
    """The steps again."""
    return tuple(
        ScriptStep(
            key=row["key"],
            rule=_thawed_rule(row["rule"]),
            severity=Severity(row["severity"]),
            needs_time=row["needs_time"],
            needs_proof=row["needs_proof"],
            marks=StepInstant(row["marks"]) if row["marks"] else None,
            clock=StepDelay(row["clock"]) if row["clock"] else None,
            **{name: LawText(row[name]["fr"], row[name]["en"]) for name in _TEXTS},
        )
        for row in frozen
    )


def freeze_result(lines: Sequence[JudgedStep]) -> list[dict[str, Any]]:
    """What each step came to."""
    return [
        {
            "step": line.step.key,
            "outcome": line.outcome.value,
            "reason": line.reason.value,
            "due": line.due and line.due.isoformat(),
            "days_late": line.days_late,
            "seconds": None if line.elapsed is None else int(line.elapsed.total_seconds()),
        }
        for line in lines
    ]


def thaw_result(frozen: Sequence[Mapping[str, Any]], script: Sequence[ScriptStep]) -> tuple[JudgedStep, ...]:
    """What each step came to, again, beside its step."""
    by_key = {step.key: step for step in script}
    return tuple(
        JudgedStep(
            by_key[row["step"]],
            StepOutcome(row["outcome"]),
            OutcomeReason(row["reason"]),
            date.fromisoformat(row["due"]) if row["due"] else None,
            row["days_late"],
            None if row["seconds"] is None else timedelta(seconds=row["seconds"]),
        )
        for row in frozen
    )


def _words(words: LawText) -> dict[str, str]:
    return {"fr": words.fr, "en": words.en}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "article": rule.article,
        "article_eu": rule.article_eu,
        "source": rule.source,
        "sure": rule.sure.value,
        "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until and rule.valid_until.isoformat(),
        "text": _words(rule.text),
    }


def _thawed_rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        article=row["article"],
        article_eu=row["article_eu"],
        source=row["source"],
        sure=Sureness(row["sure"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        text=LawText(row["text"]["fr"], row["text"]["en"]),
    )
