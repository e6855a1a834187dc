"""What is declared of personal data, and a text once somebody is erased from it. Nothing here reads a row."""

from portal.privacy.rules.declaration import (
    PURE_ERASURES,
    Declaration,
    DeclaredTable,
    Fate,
    faults_of,
    read_declaration,
)
from portal.privacy.rules.naming import SoughtPerson, names_in, replaced

__all__ = [
    "PURE_ERASURES",
    "Declaration",
    "DeclaredTable",
    "Fate",
    "SoughtPerson",
    "faults_of",
    "names_in",
    "read_declaration",
    "replaced",
]
