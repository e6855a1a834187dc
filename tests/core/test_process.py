import pytest

from portal.core import process
from portal.core.errors import ConfigurationError
from tests.conftest import settings_for


@pytest.fixture
def unprepared(monkeypatch):
    monkeypatch.setattr(process, "_settings", [])
    monkeypatch.setattr(process, "_store", [])


def test_a_process_that_nobody_prepared_says_so(unprepared):
    for asked in (process.settings, process.store, process.scanner):
        with pytest.raises(process.NotPrepared):
            asked()


def test_preparing_remembers_the_settings_and_touches_no_disk(unprepared, tmp_path):
    settings = settings_for(tmp_path / "data", "sqlite://")
    before = sorted(tmp_path.rglob("*"))
    process.prepare(settings)
    assert process.settings() is settings
    assert process.store() is process.store()
    assert process.scanner() is None
    assert sorted(tmp_path.rglob("*")) == before


def test_preparing_again_replaces_what_was_told(unprepared, tmp_path):
    process.prepare(settings_for(tmp_path, "sqlite://", organisation="Une"))
    first = process.store()
    process.prepare(settings_for(tmp_path, "sqlite://", organisation="Deux", clamd_url="tcp://127.0.0.1:3310"))
    assert process.settings().organisation == "Deux"
    assert process.store() is not first
    assert process.scanner() is not None


def test_a_place_for_files_that_means_nothing_is_refused_at_start(unprepared, tmp_path):
    with pytest.raises(ConfigurationError, match="VIGIE_FILES_URL"):
        process.prepare(settings_for(tmp_path, "sqlite://", files_url="ftp://exemple.test/x"))


def test_an_antivirus_address_that_means_nothing_is_refused_at_start(unprepared, tmp_path):
    with pytest.raises(ConfigurationError, match="VIGIE_CLAMD_URL"):
        process.prepare(settings_for(tmp_path, "sqlite://", clamd_url="clamd"))
