"""Adds the seal to a PDF (PAdES B-B, or B-T with a timestamp), by pyHanko, and asks for timestamps; loaded in a child
process alone.

pyHanko as it comes breaks what our files promise: it writes their metadata again (PDF/A-3) and shows a field outside
of what is read aloud (PDF/UA-1). The field here is out of the page, and the metadata are left as they are.
"""

import hashlib
import secrets
from io import BytesIO

import requests
from asn1crypto import keys, pem, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

TIMESTAMP_SECONDS = 8
"""What a server of timestamps is given to answer one request."""
LARGEST_TIMESTAMP = 100_000
"""Bytes of an answer: a few thousand with its certificates."""
FIELD = "Seal"
READ_ALOUD = "Cachet électronique / Electronic seal"
TIMESTAMPED, PLAIN = b"\1", b"\0"
"""The first byte of the answer: whether a timestamp is in the seal."""


class AlreadySealed(Exception):
    """The file has a seal or a signature; its name is what the parent is told."""


class _SealWriter(IncrementalPdfFileWriter):
    """Adds to a file and leaves its metadata alone."""

    def _update_meta(self) -> None:
        pass


def seal(pdf: bytes, private: str, certificate: str, timestamps_from: str | None) -> bytes:
    """The sealed file after one byte that says whether it has a timestamp; raises what the libraries raise."""
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(_der(certificate)),
        signing_key=keys.PrivateKeyInfo.load(_der(private)),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    if timestamps_from:
        try:
            return TIMESTAMPED + _sealed(pdf, signer, HTTPTimeStamper(timestamps_from, timeout=TIMESTAMP_SECONDS))
        except AlreadySealed:
            raise
        except Exception:  # noqa: S110 - whatever the server did; a fault of the file is met again just below
            pass
    return PLAIN + _sealed(pdf, signer, None)


class NoTimestamp(Exception):
    """What the server answered is no timestamp of what was asked."""


def timestamp(statement: bytes, url: str) -> bytes:
    """When a server says it saw a statement (ISO 8601, a line), then its answer; raises what the libraries raise."""
    imprint, nonce = hashlib.sha256(statement).digest(), secrets.randbits(63)
    asked = tsp.TimeStampReq(
        {
            "version": 1, "nonce": nonce, "cert_req": True,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": imprint},
        }
    )  # fmt: skip
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    with requests.post(
        url, asked.dump(), headers=headers, timeout=TIMESTAMP_SECONDS, stream=True, allow_redirects=False
    ) as answer:
        if answer.status_code != requests.codes.ok:
            raise NoTimestamp(f"{answer.status_code}")
        response = bytes(answer.raw.read(LARGEST_TIMESTAMP + 1, decode_content=True))
    if len(response) > LARGEST_TIMESTAMP:
        raise NoTimestamp("too long")
    found = tsp.TimeStampResp.load(response, strict=True)
    if found["status"]["status"].native not in {"granted", "granted_with_mods"}:
        raise NoTimestamp(str(found["status"]["status"].native))
    said = found["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    of_us = said["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    if not of_us or said["message_imprint"]["hashed_message"].native != imprint or said["nonce"].native != nonce:
        raise NoTimestamp("of something else")
    return f"{said['gen_time'].native.isoformat()}\n".encode("ascii") + response


def _sealed(pdf: bytes, signer: SimpleSigner, timestamper: TimeStamper | None) -> bytes:
    field = SigFieldSpec(
        sig_field_name=FIELD,
        readable_field_name=READ_ALOUD,
        invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True),
    )
    meta = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    sealing = PdfSigner(meta, signer, timestamper=timestamper, new_field_spec=field)
    writer = _SealWriter(BytesIO(pdf))
    if writer.prev.embedded_signatures:
        raise AlreadySealed
    written = sealing.sign_pdf(writer)
    return bytes(written.getbuffer())


def _der(text: str) -> bytes:
    return bytes(pem.unarmor(text.encode())[2])
