import hashlib
import io
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain

import pytest
from cryptography.fernet import Fernet

from portal.core.errors import Refused
from portal.core.files import (
    Blob,
    Damaged,
    Infected,
    Keyring,
    Scanner,
    Store,
    TooLarge,
    Unavailable,
    Unscanned,
    WrongType,
)
from portal.core.files.sealing import CHUNK, HEADER, MAGIC, OVERHEAD, sealed_size
from portal.core.files.store import WHOLE
from tests.core.files.conftest import CREDENTIALS, MB
from tests.factories.files import EICAR

TEXT = frozenset({"txt"})


def put(store, content=b"Rapport d'audit", filename="rapport.txt", **options):
    return store.put(io.BytesIO(content), filename=filename, allowed=TEXT, **options)


def content(store, blob):
    return b"".join(store.open(blob))


def stored(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=["folder", "bucket"])
def any_store(request, keyring):
    if request.param == "folder":
        return request.getfixturevalue("store")
    return Store(request.getfixturevalue("s3_url"), keyring, max_bytes=20 * MB, credentials=CREDENTIALS)


SIZES = [1, CHUNK, CHUNK + 1, WHOLE + 5 * CHUNK]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_put_comes_back_with_its_hash_size_type_and_name(any_store, size):
    given = (b"0123456789abcde\n" * (size // 16 + 1))[:size]
    blob = put(any_store, given, filename="C:\\audits\\Rapport été.txt")
    assert blob == Blob(blob.key, hashlib.sha256(given).hexdigest(), size, "text/plain", "Rapport été.txt")
    assert content(any_store, blob) == given
    assert any_store.exists(blob.key)


def test_nothing_of_the_content_name_or_hash_shows_in_the_folder(store, folder):
    blob = put(store, b"secret " * 1000, filename="confidentiel.txt")
    everything = b"".join(path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file())
    for known in (b"secret", b"confidentiel", blob.sha256.encode(), bytes.fromhex(blob.sha256)):
        assert known not in everything


def test_the_same_content_is_stored_once_whatever_its_name(store, folder):
    first = put(store, filename="a.txt")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    second = put(store, filename="b.txt")
    assert second == replace(first, filename="b.txt")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
    assert content(store, second) == content(store, first)


def test_another_store_gives_the_same_content_another_address(store, tmp_path):
    other = Store(f"file://{tmp_path}/other", Keyring([Fernet.generate_key().decode()]), max_bytes=MB)
    assert put(store).key != put(other).key
    assert put(store).sha256 == put(other).sha256


def test_the_size_limit_is_enforced_while_the_stream_is_read(store, folder):
    class Endless:
        given = 0

        def read(self, size=-1, /):
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(TooLarge, match="dépasse 2 Mo"):
        store.put(stream, filename="a.txt", allowed=TEXT, max_bytes=2 * MB)
    assert stream.given <= 2 * MB + CHUNK
    assert not folder.exists()


def test_a_form_cannot_raise_the_limit_of_the_store(keyring, tmp_path):
    small = Store(f"file://{tmp_path}/small", keyring, max_bytes=100 * 1024)
    with pytest.raises(TooLarge, match="dépasse 100 ko"):
        put(small, b"x" * 200 * 1024, max_bytes=MB)
    put(small, b"x" * 100 * 1024, max_bytes=MB)


def test_an_empty_file_is_refused(store):
    with pytest.raises(WrongType, match="est vide"):
        put(store, b"")


def test_a_refused_file_leaves_nothing_behind(store, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(WrongType):
        put(store, b"MZ" + bytes(3 * MB))
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "naming.key", "ab/cd/../naming.key", "ab/cd/" + "0" * 64, "/etc/passwd"]
)
def test_a_key_that_is_no_address_opens_nothing(store, key):
    blob = put(store)
    assert not store.exists(key)
    with pytest.raises(Damaged, match="introuvable"):
        store.open(replace(blob, key=key))


def damage(path, change):
    path.write_bytes(change(path.read_bytes()))


START, SEALED = len(MAGIC) + HEADER, CHUNK + OVERHEAD
FIRST, SECOND = slice(START, START + SEALED), slice(START + SEALED, START + 2 * SEALED)
DAMAGES = {
    "altered": lambda raw: raw[:-10] + bytes([raw[-10] ^ 1]) + raw[-9:],
    "cut": lambda raw: raw[:-1],
    "cut between chunks": lambda raw: raw[: START + SEALED],
    "lengthened": lambda raw: raw + b"\0",
    "reordered": lambda raw: raw[:START] + raw[SECOND] + raw[FIRST] + raw[SECOND.stop :],
    "emptied": lambda raw: b"",
    "replaced": lambda raw: b"Rapport",
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_stored_file_that_was_tampered_with_is_never_given_out_whole(store, folder, how):
    given = b"Rapport\n" * (3 * CHUNK // 8)
    blob = put(store, given)
    damage(folder / blob.key, DAMAGES[how])
    received = bytearray()
    with pytest.raises(Damaged, match="altéré"):
        received.extend(chain.from_iterable(store.open(blob)))
    assert len(received) < len(given)
    assert given.startswith(received)


def test_a_missing_file_is_said_at_once(store, folder):
    blob = put(store)
    (folder / blob.key).unlink()
    with pytest.raises(Damaged, match="introuvable"):
        store.open(blob)


def test_a_file_put_in_the_place_of_another_with_its_key_does_not_open(store, folder):
    mine, other = put(store, b"ma preuve"), put(store, b"une autre")
    for suffix in ("", ".key"):
        (folder / f"{mine.key}{suffix}").write_bytes((folder / f"{other.key}{suffix}").read_bytes())
    with pytest.raises(Damaged):
        store.open(mine)


def test_what_the_database_says_of_a_file_is_checked_too(store):
    blob = put(store)
    with pytest.raises(Damaged):
        store.open(replace(blob, sha256="0" * 64))
    with pytest.raises(Damaged):
        store.open(replace(blob, size=blob.size + 1))


def test_an_upload_over_a_damaged_copy_restores_it_and_says_so(store, folder, caplog):
    blob = put(store)
    damage(folder / blob.key, DAMAGES["altered"])
    assert put(store) == blob
    assert content(store, blob) == b"Rapport d'audit"
    assert blob.key in caplog.text


def test_an_upload_after_the_key_of_a_file_was_lost_restores_it(store, folder):
    blob = put(store)
    (folder / f"{blob.key}.key").unlink()
    with pytest.raises(Damaged):
        store.open(blob)
    put(store)
    assert content(store, blob) == b"Rapport d'audit"


def test_an_upload_interrupted_between_key_and_content_can_be_made_again(store, folder):
    blob = put(store)
    (folder / blob.key).unlink()
    put(store)
    assert content(store, blob) == b"Rapport d'audit"


def test_after_a_rotation_the_old_key_is_no_longer_needed(any_store, keyring, request, folder):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    url = f"file://{folder}" if "folder" in request.node.callspec.id else request.getfixturevalue("s3_url")

    def under(*keys):
        return Store(url, Keyring(keys), max_bytes=20 * MB, credentials=CREDENTIALS)

    blobs = [put(under(old), b"preuve %d" % i) for i in range(3)]
    sealed_before = [b"".join(any_store._place.stream(blob.key)) for blob in blobs]
    both = under(new, old)
    assert [content(both, blob) for blob in blobs] == [b"preuve 0", b"preuve 1", b"preuve 2"]
    done = both.rotate()
    assert (done.rewrapped, done.already_current, done.unreadable) == (4, 0, ())  # three files and the naming key
    again = both.rotate()
    assert (again.rewrapped, again.already_current) == (0, 4)
    alone = under(new)
    assert [content(alone, blob) for blob in blobs] == [b"preuve 0", b"preuve 1", b"preuve 2"]
    assert put(alone, b"preuve 0").key == blobs[0].key, "the address does not depend on the master key"
    assert [b"".join(any_store._place.stream(blob.key)) for blob in blobs] == sealed_before
    with pytest.raises(Damaged, match="Aucune clé"):
        under(old).open(blobs[0])


def test_a_rotation_names_what_it_could_not_open_and_goes_on(store, folder, keyring):
    blob, other = put(store, b"un"), put(store, b"deux")
    (folder / f"{blob.key}.key").write_bytes(Keyring([Fernet.generate_key().decode()]).wrap(bytes(32)))
    done = store.rotate()
    assert done.unreadable == (f"{blob.key}.key",)
    assert done.already_current == 2
    assert content(store, other) == b"deux"


def test_the_wrong_keys_are_said_by_the_health_check_and_by_an_upload(store, folder):
    put(store)
    stranger = Store(f"file://{folder}", Keyring([Fernet.generate_key().decode()]), max_bytes=MB)
    assert "n’ouvrent pas le coffre" in str(stranger.trouble())
    with pytest.raises(Unavailable, match="ouvrent pas le coffre"):
        put(stranger)


def test_the_health_check_leaves_nothing_behind(any_store):
    assert any_store.trouble() is None
    assert list(any_store._place.paths()) == ["naming.key"]


def test_the_health_check_of_a_store_that_is_gone_says_so_within_seconds(keyring, tmp_path):
    gone = Store("s3://coffre/x?endpoint=http://127.0.0.1:1", keyring, max_bytes=MB, credentials=CREDENTIALS)
    assert "ne répond pas" in str(gone.trouble())
    (tmp_path / "file").write_text("")
    assert Store(f"file://{tmp_path}/file", keyring, max_bytes=MB).trouble() is not None


@pytest.mark.parametrize("size", [30_000, WHOLE + CHUNK])
def test_uploads_of_the_same_content_at_once_all_succeed_and_stay_readable(any_store, keyring, size):
    given = b"x" * size
    barrier = threading.Barrier(6)

    def upload(number):
        barrier.wait(20)
        return put(any_store, given, filename=f"{number}.txt")

    with ThreadPoolExecutor(6) as pool:
        blobs = list(pool.map(upload, range(6)))
    assert len({blob.key for blob in blobs}) == 1
    assert all(content(any_store, blob) == given for blob in blobs)
    assert set(any_store._place.paths()) == {"naming.key", blobs[0].key, f"{blobs[0].key}.key"}


PROCESS = """
import io, json, sys
from portal.core.files import Keyring, Store
url, key = sys.argv[1:]
store = Store(url, Keyring([key]), max_bytes=10**8)
print("ready", flush=True)
sys.stdin.readline()
blobs = [store.put(io.BytesIO(b"%d " % i * 3000), filename="a.txt", allowed={"txt"}) for i in range(40)]
print(json.dumps([blob.key for blob in blobs]), flush=True)
"""


def test_two_processes_that_meet_an_empty_store_agree_on_its_keys(folder):
    key = Fernet.generate_key().decode()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, f"file://{folder}", key],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    keys = [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    assert keys[0] == keys[1]
    store = Store(f"file://{folder}", Keyring([key]), max_bytes=MB)
    for i in range(40):
        blob = put(store, b"%d " % i * 3000)
        assert blob.key == keys[0][i]
        assert content(store, blob) == b"%d " % i * 3000
    assert store.rotate().already_current == 41


def test_an_infected_file_is_not_kept(store, clamd, folder):
    with pytest.raises(Infected, match="Eicar"):
        put(store, EICAR, scanner=Scanner(clamd["tcp"]))
    assert not folder.exists()
    put(store, scanner=Scanner(clamd["tcp"]))


def test_without_the_antivirus_that_is_configured_nothing_is_kept(store, folder):
    with pytest.raises(Unscanned):
        put(store, scanner=Scanner("tcp://127.0.0.1:1"))
    assert not folder.exists()


def test_a_name_that_promises_another_type_costs_no_reading(store):
    class Untouchable:
        def read(self, size=-1, /):
            raise AssertionError("read")

    with pytest.raises(Refused):
        store.put(Untouchable(), filename="a.exe", allowed=TEXT)


MEMORY = """
import json, sys
from pathlib import Path
from portal.core.files import Keyring, Store

class Upload:
    left = 100 * 1024 * 1024
    def read(self, size=-1, /):
        size = min(size, self.left)
        self.left -= size
        return b"x" * size

url, key, credentials = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
store = Store(url, Keyring([key]), max_bytes=200 * 1024 * 1024, credentials=credentials)
store.trouble()
def peak():  # not ru_maxrss, which begins at what the parent had reached
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024

before = peak()
blob = store.put(Upload(), filename="a.txt", allowed={"txt"})
written = peak()
size = sum(map(len, store.open(blob)))
read = peak()
store.put(Upload(), filename="a.txt", allowed={"txt"})
print(json.dumps({"size": size, "written": written - before, "read": read - before, "again": peak() - before}))
"""


@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_a_hundred_megabytes_cost_a_few_megabytes_of_memory(where, request, folder):
    url = f"file://{folder}" if where == "folder" else request.getfixturevalue("s3_url")
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, url, Fernet.generate_key().decode(), json.dumps(CREDENTIALS)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    grown = json.loads(done.stdout)
    assert grown["size"] == 100 * MB
    assert max(grown["written"], grown["read"], grown["again"]) < 32, grown
    if where == "folder":
        assert sealed_size(100 * MB) in {path.stat().st_size for path in folder.rglob("*")}


def test_a_file_destroyed_opens_for_nobody_and_can_be_handed_in_again(any_store):
    blob = put(any_store)
    assert any_store.destroy(blob.key)
    assert not any_store.exists(blob.key)
    assert not any_store.destroy(blob.key)
    assert not any_store.destroy("../naming.key")
    with pytest.raises(Damaged):
        content(any_store, blob)
    assert content(any_store, put(any_store)) == b"Rapport d'audit"
