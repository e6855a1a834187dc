"""Only public addresses, by the usual ports: every way of writing another one is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.published_terms.rules.addresses import NotFetched, is_public, page_address, redirected


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.168.1.1",
        "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "2130706433", "0x7f.1", "localhost", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_everybodys_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4007:80e::2004"])
def test_one_that_is_everybodys_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    [
        "", "nimbus.example/dpa", "ftp://nimbus.example/", "file:///etc/passwd", "javascript:alert(1)", "https://",
        "https://moi:secret@nimbus.example/", "https://@nimbus.example/", "http://nimbus.example:22/",
        "https://nimbus.example:80/", "http://nimbus.example:0/", "http://nimbus.example:99999/", "http://[::1",
        "http://nimbus.example/a b", "http://nimbus.example/\r\nHost: autre", "http://nimbus.example\\@interne/",
        "http://nimbus.example/\x00", "http://" + "a" * 70 + ".example/", "https://nimbus.example/é",
        "https://nimbus.example/" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(text):
    with pytest.raises(NotFetched):
        page_address(text)


def test_an_address_is_asked_as_its_name_in_ascii():
    found = page_address("https://Société.Example/dpa?v=2#haut")
    assert (found.host, found.port, found.target) == ("xn--socit-esab.example", 443, "/dpa?v=2")


@given(st.text(max_size=60))
def test_no_redirection_leads_to_anything_but_a_checked_address(location):
    came = page_address("https://nimbus.example/a/b")
    try:
        found = redirected(came, location)
    except NotFetched:
        return
    assert found.scheme == "https"
    assert found.port == 443
    assert "@" not in found.host
    assert found.target.startswith("/")
    assert all(32 < ord(letter) < 127 for letter in found.target)
