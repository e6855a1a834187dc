"""Templates already compiled, kept on disk from one application and one run of the suite to the next.

In `var/cache/templates`: the name of the folder says Jinja, Python, and the code that decides how templates are read;
Jinja itself compares the text of each template before it takes what was made of it.
"""

import hashlib
import shutil
import sys
from importlib import metadata
from pathlib import Path

import flask
from jinja2 import Environment, FileSystemBytecodeCache

from portal.core.config import ROOT

FOLDER = ROOT / "var" / "cache" / "templates"


def edition() -> Path:
    """Where the templates of this code are kept; those of older code are removed."""
    found = hashlib.sha256(sys.version.encode() + (ROOT / "portal" / "app.py").read_bytes())
    for package in ("jinja2", "flask", "flask-babel"):
        found.update(metadata.version(package).encode())
    return FOLDER / found.hexdigest()[:24]


def forget_other_editions() -> None:
    """Remove what older code made."""
    for folder in FOLDER.glob("*"):
        if folder != edition():
            shutil.rmtree(folder, ignore_errors=True)


def keeping(app: flask.Flask) -> Environment:
    """The environment of an application, whose templates are taken from the folder."""
    folder = edition()
    folder.mkdir(parents=True, exist_ok=True)
    made = _really(app)
    made.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return made


_really = flask.Flask.create_jinja_environment
