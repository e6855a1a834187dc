"""The same documents as PDF."""

from html import escape, unescape
from itertools import groupby

from weasyprint import HTML

from bench.evidence_reading.layout import marked_lines, row_cells

STYLE = """
@page { size: A4; margin: 22mm 20mm; @top-left { content: "%s"; font: 8pt sans-serif } }
body { font: 10.5pt serif } h1 { font-size: 19pt } h2 { font-size: 13pt }
table { border-collapse: collapse; width: 100% } td { border: 0.5pt solid black; padding: 3pt 5pt }
.small { font-size: 7pt } .break { break-after: page }
"""


def as_pdf(body: str) -> bytes:
    """The document as a PDF."""
    header, parts = "", []
    for mark, lines in groupby(marked_lines(body), key=lambda line: line[0]):
        texts = [escape(text) for _, text in lines]
        if mark == ">":
            header = unescape(" ".join(texts)).replace('"', "'")
        elif mark == "|":
            rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row_cells(text)) + "</tr>" for text in texts)
            parts.append(f"<table>{rows}</table>")
        elif mark == "-":
            parts.append("<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>")
        else:
            tag = {"#": "<h1>{}</h1>", "##": "<h2>{}</h2>", "^": '<p class="small">{}</p>', "**": "<p><b>{}</b></p>"}
            parts.extend(
                tag.get(mark, "<p>{}</p>").format(text) if mark != "=====" else '<p class="break"></p>'
                for text in texts
            )
    page = f"<style>{STYLE.replace('%s', header)}</style><body>{''.join(parts)}</body>"
    printed: bytes = HTML(string=page).write_pdf()
    return printed
