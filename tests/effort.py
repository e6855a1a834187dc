"""How hard properties are tried: a few examples, the same at every run; under `make fuzz` many, others each time.

A counterexample that `make fuzz` finds is written beside its property with `@example`: every run then tries it.
"""

from hypothesis import HealthCheck, Phase, settings

QUICK, TEST, FUZZ = "quick", "test", "fuzz"
_EXAMPLES = {QUICK: 10, TEST: 25, FUZZ: 500}
_UNFIT = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
]


def register() -> None:
    """Make the three profiles known and take the one of `make test`; `--hypothesis-profile` takes another."""
    for name in (QUICK, TEST):
        settings.register_profile(
            name, deadline=None, suppress_health_check=_UNFIT, max_examples=_EXAMPLES[name], derandomize=True,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        )  # fmt: skip
    settings.register_profile(FUZZ, deadline=None, suppress_health_check=_UNFIT, max_examples=_EXAMPLES[FUZZ])
    settings.load_profile(TEST)


def at_most(examples: int) -> settings:
    """The effort of a property whose examples are dear: so many in `make test`, a quarter in `make quick`.

    `make fuzz` tries twenty times as many, five hundred at most.
    """
    name = settings.get_current_profile_name()
    tried = {QUICK: max(2, examples // 4), FUZZ: min(_EXAMPLES[FUZZ], 20 * examples)}.get(name, examples)
    return settings(max_examples=tried)


def rows(many: int) -> int:
    """How many rows to draw where two judges must agree on each: a quarter of them, all under `make fuzz`.

    A file that calls this bears the mark `hypothesis`, by which `make fuzz` selects its tests.
    """
    return many if settings.get_current_profile_name() == FUZZ else many // 4
