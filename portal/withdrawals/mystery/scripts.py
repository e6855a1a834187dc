"""The script of mystery withdrawals, and the law its delays are computed from, read once per process."""

from functools import lru_cache

from portal.withdrawals import legislation
from portal.withdrawals.rules.law import Rules
from portal.withdrawals.rules.mystery import Law, Order, ScriptStep, Way
from portal.withdrawals.rules.mystery_script import Draft, read_script, script_for


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Every rule that a step may check: the online function, what runs after, the period itself."""
    return Rules([*legislation.function(), *legislation.clocks(), *legislation.periods().rules])


@lru_cache(maxsize=1)
def drafts() -> tuple[Draft, ...]:
    """The steps of every channel."""
    return read_script(legislation.read("mystery"), rules())


def steps(way: Way, order: Order) -> tuple[ScriptStep, ...]:
    """The steps of a test of this channel on this order."""
    return script_for(drafts(), way, order, rules())


def law() -> Law:
    """What the delays are computed from."""
    return Law(legislation.clocks(), legislation.periods())
