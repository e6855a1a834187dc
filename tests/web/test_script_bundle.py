import pytest

from portal.web.script_bundle import NotBundled, bundle_scripts


def test_a_script_that_two_import_runs_once_before_them():
    sources = {
        "a": 'import { f } from "./b.js";\nimport * as c from "./c.js";\nf(c);\n',
        "b": 'import { g } from "./c.js";\nexport function f() { g(); }\n',
        "c": "export const g = 1;\nexport async function h() {}\n",
    }
    made = bundle_scripts(sources, "a")
    assert made.count("const $c =") == 1
    assert made.index("const $c =") < made.index("const $b =") < made.index("f(c);")
    assert "return { g, h };" in made
    assert "import" not in made
    assert "export" not in made


@pytest.mark.parametrize(
    "text",
    [
        'import b from "./b.js";\n', 'import "./b.js";\n', "export default 1;\n", "export { f };\n",
        "const m = await import(`./${name}.js`);\n", 'import {\n  f,\n} from "./b.js";\n', "export class A {}\n",
    ],
)  # fmt: skip
def test_another_way_to_import_or_export_is_refused_rather_than_sent(text):
    with pytest.raises(NotBundled):
        bundle_scripts({"a": text, "b": "export const f = 1;\n"}, "a")


def test_a_circle_and_a_missing_script_are_refused():
    with pytest.raises(NotBundled, match="a → b → a"):
        bundle_scripts({"a": 'import { f } from "./b.js";\n', "b": 'import { g } from "./a.js";\n'}, "a")
    with pytest.raises(NotBundled, match=r"gone\.js"):
        bundle_scripts({"a": 'import * as gone from "./gone.js";\n'}, "a")
