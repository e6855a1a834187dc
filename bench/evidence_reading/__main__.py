"""`python -m bench.evidence_reading [shown|held|other] [-v]`: fields and passages right on documents of our own."""

import sys
import time
from collections import Counter

from bench.evidence_reading.judging import FIELDS, LISTS, judge, page_of
from bench.evidence_reading.layout import as_docx, written
from bench.evidence_reading.other_hand import other_documents, score
from bench.evidence_reading.printing import as_pdf
from portal.documents_in.reader import read_document
from portal.evidence.reading.document_reading import read_evidence


def main() -> None:
    """Print the shares, and with -v every miss."""
    which, loud = next((a for a in sys.argv[1:] if a[0] != "-"), "shown"), "-v" in sys.argv
    if which == "other":
        _other(loud=loud)
        return
    values: Counter[str] = Counter()
    passages: Counter[str] = Counter()
    count, slowest = 0, 0.0
    for document in written(which):
        page = page_of(document["body"])
        for ending, lay in (("pdf", as_pdf), ("docx", as_docx)):
            data = lay(document["body"])
            begun = time.process_time()
            found = read_evidence(read_document(data, f"{document['id']}.{ending}")).as_json()
            slowest = max(slowest, time.process_time() - begun)
            count += 1
            for name, right, quoted in judge(document["expected"], found, page):
                values[name] += right
                passages[name] += quoted
                if loud and not (right and quoted):
                    print(f"{document['id']}.{ending} {name}: {document['expected'].get(name)} / {found[name]}")
    for name in (*FIELDS, *LISTS):
        print(f"{name:12} value {values[name]}/{count}  passage {passages[name]}/{count}")
    total = count * (len(FIELDS) + len(LISTS))
    print(
        f"fields right {values.total()}/{total}  passages right {passages.total()}/{total}  slowest {slowest:.2f} s CPU"
    )


def _other(*, loud: bool) -> None:
    """Print the shares on the documents written by another hand."""
    values: Counter[tuple[str, bool]] = Counter()
    passages: Counter[bool] = Counter()
    for document in other_documents():
        found = read_evidence(read_document(document.data, document.file_name)).as_json()
        for name, right, quoted in score(document.expected, found):
            values[name, right] += 1
            passages.update(quoted)
            if loud and not (right and all(quoted)):
                print(f"{document.file_name} {name}: {document.expected.get(name)} / {found[name]}")
    for name in (*FIELDS, *LISTS):
        print(f"{name:12} value {values[name, True]}/{values[name, True] + values[name, False]}")
    good = sum(count for (_, held), count in values.items() if held)
    print(f"fields right {good}/{values.total()}  passages right {passages[True]}/{passages.total()}")


main()
