import pytest

from portal.jobs import bounces
from portal.jobs.bounces import Verdict, return_path

SECRET, TO = "secret", "ana@exemple.test"


def report(address=None, *, action="failed", status="5.1.1", diagnostic="smtp; 550 no such user", **changes):
    """A delivery status notification as a distant server writes it."""
    to = address or return_path(SECRET, "vigie@ville.test", 12, TO)
    kind = changes.get("kind", 'multipart/report; report-type=delivery-status; boundary="b"')
    return (
        f"From: <>\r\nTo: {to}\r\nSubject: Undelivered\r\nContent-Type: {kind}\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.exemple.test\r\n\r\n"
        f"Final-Recipient: rfc822; {TO}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "verdict"),
    [
        ("failed", "5.1.1", Verdict.REFUSED), ("failed", "4.4.7", Verdict.GIVEN_UP),
        ("delayed", "4.4.1", Verdict.DELAYED),
        ("FAILED", "5.2.1 (disabled)", Verdict.REFUSED),
    ],
)  # fmt: skip
def test_a_report_tells_what_became_of_a_message(action, status, verdict):
    found = bounces.read(report(action=action, status=status))
    assert found.verdict is verdict
    assert found.reason == f"{status[:5]} 550 no such user"
    ((mail_id, mark),) = found.marks
    assert bounces.is_mark(SECRET, mark, mail_id, TO)
    assert not bounces.is_mark(SECRET, mark, 13, TO)
    assert not bounces.is_mark(SECRET, mark, mail_id, "autre@exemple.test"), "the address was corrected since"
    assert not bounces.is_mark("other", mark, mail_id, TO)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\x00" * 5000, b"To: x\r\n\r\n", report(action="delivered", status="2.0.0"), report(action="relayed"),
        report(kind="text/plain"), report(status="9.9.9"), report("vigie@ville.test"),
        report("vigie+b-12-ff@ville.test"),
        report(action="failed" + "x" * 100_000),
    ],
)  # fmt: skip
def test_what_is_no_report_for_us_says_nothing(raw):
    assert bounces.read(raw) is None


def test_hostile_text_costs_little_and_reaches_a_page_on_one_short_line():
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(9000))
    assert bounces.read(report().partition(b"Content-Type")[0] + nested) is None
    found = bounces.read(report(diagnostic="smtp; <script>\x1b[2J" + "é" * 100_000))
    assert len(found.reason) <= 300
    assert found.reason.isprintable()
    assert bounces.read(report() + b"x" * 1_000_000) is not None
