"""Headers of a message from anybody: whom it was for is found, whatever else is in it."""

from email.message import EmailMessage

import pytest

from portal.decoys.rules import read_message


def raw(**headers):
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Bonjour")
    return message.as_bytes()


def test_every_recipient_counts_in_lower_case():
    found = read_message(raw(From="Promo <Info@Spam.Example>", To="Lea@x.example, Bob <bob@x.example>", Subject="Été"))
    assert found.recipients == {"lea@x.example", "bob@x.example"}
    assert found.sender == "info@spam.example"
    hidden = read_message(raw(From="a@b.example", Delivered_To="lea@x.example", To="liste@b.example"))
    assert "lea@x.example" in hidden.recipients, "a hidden copy names its recipient on the envelope alone"


def test_the_same_message_is_the_same():
    assert read_message(raw(To="a@x.example")).digest == read_message(raw(To="a@x.example")).digest
    assert read_message(raw(To="a@x.example")).digest != read_message(raw(To="b@x.example")).digest


@pytest.mark.parametrize(
    "text",
    [b"", b"\x00" * 1000, b"To: \n\n", b"To: " + b"," * 100_000 + b"\n\n", b"\xff\xfe" * 500,
     b"To: " + b"(" * 100_000 + b"\n\n", b"Content-Type: multipart/mixed\n\n--x"],
)  # fmt: skip
def test_what_is_for_nobody_is_left(text):
    assert read_message(text) is None


def test_what_is_kept_of_a_hostile_message_is_short_and_printable():
    found = read_message(b"From: " + b"a" * 9000 + b"@x\nTo: a@x.example\nSubject: " + b"b\x1b[31m" * 5000 + b"\n\n")
    assert len(found.subject) <= 300
    assert found.subject.isprintable()
    assert len(found.sender) <= 254
