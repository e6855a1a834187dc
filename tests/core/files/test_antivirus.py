import io
import socket
import threading

import pytest

from portal.core.errors import ConfigurationError
from portal.core.files import Infected, Scanner, Unscanned
from tests.factories.files import EICAR


@pytest.mark.parametrize("by", ["tcp", "unix"])
def test_a_clean_file_passes_and_an_infected_one_is_named(clamd, by):
    scanner = Scanner(clamd[by])
    assert scanner.trouble() is None
    scanner.scan(io.BytesIO(b"rien de mal" * 50_000))
    with pytest.raises(Infected, match="Eicar"):
        scanner.scan(io.BytesIO(EICAR))


def test_the_file_is_scanned_from_its_beginning_wherever_it_was_left(clamd):
    file = io.BytesIO(EICAR)
    file.read()
    with pytest.raises(Infected):
        Scanner(clamd["tcp"]).scan(file)


def test_a_file_too_large_for_the_antivirus_is_not_kept(clamd):
    with pytest.raises(Unscanned, match="trop gros"):
        Scanner(clamd["tcp"]).scan(io.BytesIO(bytes(6 * 1024 * 1024)))


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_an_antivirus_that_does_not_answer_lets_nothing_through(url):
    scanner = Scanner(url)
    with pytest.raises(Unscanned, match="ne répond pas"):
        scanner.scan(io.BytesIO(b"x"))
    assert "ne répond pas" in str(scanner.trouble())


@pytest.mark.parametrize("answer", [b"", b"stream: OK and more\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_is_no_verdict_lets_nothing_through(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk():
            line, _ = server.accept()
            with line:
                while not line.recv(65536).endswith(bytes(4)):
                    pass
                line.sendall(answer)

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(Unscanned):
            Scanner(f"tcp://127.0.0.1:{server.getsockname()[1]}").scan(io.BytesIO(b"abc"))
        thread.join(5)


@pytest.mark.parametrize("url", ["", "clamd.ctl", "http://x", "tcp://", "unix://"])
def test_an_address_that_is_none_is_a_fault_of_configuration(url):
    with pytest.raises(ConfigurationError, match="VIGIE_CLAMD_URL"):
        Scanner(url)
