import re
from pathlib import Path

from jinja2 import Environment, meta, nodes

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
NAMED = re.compile(r"""["']([a-z_]+/[a-z0-9_/-]+?(?:\.html|(?=["'])))["']""")


def templates() -> dict[str, Path]:
    found = {}
    for folder in sorted(PORTAL.glob("*/templates")):
        domain = folder.parent.name
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".txt"}:
                name = str(path.relative_to(folder))
                found[name if domain == "web" else f"{domain}/{name}"] = path
    return found


def sources() -> str:
    files = [*PORTAL.rglob("*.py"), *PORTAL.rglob("*.html"), *PORTAL.rglob("emails/*.txt")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_template_is_used():
    text = sources()
    unused = []
    for name in templates():
        stem = re.sub(r"\.(fr|en)\.txt$", "", name)
        family = stem.rsplit("/", 1)[0] + "/{" if "/emails/" in stem or "/controls/" in stem else None
        if f'"{name}"' in text or f'"{stem}"' in text or f"'{stem}'" in text or (family and f'"{family}' in text):
            continue
        unused.append(name)
    assert not unused


def test_every_mail_is_written_in_both_languages():
    mails = {name for name in templates() if name.endswith(".txt")}
    alone = sorted(
        name for name in mails if (name[:-7] + (".en.txt" if name.endswith(".fr.txt") else ".fr.txt")) not in mails
    )
    assert not alone


def test_no_template_holds_an_inline_style_or_handler_or_a_role():
    faults = []
    for name, path in templates().items():
        text = path.read_text(encoding="utf-8")
        if re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", text):
            faults.append(f"{name}: inline style or handler")
        if re.search(r"actor\.role\s*(==|in)", text):
            faults.append(f"{name}: asks a role, not a permission")
    assert not faults


def test_a_page_builds_on_a_base():
    loose = [
        name
        for name, path in templates().items()
        if name.endswith(".html") and "/_" not in name
        and not name.startswith(("macros/", "components/", "questionnaires/controls/"))
        and name not in {"skeleton.html", "journal/proof_checker.html"}
        and "extends" not in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert not loose


IMPORTED = re.compile(r"""\{%-?\s*(?:from|import)\s+["']([^"']+)["'][^%]*%\}""")


def test_an_imported_template_asks_for_nothing_that_only_a_page_has(app):
    """What a macro names must be its own or the application's: a page hands its context to no template it imports.

    One that asks for more breaks the page that calls it, and only when that branch is shown.
    """
    faults, read = {}, 0
    imported = {name for path in templates().values() for name in alone(path.read_text(encoding="utf-8"))}
    for name in sorted(imported):
        read += 1
        source = templates()[name].read_text(encoding="utf-8")
        unknown = asked_of_a_page(app.jinja_env, source)
        if unknown:
            faults[name] = sorted(unknown)
    assert read > 30
    assert not faults
    assert asked_of_a_page(app.jinja_env, "{% macro one(row) %}{% set x = row %}{{ x }}{{ page }}{% endmacro %}") == {
        "page"
    }


def asked_of_a_page(environment: Environment, source: str) -> set[str]:
    tree = environment.parse(source)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return meta.find_undeclared_variables(tree) - environment.globals.keys() - own


def alone(source: str) -> list[str]:
    """The templates that a template imports without handing them its context."""
    return [found[1] for found in IMPORTED.finditer(source) if "with context" not in found[0]]


SET_ASIDE = re.compile(r"\{#.*?#\}|<[^>]*>", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SAID = re.compile(r"""\b(?:_|ngettext)\(\s*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')(?:,\s*"(?:\\.|[^"\\])*")?""")
OF_ONE_LANGUAGE = re.compile(r"[«»]| [:;?!](?= |$)")


def test_no_template_punctuates_for_one_language_only():
    """French sets « a : b », English “a: b”: what stands outside a sentence asks `colon()`, `semicolon()`, `quoted`."""
    faults, read = {}, 0
    for name, path in templates().items():
        if name.endswith(".html") and not name.startswith("components"):
            read += 1
            if found := punctuated(path.read_text(encoding="utf-8")):
                faults[name] = found
    assert read > 300
    assert not faults
    assert punctuated("{{ a }} : {{ b }}") == punctuated('{{ a ~ " : " ~ b }}') == [" :"]
    assert punctuated("""{{ rows|join(" ; ") }}, « {{ a }} »""") == ["«", "»", " ;"]
    assert not punctuated("""{{ _("Ligne %(line)s, « %(column)s » :", line=one.line) }} {{ a ? b }}""")


def punctuated(source: str) -> list[str]:
    """Marks that only one language sets so: in the text of a template, then in what its expressions join."""
    source = SET_ASIDE.sub("", SAID.sub("say(", source))
    joined = [text for one in EXPRESSION.findall(source) for text in re.findall(r'"([^"]*)"', one)]
    return [mark for text in (EXPRESSION.sub("\0", source), *joined) for mark in OF_ONE_LANGUAGE.findall(text)]
