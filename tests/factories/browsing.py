"""What a vendor's browser sends: a file, one answer from the page's script."""

import io
import re
from typing import Any

from werkzeug.test import TestResponse

from tests.factories.spaces import Space
from tests.pages import Page, PageClient


def section(space: Space, key: str) -> str:
    return f"/espace/audits/{space.audit.id}/sections/{key}"


def upload(client: PageClient, path: str, content: bytes, name: str = "registre.pdf", **more: Any) -> TestResponse:
    """Post a file as a browser does."""
    token = client.csrf("/espace/")
    return client.client.post(
        path,
        data={"csrf_token": token, "file": (io.BytesIO(content), name), **more},
        content_type="multipart/form-data",
    )


def autosave(
    client: PageClient, space: Space, key: str, fields: dict[str, Any], *, token: str | None = None
) -> TestResponse:
    """Post one answer as the page's script does."""
    return client.client.post(
        f"/espace/audits/{space.audit.id}/reponses/{key}",
        data={"csrf_token": token or client.csrf("/espace/"), **fields},
        headers={"Accept": "application/json"},
    )


def base_of(found: Page, key: str) -> str:
    """The version and mark that a page carries for an answer."""
    (value,) = found.all(f"//input[@name='{key}:base']/@value")
    assert re.fullmatch(r"\d+\.[0-9a-f]{16}", value)
    return str(value)
