"""Real worker processes over a database of a test's own, that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.core.config import Settings

REPOSITORY = Path(__file__).resolve().parents[2]


def environment(settings: Settings) -> dict[str, str]:
    """What a process is told so that it has these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    return kept | {
        "VIGIE_ENV": "test",
        "VIGIE_DATA_DIR": str(settings.data_dir),
        "VIGIE_DATABASE_URL": settings.database_url,
        "VIGIE_TASKS": settings.tasks.value,
        "VIGIE_SMTP_URL": settings.smtp_url or "",
        "VIGIE_MAIL_FROM": settings.mail_from,
        "FLASK_APP": "wsgi",
    }


class Worker:
    """`python -m portal.worker`, with a short lease; killed at the end of the block when it still runs."""

    def __init__(self, settings: Settings, log: Path, *options: str) -> None:
        self.log = log
        command = [sys.executable, "-m", "portal.worker", "--lease", "2", "--tick", "2", *options]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env=environment(settings), stdout=output, stderr=output
            )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is closed."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, as a supervisor does; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def wait_for(what: Callable[[], bool], worker: Worker | None = None, *, seconds: float = 120) -> None:
    """Wait until something holds; fails with the worker's own words when it dies or time is up."""
    end = time.monotonic() + seconds
    while not what():
        words = worker.log.read_text()[-2000:] if worker else ""
        assert worker is None or worker.process.poll() is None, f"the worker died: {words}"
        assert time.monotonic() < end, f"waited {seconds} s in vain: {words}"
        time.sleep(0.02)
