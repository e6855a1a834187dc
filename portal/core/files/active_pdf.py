"""PDF files looked into object by object, by qpdf (pikepdf); run in the child alone.

Every object is read, in object streams as elsewhere, reachable or not; qpdf has undone what a name may hide behind
(« /J#61vaScript ») and opened what is encrypted without a password. Actions: ISO 32000-2, 12.6.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, cast

import pikepdf

from portal.core.expressions import expression
from portal.core.files.active import ActiveFoundError, ActiveKind, Embedded, EmbeddedKind
from portal.core.files.kinds import display_name
from portal.core.language import Sentence, say

Look = Callable[[bytes, str, int], Iterator[Embedded]]
"""What looks into a file attached to another, at a depth."""

_WORDS = expression(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|RichMedia|Rendition|XFA|OpenAction|AA|EF|URI|GoToR|GoToE|3D|Movie"
    rb"|Sound|Screen)\b"
)
"""Names that matter: an object that holds none is looked at no further."""
_ACTIONS = {
    "/JavaScript": (ActiveKind.JAVASCRIPT, ("/JS",)),
    "/Rendition": (ActiveKind.JAVASCRIPT, ("/JS",)),
    "/Launch": (ActiveKind.LAUNCH, ("/F", "/Win", "/Mac", "/Unix")),
    "/SubmitForm": (ActiveKind.SENDS, ("/F",)),
    "/ImportData": (ActiveKind.IMPORTS, ("/F",)),
    "/RichMediaExecute": (ActiveKind.MEDIA, ("/CMD",)),
}
"""Actions that run something, each with a key without which it does nothing: other dictionaries have an /S too."""
_AWAY = {"/URI", "/GoToR", "/GoToE", "/Thread"}
"""Actions that wait for a click, and are no matter then; done at opening, they show something else."""
_MEDIA = {"/Movie", "/Sound", "/Screen", "/3D"}
_XFA_CODE = expression(rb"<(?:[\w.-]{1,64}:)?(?:script|submit|execute|wsdlconnection)\b", re.IGNORECASE)
MOST_PAGES = 2000
"""Pages among which the place of what was found is looked for."""
MOST_STEPS = 200
"""Actions that one leads to, one after another."""
DEEPEST_PLACE = 5


def look_in_pdf(file: IO[bytes], look: Look, depth: int = 0) -> Iterator[Embedded]:
    """What a PDF holds beside its pages; raises ActiveFoundError for what would run, PdfError when qpdf cannot read it.

    What is attached to it goes to `look`.
    """
    with pikepdf.open(cast("BinaryIO", file)) as document:
        for value in document.objects:
            if isinstance(value, pikepdf.Object) and _holds_a_word(value):
                yield from _look_at(document, value, look, depth)


def _holds_a_word(value: pikepdf.Object) -> bool:
    """Whether an object holds a word that matters, its names written plainly."""
    kind = value._type_name
    if kind not in {"dictionary", "stream", "array", "name"}:
        return False
    whole = value.stream_dict if kind == "stream" else value
    return _WORDS.search(whole.unparse(resolved=True)) is not None


def _look_at(document: pikepdf.Pdf, value: pikepdf.Object, look: Look, depth: int) -> Iterator[Embedded]:
    """An object and what is written in it; what it refers to is another's turn."""
    if isinstance(value, pikepdf.Name) or value._type_name == "name":
        if str(value) in _ACTIONS:  # nobody keeps the name of an action apart, but to hide it
            raise ActiveFoundError(_ACTIONS[str(value)][0], _place(document, value))
        return
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if one._type_name == "array":
            waiting.extend(part for part in one if _is_direct(part))
            continue
        holder = one.stream_dict if one._type_name == "stream" else one
        _refuse_running(document, holder, value)
        yield from _beside(holder, look, depth)
        waiting.extend(part for _, part in holder.items() if _is_direct(part))


def _is_direct(part: Any) -> bool:
    return isinstance(part, pikepdf.Object) and part._type_name in {"dictionary", "array"} and not part.is_indirect


def _refuse_running(document: pikepdf.Pdf, one: pikepdf.Object, whole: pikepdf.Object) -> None:
    """Refuse a dictionary that is an action, or that has some done by themselves."""
    kind, needed = _ACTIONS.get(_name(one, "/S"), (None, ()))
    if kind is not None and any(key in one for key in needed):
        raise ActiveFoundError(kind, _place(document, whole))
    if "/OpenAction" in one:
        _refuse_leaving(one.get("/OpenAction"), say("à l'ouverture du document"))
    if isinstance(moments := one.get("/AA"), pikepdf.Dictionary):
        for _, step in moments.items():
            _refuse_leaving(step, _place(document, whole))
    if _name(one, "/Subtype") == "/RichMedia" or "/OnInstantiate" in one:
        raise ActiveFoundError(ActiveKind.MEDIA, _place(document, whole))
    if "/XFA" in one:
        _refuse_xfa(one.get("/XFA"))


def _beside(one: pikepdf.Object, look: Look, depth: int) -> Iterator[Embedded]:
    """What a dictionary names that is told of."""
    action, subtype = _name(one, "/S"), _name(one, "/Subtype")
    if subtype in _MEDIA:
        yield Embedded(EmbeddedKind.MEDIA, subtype.lstrip("/"))
    if action == "/URI" and "/URI" in one:
        yield from _link(str(one.get("/URI")))
    elif action in {"/GoToR", "/GoToE"}:
        yield Embedded(EmbeddedKind.LINK, "file:")
    if isinstance(kept := one.get("/EF"), pikepdf.Dictionary):
        yield from _attached(one, kept, look, depth)


def _name(one: pikepdf.Object, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _refuse_leaving(step: Any, where: Sentence) -> None:
    """Refuse what is done by itself and shows something else; a place in the document, or printing, is no matter."""
    for _ in range(MOST_STEPS):
        if not isinstance(step, pikepdf.Dictionary):
            return
        if _name(step, "/S") in _AWAY:
            raise ActiveFoundError(ActiveKind.ELSEWHERE, where)
        step = step.get("/Next")
    raise ActiveFoundError(ActiveKind.ELSEWHERE, where)


def _refuse_xfa(form: Any) -> None:
    """Refuse a form whose own language runs something; its packets are read as the one text they make."""
    packets = list(form) if isinstance(form, pikepdf.Array) else [form]
    text = b"".join(one.read_bytes() for one in packets if isinstance(one, pikepdf.Stream))
    if _XFA_CODE.search(text.replace(b"\0", b"")):
        raise ActiveFoundError(ActiveKind.XFA, say("dans le formulaire"))


def _link(address: str) -> Iterator[Embedded]:
    address = address.strip()
    found = re.match(r"(https?|ftp)://(?:[^/@?#]{0,300}@)?([^/:?#\s]{1,120})", address, re.IGNORECASE)
    if found:
        yield Embedded(EmbeddedKind.LINK, found[2].lower())
    elif address.lower().startswith(("javascript:", "vbscript:", "data:")):
        raise ActiveFoundError(ActiveKind.JAVASCRIPT, say("dans un lien"))
    elif address.lower().startswith(("file:", "\\\\")):
        yield Embedded(EmbeddedKind.LINK, "file:")


def _attached(one: pikepdf.Object, kept: pikepdf.Dictionary, look: Look, depth: int) -> Iterator[Embedded]:
    """A file attached to the document, under each of the names and contents it is given."""
    names = [str(one.get(key)) for key in ("/UF", "/F") if isinstance(one.get(key), pikepdf.String)]
    shown = display_name(names[0]) if names else say("pièce jointe").text
    yield Embedded(EmbeddedKind.FILE, shown)
    for name in names:
        yield from look(b"", name, depth + 1)
    for _, content in kept.items():
        if isinstance(content, pikepdf.Stream):
            yield from look(content.read_bytes(), shown, depth + 1)


def _place(document: pikepdf.Pdf, whole: pikepdf.Object) -> Sentence:
    """The page on which an object is, at best; else that it is in the document's own actions."""
    if whole.objgen == document.Root.objgen or _holds(document.Root.get("/OpenAction"), whole):
        return say("à l'ouverture du document")
    for number, page in zip(range(1, MOST_PAGES + 1), document.pages, strict=False):
        if page.obj.objgen == whole.objgen or any(_holds(page.obj.get(key), whole) for key in ("/Annots", "/AA")):
            return say("page %(number)s", number=number)
    if _holds(document.Root.get("/Names"), whole):
        return say("à l'ouverture du document")
    return say("dans les actions du document")


def _holds(value: Any, whole: pikepdf.Object, depth: int = 0) -> bool:
    """Whether an object is within reach of another, a few references away."""
    if depth > DEEPEST_PLACE or not isinstance(value, pikepdf.Object):
        return False
    if value.is_indirect and value.objgen == whole.objgen:
        return True
    if value._type_name == "array":
        return any(_holds(one, whole, depth + 1) for one, _ in zip(value, range(MOST_STEPS), strict=False))
    if value._type_name == "dictionary":
        left_out = {"/Parent", "/P", "/Dest", "/AP"}
        return any(_holds(one, whole, depth + 1) for key, one in value.items() if key not in left_out)
    return False
