"""A local store per test, and an S3 server and a clamd of our own when a test asks for them."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from cryptography.fernet import Fernet

from portal.core.files import Keyring, Store
from tests.factories.files import EICAR

MB = 1024 * 1024
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-3"}


@pytest.fixture
def keyring():
    return Keyring([Fernet.generate_key().decode()])


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def store(folder, keyring):
    return Store(f"file://{folder}", keyring, max_bytes=20 * MB)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(answers, process, seconds=30):
    deadline = time.monotonic() + seconds
    while not answers():
        assert process.poll() is None, "the server stopped"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def s3_server():
    port = free_port()
    command = [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        endpoint = f"http://127.0.0.1:{port}"

        def bucket_made():
            try:
                request = urllib.request.Request(f"{endpoint}/coffre-vigie", method="PUT")
                return urllib.request.urlopen(request, timeout=5).status == 200
            except OSError:
                return False

        try:
            wait_for(bucket_made, process)
            yield endpoint
        finally:
            process.terminate()


@pytest.fixture
def s3_url(s3_server, tmp_path):
    return f"s3://coffre-vigie/{tmp_path.name}/fichiers?endpoint={s3_server}"


@pytest.fixture(scope="session")
def clamd(tmp_path_factory):
    """A clamd that knows one signature, the first half of the EICAR test file."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed (Debian package clamav-daemon)")
    home = tmp_path_factory.mktemp("clamd")
    home.chmod(0o755)
    (home / "db").mkdir()
    (home / "db" / "test.ndb").write_text(f"Test.Eicar.Custom:0:*:{EICAR[:40].hex()}\n")
    port, local = free_port(), home / "clamd.ctl"
    (home / "clamd.conf").write_text(
        f"DatabaseDirectory {home / 'db'}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {local}\n"
        f"TemporaryDirectory {home}\nForeground yes\nStreamMaxLength 2M\nLogFile {home / 'clamd.log'}\n"
    )
    with subprocess.Popen([program, "-c", str(home / "clamd.conf")], stdout=subprocess.DEVNULL) as process:

        def listening():
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                return False
            return local.exists()

        try:
            wait_for(listening, process)
            yield {"tcp": f"tcp://127.0.0.1:{port}", "unix": f"unix://{local}"}
        finally:
            process.terminate()
