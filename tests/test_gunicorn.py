import runpy
from pathlib import Path

from gunicorn.config import KNOWN_SETTINGS

WRITTEN = runpy.run_path(str(Path(__file__).resolve().parents[1] / "gunicorn.conf.py"))


def test_every_setting_of_the_server_is_one_that_it_knows():
    names = {name for name in WRITTEN if not name.startswith("__")} - {"configure_mappers", "bind_address", "Any"}
    assert names <= {setting.name for setting in KNOWN_SETTINGS}


def test_workers_are_forked_from_one_that_has_loaded_the_application():
    assert WRITTEN["preload_app"] is True
    assert WRITTEN["control_socket_disable"] is True, "else two portals of one account would share ~/.gunicorn"
