"""The script of mystery withdrawals, and the law its delays are computed from, read once per process."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from portal.consumer_law import legislation
from portal.consumer_law.rules.law import Rules
from portal.findings.rules import RelationStage
from portal.mystery.rules.judgement import DelayLaw
from portal.mystery.rules.script import MysteryOrder, ScriptStep, Way
from portal.mystery.rules.script_file import StepDraft, read_script, script_for

SCRIPT = Path(__file__).resolve().parent / "script.toml"


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Every rule that a step may check: the online function, what runs after, the period itself."""
    return Rules([*legislation.function(), *legislation.clocks(), *legislation.periods().rules])


@lru_cache(maxsize=1)
def drafts() -> tuple[StepDraft, ...]:
    """The steps of every channel."""
    return read_script(tomllib.loads(SCRIPT.read_text(encoding="utf-8")), rules())


def steps(way: Way, order: MysteryOrder) -> tuple[ScriptStep, ...]:
    """The steps of a test of this channel on this order."""
    return script_for(drafts(), way, order, rules())


def stages_of_steps() -> Mapping[str, str]:
    """The stage of the relation with consumers of each step, by key: a withdrawal comes after the sale."""
    return {draft.row["id"]: RelationStage.AFTER for draft in drafts()}


def law() -> DelayLaw:
    """What the delays are computed from."""
    return DelayLaw(legislation.clocks(), legislation.periods())
