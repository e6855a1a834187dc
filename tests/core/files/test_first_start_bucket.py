from portal.core import first_start
from portal.core.files import Place
from tests.core.files.conftest import CREDENTIALS


def test_a_bucket_is_looked_into_by_another_process(s3_url):
    assert list(first_start.store_troubles(s3_url, CREDENTIALS)) == []
    Place(s3_url, CREDENTIALS).create("aa/bb/aabb", b"x")
    assert "a déjà des fichiers" in next(first_start.store_troubles(s3_url, CREDENTIALS))


def test_a_bucket_that_does_not_answer_is_not_taken_for_an_empty_one():
    told = first_start.store_troubles("s3://coffre/x?endpoint=http://127.0.0.1:1", CREDENTIALS)
    assert "ne répond pas" in next(told)
