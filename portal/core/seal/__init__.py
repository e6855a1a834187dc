"""The organisation's seal on a PDF: it says who issued these bytes, and that not one of them changed since.

One seal, one key. Nothing here knows what is sealed. Other modules import what is named here.
"""

from portal.core.seal.found import FoundSeal, SealState
from portal.core.seal.key import NoSealKey, SealKey, SealKeyExists, make_seal_key, read_seal_key
from portal.core.seal.sealing import NotSealed, read_seals, seal_pdf

__all__ = [
    "FoundSeal",
    "NoSealKey",
    "NotSealed",
    "SealKey",
    "SealKeyExists",
    "SealState",
    "make_seal_key",
    "read_seal_key",
    "read_seals",
    "seal_pdf",
]
