"""The attack that took the portal down, ten times larger: cells of 1.2 million characters sent four at once."""

import re
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from portal.samples.models import CaseSample
from portal.samples.rules.columns import SampleKind
from tests.factories.people import token_for
from tests.factories.spaces import space_of
from tests.live import live_portal, visiting

pytestmark = pytest.mark.faults

CELL = 1_200_000
SHAPES = {
    "letters": "a" * CELL + "@", "addresses": "a@" * (CELL // 2), "spaces": " " * CELL + "x",
    "digits": "1," * (CELL // 2),
}  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with live_portal(tmp_path_factory.mktemp("live"), has_worker=True) as served:
        yield served


@pytest.fixture(scope="module")
def sample(portal):
    """A sample asked of a vendor, and the cookie of who sends it."""
    with portal.database.transaction() as session:
        space = space_of(session)
        day = date(2026, 10, 1)
        asked = CaseSample(
            vendor_id=space.vendor.id, kind=SampleKind.CASES, note="", confidence="0.95", margin="0.05", seed="s",
            asked_at=space.audit.opened_at, due_on=date(2027, 1, 1), period_from=day, period_to=day,
            population=9, size=2,
        )  # fmt: skip
        session.add(asked)
        session.flush()
        return asked.id, portal.cookie(token_for(session, space.admin))


def _sent(portal, sample, content: str, seconds: list, statuses: list) -> None:
    number, cookie = sample
    begun = time.monotonic()
    _status, page, headers = portal.ask("GET", f"/espace/echantillons/{number}", Cookie=cookie)
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    renewed = headers.get("Set-Cookie", cookie).partition(";")[0]
    table = f'reference;type;demande;decision;remarque\nA-1;bien;01/10/2026;acceptee;"{content}"\n'.encode()
    edge = b"limit7Q"
    parts = [(b'name="csrf_token"', token), (b'name="file"; filename="cases.csv"', table)]
    opening = b"--" + edge + b"\r\nContent-Disposition: form-data; "
    body = b"".join(opening + head + b"\r\n\r\n" + value + b"\r\n" for head, value in parts)
    found = portal.ask(
        "POST", f"/espace/echantillons/{number}/fichier", body + b"--" + edge + b"--\r\n", 120, Cookie=renewed,
        **{"Content-Type": "multipart/form-data; boundary=" + edge.decode()},
    )  # fmt: skip
    statuses.append(found[0])
    seconds.append(time.monotonic() - begun)


def test_four_hostile_files_at_once_stop_nobody(portal, sample):
    before = _children(portal.web.pid)
    seconds: list[float] = []
    statuses: list[int] = []
    with visiting(portal, "/connexion") as others:
        senders = [
            threading.Thread(target=_sent, args=(portal, sample, content, seconds, statuses))
            for content in SHAPES.values()
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    print(
        f"four files of {CELL:,} characters a cell: answered {sorted(statuses)} in {max(seconds):.1f} s at most; "
        f"p95 of {len(others.waits)} pages asked meanwhile: {others.p95 * 1000:.0f} ms"
    )
    assert len(statuses) == 4
    assert set(statuses) <= {302, 422}
    assert others.statuses == {200}
    assert _children(portal.web.pid) >= before, "both workers are alive"
    assert portal.worker.poll() is None


def _children(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
