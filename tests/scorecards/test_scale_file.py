import hashlib
import shutil

import pytest

from portal.core.config import ROOT
from portal.scorecards import scale_file

SHIPPED = ROOT / "questionnaires"


def test_the_shipped_scale_is_sound_and_known_by_its_hash():
    read = scale_file.read_scale(SHIPPED)
    assert [grade.key for grade in read.scale.grades] == list("ABCDE")
    assert read.sha256 == hashlib.sha256((SHIPPED / "bareme.toml").read_bytes()).hexdigest()


def test_a_process_reads_it_once():
    assert scale_file.read_scale(SHIPPED) is scale_file.read_scale(SHIPPED)


def test_a_defective_scale_stops_and_names_every_defect(tmp_path):
    shutil.copy(SHIPPED / "bareme.toml", tmp_path)
    path = tmp_path / "bareme.toml"
    path.write_text(
        path.read_text().replace("critical_cap = 0.5", "critical_cap = 5").replace("declared = 0.6", "declared = 2")
    )
    with pytest.raises(ValueError, match="critical_cap") as caught:
        scale_file.read_scale(tmp_path)
    assert "evidence" in str(caught.value)


def test_a_missing_scale_says_which_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"bareme\.toml"):
        scale_file.read_scale(tmp_path)
