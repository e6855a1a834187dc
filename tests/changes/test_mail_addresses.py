"""A message belongs to the vendor whose address it came to, and to nobody when the address is made up."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.changes.mail_addresses import address_of, vendor_of

BOX = "annonces@ville.fr"


def to(address: str, header: str = "To") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "x@acme.example", "Notice"
    message[header] = address
    message.set_content("We add a sub-processor.")
    return message.as_bytes()


@pytest.mark.parametrize("header", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_names_its_vendor(header):
    assert vendor_of("secret", to(address_of("secret", BOX, 12), header)) == 12
    assert vendor_of("secret", to(address_of("secret", BOX, 12).upper(), header)) == 12


def test_an_address_that_we_did_not_give_names_nobody():
    given = address_of("secret", BOX, 12)
    assert vendor_of("secret", to(given.replace("+cs-12-", "+cs-13-"))) is None
    assert vendor_of("another secret", to(given)) is None
    assert vendor_of("secret", to(BOX)) is None
    assert vendor_of("secret", to("annonces+cs-12-@ville.fr")) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_harm(raw):
    assert vendor_of("secret", raw) is None
