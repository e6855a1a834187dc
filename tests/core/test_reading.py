"""A file that would take all the time or memory stops its reading and nothing else."""

import io
import pickle

import pytest

from portal.core.documents.printing import PrintingError
from portal.core.files import TooLarge
from portal.core.reading import ChildReader, NotRead, _ReadResult
from portal.core.reading_child import PROCESSOR_SECONDS

READER = "tests.factories.hostile_reader"


@pytest.fixture(scope="module")
def reader():
    made = ChildReader(READER, 30)
    yield made
    made.stop()


def test_what_is_read_comes_back_and_what_is_refused_keeps_its_kind_and_its_values(reader):
    assert reader.read("length", b"abc") == 3
    with pytest.raises(TooLarge) as refused:
        reader.read("refuse", 20)
    assert refused.value.sentence.values == {"limit": 20}


@pytest.mark.parametrize("ending", ["fill_memory", "die"])
def test_a_reading_that_is_stopped_is_said_so_and_the_next_file_is_read(reader, ending):
    with pytest.raises(NotRead, match="demandait trop de temps ou de mémoire"):
        reader.read(ending)
    assert reader.read("length", b"abcd") == 4


def test_each_file_has_its_own_processor_time_and_may_write_nothing(reader, tmp_path):
    for _file in range(3):
        assert PROCESSOR_SECONDS - 2 < reader.read("processor_left") <= PROCESSOR_SECONDS + 1
    with pytest.raises(PrintingError, match="OSError"):
        reader.read("write", str(tmp_path / "elsewhere"))


@pytest.mark.parametrize("called", ["os.system", "builtins.eval", "portal.core.reading.ChildReader", "pathlib.Path"])
def test_a_child_that_was_taken_over_calls_nothing_here(called):
    """An answer may name any function to be called as it is read: it is refused whatever it names but our records."""
    module, _, name = called.rpartition(".")
    answer = f"c{module}\n{name}\n(S'true'\ntR.".encode()
    with pytest.raises(pickle.UnpicklingError, match="no value of a reading"):
        _ReadResult(io.BytesIO(answer)).load()


@pytest.mark.faults
def test_a_reading_that_never_ends_is_ended():
    impatient = ChildReader(READER, 10)
    with pytest.raises(NotRead):
        impatient.read("never_end")
    assert impatient.read("length", b"a") == 1
    impatient.stop()
