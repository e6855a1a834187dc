"""The organisation's seal on a PDF: it says who issued these bytes, and that not one of them changed since.

One seal, one key. Nothing here knows what is sealed. Other modules import what is named here.
"""

from portal.core.seal.found import FoundSeal, SealState
from portal.core.seal.key import NoSealKey, SealKey, SealKeyExists, make_seal_key, read_seal_key
from portal.core.seal.sealing import NotSealed, read_seals, seal_pdf
from portal.core.seal.statements import is_signed, public_key, sign_statement
from portal.core.seal.timestamping import take_timestamp

__all__ = [
    "FoundSeal",
    "NoSealKey",
    "NotSealed",
    "SealKey",
    "SealKeyExists",
    "SealState",
    "is_signed",
    "make_seal_key",
    "public_key",
    "read_seal_key",
    "read_seals",
    "seal_pdf",
    "sign_statement",
    "take_timestamp",
]
