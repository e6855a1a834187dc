"""Templates as pages need them: what Jinja asks again at each macro, each call and each value is asked once.

A page of fifty rows calls a thousand macros and functions and prints two thousand values. Jinja looks each time whether
what is called wants the context, and makes a `Markup` of each value printed, which joining them undoes. What comes out
is the same, letter for letter; where something unusual is called or printed, Jinja's own code does it.
"""

from collections.abc import Callable
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.environment import TemplateModule
from jinja2.nodes import Getattr
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

_PLAIN = frozenset({FunctionType, MethodType, BuiltinFunctionType, type(lru_cache(len))})
"""Kinds of things to call that say by an attribute whether they want the context."""
_FIGURES = frozenset({int, float})
"""Nothing in how they are written needs to be escaped."""
_WANTS = "jinja_pass_arg"
_OF_MAPPINGS = frozenset(dir(dict))


def printed(value: Any) -> str:
    """A value as it stands in a page: escaped, unless it is markup already.

    >>> print(printed("a < b"), printed(Markup("<b>")), printed(3))
    a &lt; b <b> 3
    """
    kind = type(value)
    if kind is str:
        escaped: str = _escape_inner(value)
        return escaped
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind in _FIGURES else escape(value)


class PageMacro(Macro):
    """A macro whose arguments are put in their places without being asked about twice."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self._takes_names_only = not (self.catch_kwargs or self.catch_varargs or self.explicit_caller)

    def written(self, context: Context, args: tuple[Any, ...], named: dict[str, Any]) -> str:
        """What it writes for a page."""
        given = len(args)
        if not self._takes_names_only or given > self._argument_count:
            return self(context.eval_ctx, *args, **named)
        values = [*args, *[named.pop(name, missing) for name in self.arguments[given:]]]
        if self.caller:
            caller = named.pop("caller", None)
            values.append(self._environment.undefined("No caller defined", name="caller") if caller is None else caller)
        if named:
            return self(context.eval_ctx, *args, **named)  # an argument that it does not take: Jinja says so
        text = self._func(*values)
        return str.__new__(Markup, text) if context.eval_ctx.autoescape else text


class PageContext(Context):
    """The names of a page, from which its functions are called."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja does
        """What a function, or a macro, gives."""
        kind = type(__obj)
        is_macro = kind is PageMacro
        if not is_macro and (kind not in _PLAIN or hasattr(__obj, _WANTS)):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __obj.written(__self, args, kwargs) if is_macro else __obj(*args, **kwargs)  # type: ignore[attr-defined]
        except StopIteration:
            return __self.environment.undefined("what was called had nothing more to give")


class PageTemplate(Template):
    """A template of pages, whose macros are set up once in a process.

    Jinja asks at each import, of each page, whether it knows a global that the imported template does not: it compares
    all their names. Ours all have those of the one environment (`Environment.globals`), never any of their own.
    """

    @classmethod
    def from_code(
        cls, environment: Environment, code: CodeType, globals: Any, uptodate: Callable[[], bool] | None = None
    ) -> Template:
        """The template of a code compiled by Jinja, which prints and calls as pages do."""
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__.update(escape=printed, Macro=PageMacro)
        return made

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self._module or super()._get_default_module(ctx)


class PageCode(CodeGenerator):
    """How templates are put into Python: « a.b » asks for the attribute on the spot, as Python does at its fastest.

    A page reads ten thousand attributes, and nearly all are there. What `getattr` does not find goes to the
    environment, which looks further (`quick_getattr`). One pair of names is enough for a whole template: each is read
    as soon as it is given, before anything else is worked out.
    """

    @optimizeconst
    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:  # noqa: N802 - as Jinja names it
        """Write what an attribute is read by."""
        self.write("(its_value if (its_value := getattr((its_owner := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr(its_owner, {node.attr!r}))")


def quick_getattr(environment: Environment) -> Callable[[Any, str], Any]:
    """What « a.b » gives: of a mapping, Jinja asks for an attribute first, and is told of none by an error."""
    as_jinja = environment.getattr

    def attribute(obj: Any, name: str) -> Any:
        try:
            return obj[name] if type(obj) is dict and name not in _OF_MAPPINGS else getattr(obj, name)
        except (AttributeError, KeyError):
            return as_jinja(obj, name)

    return attribute


def install(app: Flask) -> None:
    """Have the templates of this application be of that kind."""
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.context_class = PageContext
    app.jinja_env.code_generator_class = PageCode
    app.jinja_env.getattr = quick_getattr(app.jinja_env)  # type: ignore[assignment, method-assign]
