import os
import stat
import subprocess
import sys

import pytest

from portal.core.errors import ConfigurationError
from portal.core.files.places import PART, Place
from portal.core.files.refusals import Unavailable
from tests.core.files.conftest import CREDENTIALS


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path):
    if request.param == "folder":
        return Place(f"file://{tmp_path}/un dossier/files".replace(" ", "%20"), {})
    return Place(request.getfixturevalue("s3_url"), CREDENTIALS)


def parts(letter, count=2):
    return (letter * PART for _ in range(count))


def content(place, path):
    return b"".join(place.stream(path))


def test_an_object_is_created_once_and_never_replaced(place):
    assert place.create("ab/x", b"first")
    assert not place.create("ab/x", b"second")
    assert place.read("ab/x") == b"first"


def test_a_large_object_is_created_once_and_leaves_no_draft(place):
    assert place.create_streamed("ab/x", parts(b"1"))
    assert not place.create_streamed("ab/x", parts(b"2"))
    assert content(place, "ab/x") == b"1" * 2 * PART
    assert list(place.paths()) == ["ab/x"]


def test_a_stream_that_breaks_writes_nothing(place):
    def breaking():
        yield b"1" * PART
        raise ValueError("the sender hung up")

    with pytest.raises(ValueError, match="hung up"):
        place.create_streamed("ab/x", breaking())
    assert list(place.paths()) == []


def test_what_is_absent_is_none_and_not_an_error(place):
    assert place.read("nowhere") is None
    assert place.stream("nowhere") is None
    assert not place.exists("nowhere")


def test_an_object_can_be_replaced_on_purpose_and_removed(place):
    place.create("x", b"1")
    place.replace("x", b"2")
    assert place.read("x") == b"2"
    place.replace("x", iter([b"3", b"4"]))
    assert place.read("x") == b"34"
    place.remove("x")
    assert not place.exists("x")


@pytest.mark.parametrize("path", ["../x", "a/../../x", "a//x"])
def test_no_path_leads_out_of_the_place(place, path):
    with pytest.raises((ValueError, Unavailable)):
        place.create(path, b"x")


def test_a_folder_is_made_for_its_owner_only(tmp_path):
    Place(f"file://{tmp_path}/files", {}).create("x", b"1")
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


def test_nothing_is_touched_before_the_first_use(tmp_path):
    Place(f"file://{tmp_path}/files", {})
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize(
    "url", ["", "files", "file:files", "file://", "file://host/x", "s3://", "ftp://x/y", "s3://b/?endpoitn=x"]
)
def test_an_address_that_is_none_is_a_fault_of_configuration(url):
    with pytest.raises(ConfigurationError, match="VIGIE_FILES_URL"):
        Place(url, {})


def test_a_bucket_that_is_not_there_or_not_ours_is_unavailable(s3_server):
    elsewhere = Place(f"s3://pas-de-seau/x?endpoint={s3_server}", CREDENTIALS)
    with pytest.raises(Unavailable):
        elsewhere.create("x", b"1")
    dead = Place("s3://coffre-vigie/x?endpoint=http://127.0.0.1:1", CREDENTIALS, patient=False)
    with pytest.raises(Unavailable):
        dead.read("x")


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        Place(f"file://{tmp_path}/file", {}).create("x", b"1")


def test_the_endpoint_may_come_from_the_usual_variables(s3_server):
    place = Place("s3://coffre-vigie/env", {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_server, "AWS_PROFILE": "ignored"})
    assert place.create(f"x{os.getpid()}", b"1")


FORKED = """
import os, sys
from portal.core.files.places import Place
place = Place("file://" + sys.argv[1], {})
if sys.argv[2] == "used":
    place.exists("x")
child = os.fork()
if child == 0:
    try:
        place.create("x", b"1")
    except RuntimeError as failure:
        print(failure, flush=True)
        os._exit(3)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize(("before", "status"), [("used", 3), ("untouched", 0)])
def test_a_child_of_a_process_that_used_it_says_so_rather_than_wait_for_ever(tmp_path, before, status):
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(tmp_path), before], timeout=30, check=False, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    assert ("forked" in done.stdout) == (status == 3)
