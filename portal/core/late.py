"""Modules that are loaded when they are first used and not when the portal starts: all of them are declared here.

A web process needs few of them, a command fewer; each costs time at every start and memory for as long as the process
lives. Everything else is imported at the head of its file.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

LATE: Mapping[str, str] = {
    "authlib.integrations.requests_client": "the identity provider is asked",
    "authlib.oidc.core.util": "the identity provider has answered",
    "cryptography.fernet": "a file or a second factor is opened or sealed",
    "cryptography.hazmat.primitives.ciphers.aead": "the journal names somebody",
    "charset_normalizer": "a table handed in is not Unicode",
    "filetype": "the kind of a file is recognised",
    "imaplib": "a mailbox is read",
    "icalendar": "a calendar is written",
    "joserfc.errors": "the identity provider has answered",
    "joserfc.jwk": "the identity provider has answered",
    "joserfc.jwt": "the identity provider has answered",
    "lxml.etree": "a picture, a page or a package of XML is read",
    "obstore": "a file is read or kept",
    "obstore.exceptions": "the place of files refuses something",
    "obstore.store": "the place of files is opened",
    "pyotp": "a second factor is drawn or checked",
    "requests": "the identity provider is asked",
    "segno": "a second factor is enrolled",
    "smtplib": "a message is handed to a server",
    "stdnum.eu.vat": "a VAT number is checked",
    "stdnum.exceptions": "a VAT number is checked",
    "stdnum.iso7064.mod_97_10": "a legal entity identifier is checked",
    "stdnum.luhn": "a SIREN or a SIRET is checked",
    "webauthn": "a passkey is made or shown",
    "webauthn.helpers": "a passkey is made or shown",
    "webauthn.helpers.exceptions": "a passkey is refused",
    "webauthn.helpers.structs": "a passkey is asked for",
    "yaml": "a questionnaire of another tool is read",
    "zxcvbn": "a password is chosen",
    "prometheus_client": "requests are counted for whoever asks for figures",
    "prometheus_client.core": "the state of the portal is told in figures",
    "prometheus_client.multiprocess": "the figures of several processes are put together",
    "portal.cli": "a command is given",
    "portal.answer_book.cli": "a command is given",
    "portal.audits.cli": "a command is given",
    "portal.authority.cli": "a command is given",
    "portal.campaigns.cli": "a command is given",
    "portal.chain.cli": "a command is given",
    "portal.consumer_law.cli": "a command is given",
    "portal.contracts.clauses_cli": "a command is given",
    "portal.contracts.cli": "a command is given",
    "portal.dashboard.cli": "a command is given",
    "portal.dora.cli": "a command is given",
    "portal.evidence.cli": "a command is given",
    "portal.identity.cli": "a command is given",
    "portal.journal.cli": "a command is given",
    "portal.operations.jobs_cli": "a command is given",
    "portal.operations.files_cli": "a command is given",
    "portal.operations.seal_cli": "a command is given",
    "portal.operations.backup_cli": "a command is given",
    "portal.operations.database_cli": "a command is given",
    "portal.operations.doctor_cli": "a command is given",
    "portal.paper.cli": "a command is given",
    "portal.privacy.cli": "a command is given",
    "portal.processing.cli": "a command is given",
    "portal.published_terms.cli": "a command is given",
    "portal.questionnaires.cli": "a command is given",
    "portal.scorecards.cli": "a command is given",
    "portal.vendors.cli": "a command is given",
    "portal.paper.check_cli": "a contract is checked by a command",
    "portal.core.documents.docx": "a register is written as DOCX by a page",
    "portal.core.first_start": "there are no keys yet, which is once in a portal's life",
    "portal.core.migrating": "the tables are made or changed",
    "portal.core.seal.certificate": "a key is made for the seal",
    "portal.core.seal.statement_signing": "the head of the journal is signed, or a proof is checked",
    "portal.core.spreadsheets.xlsx_form_writing": "a workbook to fill in is written",
    "portal.core.spreadsheets.xlsx_reading": "a workbook is read",
    "portal.core.spreadsheets.xlsx_writing": "a workbook is written",
    "portal.documents_in.reader": "a document handed in is read",
    "portal.paper.rules.checking": "a contract is checked",
    "portal.evidence.reading.document_reading": "a command reads a proof",
    "portal.evidence.reading.stored_reading": "a vendor hands in a proof",
    "portal.identity.bounded_http": "the identity provider is asked",
    "portal.jobs.distributed": "jobs are carried by PostgreSQL",
    "portal.operations.backups": "a backup is made, checked or restored",
    "portal.operations.database_moves": "the portal moves to another database",
    "portal.processing.ods_files": "a register is written or read as OpenDocument",
    "portal.jobs.embedded": "jobs are carried by the portal's own worker",
}
"""Modules by name, with what loads them. A file asks for one under the name that a type checker sees:

    if TYPE_CHECKING:
        from lxml import etree
    else:
        etree = late("lxml.etree")
"""


class LateModule:
    """Stands for a module until one of its names is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, wanted: str) -> Any:
        """The module's own, loaded if it was not."""
        return getattr(import_module(self._name), wanted)


def late(name: str) -> Any:
    """A declared module, loaded when one of its names is first asked for; raises KeyError for any other.

    >>> late("pyotp").TOTP.__name__
    'TOTP'
    """
    if name not in LATE:
        raise KeyError(f"{name} is not declared in {__name__}")
    return LateModule(name)


def load(name: str) -> ModuleType:
    """A declared module, loaded now; raises KeyError for any other."""
    if name not in LATE:
        raise KeyError(f"{name} is not declared in {__name__}")
    return import_module(name)


@contextmanager
def hidden(name: str) -> Iterator[None]:
    """Have what is imported meanwhile do without a library that it takes for its comfort when it is installed."""
    missing = object()
    found = sys.modules.get(name, missing)
    sys.modules[name] = None  # type: ignore[assignment] # Python's own way to say that an import is to fail
    try:
        yield
    finally:
        if found is missing:
            del sys.modules[name]
        else:
            sys.modules[name] = found  # type: ignore[assignment]
