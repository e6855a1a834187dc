"""What a seal costs, beside pyHanko left as it comes on the same file in the same process."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bench.limits import Limits
from bench.measure import Report, cpu
from bench.paper import longer
from portal.core.clock import now
from portal.core.documents.pdf import render_pdf
from portal.core.documents.tree import Document, Paragraph, Text
from portal.core.language import Language
from portal.core.seal import make_seal_key, sealing_child

TIMES_ALONE = 1.2


def sealing(report: Report, _limits: Limits | None = None) -> None:
    """A printed document of a few pages, sealed."""
    pdf = render_pdf(longer(Document("Accord", Language.FR, (Paragraph((Text("Un an, renouvelable. " * 40),)),)), 20))
    with TemporaryDirectory() as folder:
        key = make_seal_key(Path(folder) / "seal.json", "Maison Verdier", at=now())
    private, certificate = key.private, key.certificates[0]
    signer = SimpleSigner(
        x509.Certificate.load(sealing_child._der(certificate)),
        keys.PrivateKeyInfo.load(sealing_child._der(private)),
        SimpleCertificateStore(),
    )

    def alone() -> object:
        return sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), PdfSignatureMetadata(field_name="Signature"), signer)

    least = cpu(alone)
    ours = cpu(lambda: sealing_child.seal(pdf, private, certificate, None))
    report.add("seal: one PDF", ours / least, "times pyHanko alone", TIMES_ALONE, f"{least:.0f} ms alone")
