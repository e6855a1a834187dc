"""Many small scripts as one: browsers ask once instead of once a file, and nothing needs to be built beforehand."""

import re
from collections.abc import Iterator, Mapping

from portal.core.expressions import expression

_WHOLE = expression(r'^import \* as (\w+) from "\./([\w-]+)\.js";\n', re.M)
_NAMES = expression(r'^import (\{[^}\n]+\}) from "\./([\w-]+)\.js";\n', re.M)
_EXPORT = expression(r"^export (?=(?:async )?(?:function|const) (\w+))", re.M)
_LEFT_OVER = expression(r"^[ \t]*(?:import|export)\b.*|\bimport\s{0,9}\(.*", re.M)


class NotBundled(ValueError):
    """A script imports or exports in a way that is not known here, or in a circle."""


def bundle_scripts(sources: Mapping[str, str], entry: str) -> str:
    """One module that does what `entry` does when it imports the others; raises NotBundled.

    `sources` are texts by name without ending. Three forms are known, each on a line of its own: `import { a } from
    "./b.js";`, `import * as b from "./b.js";` and `export` before a function or a constant. Each script keeps names
    of its own; one that others import runs once, before them.

    >>> print(bundle_scripts({"a": 'import { f } from "./b.js";\\nf();\\n', "b": "export function f() {}\\n"}, "a"))
    const $b = (() => {
    function f() {}
    return { f };
    })();
    (() => {
    const { f } = $b;
    f();
    })();
    """
    *needed, last = _in_order(sources, entry, ())
    parts = [f"const {_variable(name)} = {_closed(name, sources)};" for name in dict.fromkeys(needed)]
    return "\n".join([*parts, f"{_closed(last, sources)};"])


def _in_order(sources: Mapping[str, str], name: str, above: tuple[str, ...]) -> Iterator[str]:
    """What a script needs, deepest first, then itself; what two need comes twice."""
    if name in above:
        raise NotBundled(" → ".join((*above, name)))
    if name not in sources:
        raise NotBundled(f"{name}.js is not there")
    for found in (*_WHOLE.finditer(sources[name]), *_NAMES.finditer(sources[name])):
        yield from _in_order(sources, found[2], (*above, name))
    yield name


def _closed(name: str, sources: Mapping[str, str]) -> str:
    text = sources[name]
    exported = ", ".join(_EXPORT.findall(text))
    text = _WHOLE.sub(lambda found: f"const {found[1]} = {_variable(found[2])};\n", text)
    text = _NAMES.sub(lambda found: f"const {found[1]} = {_variable(found[2])};\n", text)
    text = _EXPORT.sub("", text)
    if left := _LEFT_OVER.search(text):
        raise NotBundled(f"{name}.js: {left[0].strip()}")
    ending = f"return {{ {exported} }};\n" if exported else ""
    return f"(() => {{\n{text}{ending}}})()"


def _variable(name: str) -> str:
    return "$" + name.replace("-", "_")
