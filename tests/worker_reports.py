"""What a process of the suite tells the one that leads: of a test that passes, its result, and what took long.

Of each test pytest-xdist sends six messages, each written at once, which wakes the other process to be read: more
than the test itself takes, for most. What nobody is shown stays here.
"""

from typing import Any

import pytest

SHOWN = 0.005
"""Seconds from which `--durations` shows what a test is given or leaves."""


def is_told(name: str, told: dict[str, Any], *, is_last: bool) -> bool:
    """Whether a message of pytest-xdist is shown by the process that leads, when it is not asked to be verbose.

    The beginning and the end of a test are not, save the end of the last one, which writes 100 %; nor is that it was
    given what it asked for and gave it back, when it did so quickly and said nothing.
    """
    if name in {"logstart", "logfinish"}:
        return name == "logfinish" and is_last
    if name != "testreport":
        return True
    report = told["data"]
    quick = report["outcome"] == "passed" and report["duration"] < SHOWN
    return report["when"] == "call" or not quick or bool(report["sections"]) or bool(report["user_properties"])


def keep_to_what_is_shown(config: pytest.Config) -> None:
    """Have this process, which another leads, send what is shown alone."""
    if config.get_verbosity(pytest.Config.VERBOSITY_TEST_CASES) > 0:
        return
    interactor: Any = next(
        one for one in config.pluginmanager.get_plugins() if type(one).__name__ == "WorkerInteractor"
    )
    really = interactor.sendevent

    def send(name: str, **told: Any) -> None:
        if is_told(name, told, is_last=not isinstance(interactor.nextitem_index, int)):
            really(name, **told)

    interactor.sendevent = send
