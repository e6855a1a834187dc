"""What tests of decoys share: a portal that receives the mail of a domain, and a batch handed over."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core import process
from portal.decoys import services
from portal.decoys.services import BatchSheet
from tests.factories.world import vendor_of

DOMAIN = "courrier.example"
PLANTED = date(2026, 9, 1)


@pytest.fixture
def domain(app, monkeypatch):
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), decoys_domain=DOMAIN)])
    return DOMAIN


@pytest.fixture
def batch_of(ctx, domain):
    """`batch_of(vendor, number=3)` invents people and hands them over."""

    def make(vendor=None, *, number=3, name="Fichier clients", service=None, planted=PLANTED):
        vendor = vendor or vendor_of(ctx.session, name="Acme", website="https://www.acme.fr")
        made = services.make_batch(ctx, vendor, BatchSheet(name, service and service.id, number))
        if planted is not None:
            services.note_planted(ctx, made, planted)
        return made

    return make
