"""The addresses of landings: the one place where the names kept in mails and rows become paths of the portal."""

from collections.abc import Mapping

import structlog
from flask import Flask, current_app
from werkzeug.routing import BuildError

from portal.core.landing import Landing
from portal.jobs import mail

RENAMED: Mapping[str, str] = {}
"""Endpoints that rows of an earlier version may name, each with its name of today."""
HOME = "/"
log = structlog.get_logger()


def install(app: Flask) -> None:
    """Have mails find their addresses in this application."""
    mail.find_addresses_with(lambda landing: path_in(app, landing))


def path_of(landing: Landing) -> str:
    """The path of a landing in the application of this request."""
    return path_in(current_app, landing)


def path_in(app: Flask, landing: Landing) -> str:
    """The path of a landing; the home page, with an error in the log, for a page that is no longer there."""
    if landing.is_path:
        return landing.endpoint
    endpoint = RENAMED.get(landing.endpoint, landing.endpoint)
    try:
        return app.url_map.bind("localhost").build(endpoint, dict(landing.arguments))
    except (BuildError, ValueError):
        log.error("landing unknown", endpoint=landing.endpoint, arguments=[name for name, _ in landing.arguments])
        return HOME
