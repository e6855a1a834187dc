"""The key that chains the journal, from the secrets of this process: apart from the database."""

from base64 import urlsafe_b64decode

from portal.core import process
from portal.journal.rules import ChainKey


def chain_key() -> ChainKey:
    """The key of the chain; raises NotPrepared."""
    return ChainKey(urlsafe_b64decode(process.settings().secrets.journal))
