"""JSON as questionnaires really hold it: comments, texts joined by « + », commas too many; nothing is run."""

import json
from typing import Any, NoReturn

from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import say

_SPACE = expression(r"\s*")
_WORD = expression(r"[A-Za-z_$][A-Za-z0-9_$]*|[-+0-9.][0-9A-Za-z.+-]*")
_MARKS = frozenset("{}[],:+")
_TEXTS = json.JSONDecoder(strict=False)
"""Reads one text; a tab or a line's end inside it is accepted."""
_DEEPEST = 900
"""Nested deeper, the decoder of the standard library would give up by itself."""


def read_json(text: str) -> Any:
    """The value that the text holds; raises Refused for what is no JSON, or names a field twice."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError:
        pass
    except (RecursionError, ValueError) as failure:
        raise _oversized() from failure
    try:
        return json.loads(_strict(text), object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as failure:
        raise Refused(
            say("Ce fichier JSON est mal formé, près de la ligne %(line)s.", line=failure.lineno)
        ) from failure
    except (RecursionError, ValueError) as failure:
        raise _oversized() from failure


def _oversized() -> Refused:
    return Refused(say("Ce fichier contient une valeur démesurée, ou trop de niveaux imbriqués."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(say("Le champ « %(field)s » est donné deux fois au même endroit.", field=name[:80]))
        found[name] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise Refused(say("« %(value)s » n'est pas un nombre.", value=name))


def _strict(text: str) -> str:
    """The same document without comments, its joined texts joined, without a comma before a closing bracket.

    Lines are kept as they were counted: a fault is told by its line.
    """
    out: list[str] = []
    at = depth = 0
    while at < len(text):
        at, token = _token(text, at)
        if token.strip() == "":
            out.append(token)
            continue
        if token in {"{", "["}:
            depth += 1
            if depth > _DEEPEST:
                raise _oversized()
        elif token in {"}", "]"}:
            depth -= 1
            _drop_comma(out)
        elif token[0] == '"':
            token = _joined(out, token)
        out.append(token)
    return "".join(out)


def _token(text: str, at: int) -> tuple[int, str]:
    """The next piece of the text, and where it ends."""
    if (space := _SPACE.match(text, at)) and space.end() > at:
        return space.end(), "\n" * space[0].count("\n") or " "
    if text.startswith("//", at) or text.startswith("/*", at):
        closing = "\n" if text[at + 1] == "/" else "*/"
        end = text.find(closing, at + 2)
        end = len(text) if end < 0 else end + (len(closing) if closing == "*/" else 0)
        return end, "\n" * text.count("\n", at, end) or " "
    character = text[at]
    if character in _MARKS:
        return at + 1, character
    if character == '"':
        value, end = _TEXTS.raw_decode(text, at)
        return end, json.dumps(value)
    if character == "'":
        return _quoted(text, at)
    word = _WORD.match(text, at)
    if word is None:
        raise json.JSONDecodeError("unexpected", text, at)
    # A field's name without quotes, as JavaScript allows.
    space = _SPACE.match(text, word.end())
    is_name = space is not None and text.startswith(":", space.end())
    return word.end(), json.dumps(word[0]) if is_name else word[0]


def _quoted(text: str, at: int) -> tuple[int, str]:
    """A text between single quotes, as JavaScript allows."""
    piece: list[str] = []
    at += 1
    while at < len(text) and text[at] not in "'\n":
        if text[at] == "\\" and at + 1 < len(text):
            piece.append(text[at + 1] if text[at + 1] == "'" else text[at : at + 2])
            at += 2
        else:
            piece.append('\\"' if text[at] == '"' else text[at])
            at += 1
    if at >= len(text) or text[at] != "'":
        raise json.JSONDecodeError("unterminated", text, min(at, len(text)))
    value, _end = _TEXTS.raw_decode('"' + "".join(piece) + '"')
    return at + 1, json.dumps(value)


def _joined(out: list[str], token: str) -> str:
    """The text, with the one before it when a « + » stands between them."""
    rank = _last(out, len(out))
    if rank < 0 or out[rank] != "+":
        return token
    before = _last(out, rank)
    if before < 0 or out[before][0] != '"':
        return token
    whole = out[before][:-1] + token[1:]
    lines = sum(piece.count("\n") for piece in out[before:])
    del out[before:]
    out.append("\n" * lines)
    return whole


def _drop_comma(out: list[str]) -> None:
    rank = _last(out, len(out))
    if rank >= 0 and out[rank] == ",":
        out[rank] = " "


def _last(out: list[str], before: int) -> int:
    """The rank of the last piece that is no space, before a rank."""
    rank = before - 1
    while rank >= 0 and not out[rank].strip():
        rank -= 1
    return rank
