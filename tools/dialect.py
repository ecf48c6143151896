"""Refuses the Python that Transcrypt compiles to something else, with the line and what to write instead.

Transcrypt 3.9.5 exits 0 for much that it translates wrongly. Each rule here stands for a program that
was compiled with ``-b -n -t``, run in Node.js, and gave another result than under CPython, or an error
that only shows when the code runs; or for a name that comes out as ``py_…``, which the build takes for
one of those. What was right is allowed. It is a check of the syntax tree: where right or wrong depends on
a type, it goes by literals and annotations, and stays silent if they do not tell.

To add a rule, write ``@_rule("what it is called", "What to write instead.", ast.TheNode)`` over a function
that says whether such a node is wrong, with a docstring that says what goes wrong, and add its case to
``tests/tools/test_dialect.py``.
"""

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.erase import is_type_only

ROOMS = frozenset({"core", "page", "content", "background", "pages", "popup", "options", "dialog", "browser"})
# Compiled without Transcrypt's runtime: the page hook because it changes built-ins, the border for its size.
PLAIN_ROOMS = frozenset({"page", "content"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What Transcrypt renames, to py_NAME (predef_aliases in its compiler.py).
ALIASED = _words(
    "arguments case clear copy deepcopy default del enumerate false fromkeys get Infinity is isNaN items iter keys "
    "name NaN new next pop popitem replace reversed selector setdefault sort split switch true type TypeError "
    "undefined update values"
)
# Renamed too, but to something the runtime defines, so they can be used (not bound).
_ALIASED_BUILT_IN = frozenset({"type", "TypeError"})
# Words that cannot be a variable in a JavaScript module.
_RESERVED = _words(
    "arguments case catch const debugger default delete do enum eval export extends false function implements "
    "instanceof interface let new null package private protected public static super switch this throw true "
    "typeof undefined var void"
)
# Names that compiled code itself calls: a variable of that name would be called instead.
_CALLED_BY_COMPILED_CODE = frozenset({"Math", "bytes", "dict", "isinstance", "object", "property", "set", "tuple"})

_PYTHON_BUILT_INS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
_RIGHT_BUILT_INS = _words(
    "abs all any bin bool callable chr classmethod delattr dict divmod filter float getattr hasattr hex int "
    "isinstance issubclass len list map max min object oct ord pow property range round set sorted staticmethod str "
    "sum super tuple zip BaseException Exception AssertionError AttributeError IndexError KeyError "
    "NotImplementedError StopIteration TypeError ValueError Warning DeprecationWarning RuntimeWarning UserWarning "
    "True False None"
)
_EXCEPTIONS = frozenset(
    name
    for name in _PYTHON_BUILT_INS
    if isinstance(getattr(builtins, name), type) and issubclass(getattr(builtins, name), BaseException)
)
# JavaScript does not raise these where Python does: it goes on with undefined, NaN or Infinity.
_NEVER_RAISED = frozenset(
    {"ArithmeticError", "AttributeError", "IndexError", "KeyError", "LookupError", "NameError", "OverflowError"}
    | {"RuntimeError", "TypeError", "UnboundLocalError", "ZeroDivisionError", "OSError"}
)
# The calls whose keyword arguments do arrive: Transcrypt's own runtime is compiled to take them.
_KEYWORDS = {
    "sorted": frozenset({"key", "reverse"}),
    "min": frozenset({"key", "default"}),
    "max": frozenset({"key", "default"}),
}
_SPECIAL_METHODS = frozenset(
    {"__init__", "__str__", "__repr__", "__len__", "__bool__", "__contains__", "__iter__", "__next__"}
)
_WRONG_METHODS = {
    "capitalize": "the rest of the text stays as it is",
    "count": "it is missing",
    "index": "it is missing on texts and gives -1 on lists",
    "isalnum": "it knows only a-z, A-Z and 0-9",
    "isalpha": "it knows only a-z and A-Z",
    "islower": "a digit or blank makes it false",
    "isnumeric": "it takes -1.5 and 1e5",
    "isupper": "a digit or blank makes it false",
    "splitlines": "blanks at the end are lost",
}
_MISSING_METHODS = _words(
    "casefold center encode expandtabs format_map isascii isidentifier isprintable istitle ljust partition "
    "removeprefix removesuffix rjust rpartition swapcase title translate zfill"
)
# Methods that only Transcrypt's runtime gives to JavaScript's texts and lists.
_RUNTIME_METHODS = _words(
    "append capitalize endswith extend format index insert isalnum isalpha isdecimal isdigit islower isnumeric "
    "isspace isupper lower lstrip rfind rsplit rstrip splitlines startswith strip upper"
)
_CHANGING_METHODS = frozenset({"append", "clear", "extend", "insert", "pop", "remove"})
# What takes a generator; sets, tuples, dictionaries and extend() come out empty, sorted() fails.
_TAKE_GENERATORS = frozenset({"list", "sum", "zip", "enumerate"})
_WALK_THROUGH = frozenset({"all", "any", "filter", "list", "map", "max", "min", "set", "sorted", "sum", "tuple", "zip"})
_SAYS_YES_OR_NO = re.compile(
    r"_?(is|has|can|may|must|should|was|needs|startswith|endswith|isdigit|isdecimal|isspace|isinstance|issubclass|"
    r"hasattr|callable|bool|any|all)(_|$)"
)
_PRAGMA = re.compile(r"__pragma__\s*\(\s*['\"](?P<kind>\w+)['\"](?:\s*,\s*['\"](?P<name>\w+)['\"])?")
# Beyond this, whole numbers are not exact in JavaScript.
_MAX_INT = 2**53 - 1
# int() cuts to 32 bits: so many digits always fit.
_SAFE_DIGITS = 9

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)
# The kind of a variable made of itself, as in text = text[1:]: whatever the other assignments say.
_ITSELF = "itself"
_COLLECTIONS = frozenset({"list", "dict", "set", "tuple"})


@dataclass(frozen=True, order=True)
class Problem:
    """One place that would not mean in JavaScript what it means in Python."""

    filename: str
    line: int
    column: int
    construct: str
    advice: str

    def __str__(self) -> str:
        """The problem in one line, as editors and people read it."""
        return f"{self.filename}:{self.line}:{self.column}: {self.construct}: {self.advice}"


def check(source: str, filename: str, *, room: str) -> list[Problem]:
    """Find everything in a module that Transcrypt would compile wrongly.

    What ``tools.erase`` takes out before compiling, annotations, and what stands between the pragmas
    ``skip`` and ``noskip`` is not looked at.

    Args:
        source: the module's text.
        filename: how to call it in problems.
        room: its folder in ``src_py``; ``core`` and ``PLAIN_ROOMS`` have rules of their own.

    Returns:
        The problems, in the order of the text.
    """
    try:
        tree = ast.parse(source, filename)
    except SyntaxError as error:
        return [Problem(filename, error.lineno or 1, error.offset or 1, "syntax error", f"{error.msg}.")]
    if _only_types(tree):
        return []
    module = _Module(source, tree, room)
    found = set()
    for node in module.nodes:
        for rule in _RULES:
            if room not in rule.rooms or not isinstance(node, rule.nodes) or not rule.broken(node, module):
                continue
            line, column = module.place(node)
            found.add(Problem(filename, line, column, rule.construct, rule.advice))
    for line in module.pragmas_behind_code:
        advice = "Put the pragma on a line of its own: Transcrypt drops the code before it."
        found.add(Problem(filename, line, 1, "pragma behind code", advice))
    return sorted(found)


def _only_types(tree: ast.Module) -> bool:
    """Whether a module only describes types, so that nothing of it is ever imported when the code runs."""

    def says_nothing(node: ast.stmt) -> bool:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            return isinstance(node.value.value, ast.Name) and node.value.value.id in {"Literal", "Union", "Callable"}
        return is_type_only(node) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))

    return any(isinstance(node, ast.ClassDef) for node in tree.body) and all(map(says_nothing, tree.body))


class _Module:
    """A parsed module, and what the rules ask about it."""

    def __init__(self, source: str, tree: ast.Module, room: str) -> None:
        self.room = room
        self.tree = tree
        self.nodes: list[ast.AST] = []
        self.pragmas_behind_code: list[int] = []
        self._lines = source.splitlines()
        self._parents: dict[ast.AST, ast.AST] = {}
        self._pragmas = list(self._read_pragmas(source))
        self._collect(tree)
        # Every name that something in the module binds, wherever that is.
        self.bound = {name for node in ast.walk(tree) for name in _bound_by(node)}
        self.functions = {node.name: node for node in tree.body if isinstance(node, _FUNCTIONS)}
        self._type_only_classes = {
            node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and is_type_only(node)
        }
        self._kinds: dict[tuple[ast.AST, str], list[ast.AST | str | None]] = {}
        self._asking: set[tuple[ast.AST, str]] = set()
        for node in self.nodes:
            self._learn_kinds(node)

    def place(self, node: ast.AST) -> tuple[int, int]:
        """The line and column of a node, both from 1, counted in characters."""
        while not hasattr(node, "lineno") and node in self._parents:
            # Parts such as a function's parameters as a whole stand where the function does.
            node = self._parents[node]
        line: int = getattr(node, "lineno", 1)
        offset: int = getattr(node, "col_offset", 0)
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return line, len(text.encode()[:offset].decode(errors="replace")) + 1

    def parent(self, node: ast.AST) -> ast.AST:
        """The node around a node."""
        return self._parents.get(node, self.tree)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out, up to the module."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def scope(self, node: ast.AST) -> _Scope:
        """The function whose variable a name at this place is, or the module."""
        inner = node
        for outer in self.around(node):
            if isinstance(outer, _SCOPES):
                # Defaults and decorators belong to the scope outside.
                inside = [outer.body] if isinstance(outer, ast.Lambda) else outer.body
                if inner in inside or isinstance(inner, ast.arguments | ast.arg):
                    return outer
            inner = outer
        return self.tree

    def inside(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes in a function or block, without those of functions and classes within."""
        for child in ast.iter_child_nodes(node):
            if child not in self._parents:
                continue
            yield child
            if not isinstance(child, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
                yield from self.inside(child)

    def aliased(self, name: str, line: int) -> bool:
        """Whether Transcrypt renames this name on this line."""
        renamed = name in ALIASED
        for at, kind, which in self._pragmas:
            if at < line and kind in {"alias", "noalias"} and which in {name, ""}:
                renamed = kind == "alias"
        return renamed

    def switched_on(self, kind: str, line: int) -> bool:
        """Whether a pragma with a ``no`` form, such as ``jsiter``, holds on this line."""
        on = False
        for at, found, _ in self._pragmas:
            if at < line and found in {kind, f"no{kind}"}:
                on = found == kind
        return on

    def is_built_in(self, node: ast.AST, *names: str) -> bool:
        """Whether a node is one of these built-in names, not a variable of that name."""
        return isinstance(node, ast.Name) and node.id in names and node.id not in self.bound

    def calls(self, node: ast.AST, *names: str) -> bool:
        """Whether a node calls one of these built-ins."""
        return isinstance(node, ast.Call) and self.is_built_in(node.func, *names)

    def kind(self, node: ast.AST | None) -> str | None:  # noqa: PLR0911, PLR0912  (a table, read from top to bottom)
        """What a value certainly is: list, dict, set, tuple, generator, str, int, float or bool; else ``None``."""
        match node:
            case ast.Constant(value=value):
                return type(value).__name__ if isinstance(value, str | int | float) else None
            case ast.JoinedStr():
                return "str"
            case ast.List() | ast.ListComp():
                return "list"
            case ast.Dict() | ast.DictComp():
                return "dict"
            case ast.Set() | ast.SetComp():
                return "set"
            case ast.Tuple():
                return "tuple"
            case ast.GeneratorExp():
                return "generator"
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return "bool"
            case ast.Name() | ast.Attribute():
                return self._kind_of_variable(node)
            case ast.Await(value=ast.Call() as call) | (ast.Call() as call):
                return self._kind_of_call(call, awaited=isinstance(node, ast.Await))
            case ast.Subscript(slice=ast.Slice()):
                return self.kind(node.value)
            case ast.BinOp(op=ast.Add()):
                sides = {self.kind(node.left), self.kind(node.right)}
                return next((kind for kind in ("list", "tuple", "str") if kind in sides), None)
            case ast.IfExp():
                return self._same_kind([node.body, node.orelse])
            case ast.BoolOp(op=ast.Or()):
                return self._same_kind(node.values)
            case _:
                return None

    def kind_of_annotation(self, annotation: ast.expr | None) -> str | None:  # noqa: PLR0911  (a table)
        """What an annotation says a value is."""
        match annotation:
            case ast.Name(id=name):
                if name in {"list", "dict", "set", "tuple", "str", "int", "float", "bool"}:
                    return name
                return "dict" if name in {"Mapping", "MutableMapping"} | self._type_only_classes else None
            case ast.Subscript(value=ast.Name(id="Final" | "Optional" | "ClassVar"), slice=inner):
                return self.kind_of_annotation(inner)
            case ast.Subscript(value=outer):
                return self.kind_of_annotation(outer)
            case ast.Constant(value=str(text)):
                try:
                    return self.kind_of_annotation(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return None
            case (
                ast.BinOp(left=left, right=ast.Constant(value=None))
                | ast.BinOp(left=ast.Constant(value=None), right=left)
            ):
                return self.kind_of_annotation(left)
            case _:
                return None

    def bindings(self, name: str, scope: _Scope) -> list[ast.Name]:
        """The places in a scope that bind a name, without those of comprehensions."""
        return [
            node
            for node in self.inside(scope)
            if isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Store)
            and not any(isinstance(outer, ast.comprehension) for outer in self.around(node))
        ]

    def _collect(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST) or self._is_erased(child, node):
                    continue
                self._parents[child] = node
                self.nodes.append(child)
                self._collect(child)

    def _is_erased(self, node: ast.AST, parent: ast.AST) -> bool:
        if not isinstance(node, ast.stmt):
            return False
        return (parent is self.tree and is_type_only(node)) or self.switched_on("skip", node.lineno)

    def _read_pragmas(self, source: str) -> Iterator[tuple[int, str, str]]:
        """The pragmas as (line, kind, name), in the order of the text, whether comments or calls."""
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            line = token.start[0]
            if token.type == tokenize.COMMENT and token.string.lstrip("# ").startswith("__pragma__"):
                if token.line[: token.start[1]].strip():
                    self.pragmas_behind_code.append(line)
                found = _PRAGMA.search(token.string)
            elif token.type == tokenize.NAME and token.string == "__pragma__":
                found = _PRAGMA.match(token.line[token.start[1] :])
            else:
                continue
            if found:
                yield line, found["kind"], found["name"] or ""

    def _learn_kinds(self, node: ast.AST) -> None:
        """Note what a node tells about the kinds of variables, ``self.x`` among them."""
        if isinstance(node, ast.arg):
            self._kinds.setdefault((self.scope(node), node.arg), []).append(self.kind_of_annotation(node.annotation))
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Store):
            return
        owner = self._owner(node)
        if owner is None:
            return
        parent = self.parent(node)
        told: ast.AST | str | None = None
        if isinstance(parent, ast.AnnAssign):
            told = self.kind_of_annotation(parent.annotation) or parent.value
        elif isinstance(parent, ast.Assign):
            told = parent.value
        elif isinstance(parent, ast.AugAssign):
            return
        self._kinds.setdefault(owner, []).append(told)

    def _owner(self, node: ast.Name | ast.Attribute) -> tuple[ast.AST, str] | None:
        """Where a variable lives: its scope, or for ``self.x`` the class."""
        if isinstance(node, ast.Name):
            return self.scope(node), node.id
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            for outer in self.around(node):
                if isinstance(outer, ast.ClassDef):
                    return outer, node.attr
        return None

    def _kind_of_variable(self, node: ast.Name | ast.Attribute) -> str | None:
        owner = self._owner(node)
        while owner is not None and owner not in self._kinds:
            if owner[0] is self.tree or isinstance(owner[0], ast.ClassDef):
                return None
            owner = (self.scope(owner[0]), owner[1])
        if owner is None:
            return None
        if owner in self._asking:
            return _ITSELF
        self._asking.add(owner)
        told = self._kinds[owner]
        kinds = {one if isinstance(one, str) else self.kind(one) for one in told} - {_ITSELF}
        # "x: list[str] | None = None", and None put there later, are still a list where they are used.
        nothing = [one for one in told if isinstance(one, ast.Constant) and one.value is None]
        if nothing and any(isinstance(one, str) for one in told):
            kinds.discard(None)
        self._asking.discard(owner)
        return kinds.pop() if len(kinds) == 1 else None

    def _kind_of_call(self, call: ast.Call, *, awaited: bool) -> str | None:  # noqa: PLR0911  (a table)
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in {"lower", "upper", "strip", "lstrip", "rstrip", "format"}:
                return "str"
            return "str" if call.func.attr == "join" and self.kind(call.func.value) == "str" else None
        if not isinstance(call.func, ast.Name):
            return None
        function = self.functions.get(call.func.id)
        if function is not None:
            if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in self.inside(function)):
                return "generator"
            if isinstance(function, ast.AsyncFunctionDef) == awaited:
                return self.kind_of_annotation(function.returns)
            return None
        if call.func.id in self.bound:
            return None
        made = {"sorted": "list", "len": "int", "isinstance": "bool", "hasattr": "bool", "callable": "bool"}
        made |= {"any": "bool", "all": "bool", "repr": "str", "chr": "str", "ord": "int"}
        made |= {name: name for name in ("list", "dict", "set", "tuple", "str", "bool", "int", "float")}
        return made.get(call.func.id)

    def _same_kind(self, nodes: list[ast.expr]) -> str | None:
        kinds = {self.kind(node) for node in nodes} - {_ITSELF}
        return kinds.pop() if len(kinds) == 1 else None


@dataclass(frozen=True)
class _Rule:
    construct: str
    advice: str
    nodes: tuple[type[ast.AST], ...]
    rooms: frozenset[str]
    broken: Callable[[Any, _Module], bool]


_RULES: list[_Rule] = []
_ALL = ROOMS | {"tests"}
_Test = Callable[[Any, _Module], bool]


def _rule(construct: str, advice: str, *nodes: type[ast.AST], rooms: frozenset[str] = _ALL) -> Callable[[_Test], _Test]:
    """Register a function that says whether a node of these types breaks the rule."""

    def register(test: _Test) -> _Test:
        _RULES.append(_Rule(construct, advice, nodes, rooms, test))
        return test

    return register


def _never(construct: str, advice: str, *nodes: type[ast.AST], rooms: frozenset[str] = _ALL) -> None:
    """Register nodes that are wrong wherever they stand."""
    _RULES.append(_Rule(construct, advice, nodes, rooms, lambda _node, _module: True))


def _bound_by(node: ast.AST) -> list[str]:
    """The names that this one node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.arg():
            return [node.arg]
        case ast.alias():
            return [node.asname or node.name.split(".")[0]]
        case ast.ExceptHandler(name=str(name)):
            return [name]
        case _:
            return []


# ---- Statements -----------------------------------------------------------------------------------

_never("match", "Write if and elif.", ast.Match)
_never("async for", "Await one item after the other in a while loop.", ast.AsyncFor)
_never("with", "Write try and finally: __exit__ is left out at a return, and 'as' gets the wrong object.", ast.With)
_never("async with", "Write try and finally, with an await in each.", ast.AsyncWith)


@_rule("new syntax", "Transcrypt does not know this statement: write it the older way.", ast.stmt)
def _new_syntax(node: ast.stmt, _module: _Module) -> bool:
    """Statements that came with Python 3.11 and later (except*, type) come out as a heap of their parts."""
    return type(node).__name__ in {"TryStar", "TypeAlias"} or bool(getattr(node, "type_params", None))


@_rule("assert", "Write if and raise: an assert is left out of the product.", ast.Assert, rooms=ROOMS)
def _assert(_node: ast.Assert, _module: _Module) -> bool:
    """Without -da no code is made of it; tests are compiled with -da."""
    return True


@_rule("del of an item by position", "Write l.pop(i) outside core, or build a new list without it.", ast.Delete)
def _del_position(node: ast.Delete, module: _Module) -> bool:
    """JavaScript's delete leaves a hole in the list; of a slice it deletes nothing."""

    def wrong(target: ast.expr) -> bool:
        if not isinstance(target, ast.Subscript):
            return False
        by_key = isinstance(target.slice, ast.Name | ast.Attribute | ast.Subscript | ast.JoinedStr | ast.Constant)
        return (
            not by_key
            or module.kind(target.slice) in {"int", "float", "bool", "tuple"}
            or module.kind(target.value) == "list"
        )

    return any(wrong(target) for target in node.targets)


@_rule("del of a variable", "Leave it out, or set it to None.", ast.Delete)
def _del_variable(node: ast.Delete, _module: _Module) -> bool:
    """No code is made of it."""
    return any(isinstance(target, ast.Name) for target in node.targets)


@_rule("try/else", "Put the else part behind the last line of the try part, or set a flag.", ast.Try)
def _try_else(node: ast.Try, _module: _Module) -> bool:
    """Every exception in the else part is swallowed."""
    return bool(node.orelse)


@_rule(
    "except that never comes",
    "JavaScript does not raise it but goes on with undefined or NaN: test before, with in, len() or is None.",
    ast.ExceptHandler,
)
def _except_never(node: ast.ExceptHandler, module: _Module) -> bool:
    """A missing key or index gives undefined, a division by zero Infinity, an attribute of None a TypeError of JS's."""
    types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(one is not None and module.is_built_in(one, *_NEVER_RAISED) for one in types)


@_rule(
    "except Exception",
    "Write a bare 'except:', the only one that catches a JavaScript error or a rejected promise.",
    ast.ExceptHandler,
    rooms=ROOMS - PLAIN_ROOMS - {"core"},
)
def _except_exception(node: ast.ExceptHandler, module: _Module) -> bool:
    """The browser's errors are no Python exceptions. In core there is no browser, so there it is right."""
    return node.type is not None and module.is_built_in(node.type, "Exception", "BaseException")


@_rule("args of an exception", "Write str(error).", ast.Attribute)
def _exception_args(node: ast.Attribute, module: _Module) -> bool:
    """The runtime keeps them under another name."""
    handlers = (outer for outer in module.around(node) if isinstance(outer, ast.ExceptHandler))
    return (
        node.attr == "args"
        and isinstance(node.value, ast.Name)
        and any(node.value.id == handler.name for handler in handlers)
    )


@_rule("raise of a class", "Call it: raise ValueError('why').", ast.Raise)
def _raise_class(node: ast.Raise, module: _Module) -> bool:
    """The class itself is thrown, and no except finds it."""
    if not isinstance(node.exc, ast.Name):
        return False
    return module.is_built_in(node.exc, *_EXCEPTIONS) or node.exc.id[:1].isupper()


@_rule("raise outside except", "Say what is raised: raise ValueError('why').", ast.Raise)
def _bare_raise(node: ast.Raise, module: _Module) -> bool:
    """There is no current exception outside the handler's own lines."""
    if node.exc is not None:
        return False
    for outer in module.around(node):
        if isinstance(outer, _SCOPES):
            return True
        if isinstance(outer, ast.ExceptHandler):
            return False
    return True


@_rule(
    "global or nonlocal bound by a statement",
    "Bind another name, then assign it: only a plain assignment reaches the outer variable.",
    ast.Global,
    ast.Nonlocal,
)
def _outer_name(node: ast.Global | ast.Nonlocal, module: _Module) -> bool:
    """for, except, import, def and class make a local variable of the same name."""
    for inner in module.inside(module.scope(node)):
        if not set(_bound_by(inner)) & set(node.names):
            continue
        holder = next(one for one in module.around(inner) if not isinstance(one, ast.Tuple | ast.List))
        plain = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.comprehension)
        if not isinstance(inner, ast.Name) or not isinstance(holder, plain):
            return True
    return False


@_rule("global made in a function", "Give it a value at module level first.", ast.Global)
def _new_global(node: ast.Global, module: _Module) -> bool:
    """JavaScript's modules cannot get a new variable from inside a function."""
    at_top = {name for one in module.inside(module.tree) for name in _bound_by(one)}
    return any(name not in at_top for name in node.names)


# ---- What a module exports ------------------------------------------------------------------------


@_rule("annotated name at module level", "Write NAME = value: an annotated one is not exported.", ast.AnnAssign)
def _annotated_export(node: ast.AnnAssign, module: _Module) -> bool:
    """An import of it fails."""
    return module.parent(node) is module.tree


@_rule(
    "name first bound in a block",
    "Bind it once outside of if, try, for, while and with: only that is exported.",
    *(ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
def _hidden_export(node: ast.AST, module: _Module) -> bool:
    """An import of it fails; a class in a block is no valid JavaScript at all."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return isinstance(module.parent(node), _BLOCKS) and module.scope(node) is module.tree
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Store):
        return False
    outer = list(module.around(node))
    if any(isinstance(one, (*_SCOPES[:-1], ast.ClassDef, ast.comprehension)) for one in outer):
        return False
    block = next((one for one in reversed(outer) if isinstance(one, _BLOCKS)), None)
    if block is None:
        return False
    first = min((module.place(one) for one in module.bindings(node.id, module.tree)), default=module.place(node))
    return first >= module.place(block)


_never("import", "Write 'from core.rules import rule': only the rooms of src_py can be imported.", ast.Import)


@_rule(
    "import from",
    "Import whole paths from the rooms of src_py only; for the type checker, under TYPE_CHECKING.",
    ast.ImportFrom,
)
def _import_from(node: ast.ImportFrom, _module: _Module) -> bool:
    """Relative imports are not followed, Python's own library is missing."""
    return node.level > 0 or (node.module or "").split(".")[0] not in ROOMS


@_rule("import *", "Name what is imported.", ast.ImportFrom)
def _import_star(node: ast.ImportFrom, _module: _Module) -> bool:
    """It may replace names of the runtime."""
    return any(alias.name == "*" for alias in node.names)


@_rule(
    "typing at run time", "Use it in quoted annotations only; it does not exist in JavaScript.", ast.Name, ast.Attribute
)
def _typing_value(node: ast.Name | ast.Attribute, module: _Module) -> bool:
    """The import is erased, so the name is undefined. TYPE_CHECKING itself is erased with its block."""
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return False
    imports = [one for one in module.tree.body if isinstance(one, ast.ImportFrom) and one.module == "typing"]
    return any(node.id == (alias.asname or alias.name) for one in imports for alias in one.names)


@_rule("type alias", "Put it under TYPE_CHECKING, and quote the annotations that use it.", ast.Subscript)
def _type_alias(node: ast.Subscript, module: _Module) -> bool:
    """list[str] as a value indexes the runtime's function."""
    return module.is_built_in(node.value, "list", "dict", "set", "tuple", "type")


# ---- Names ----------------------------------------------------------------------------------------


@_rule(
    "renamed name",
    "Transcrypt makes py_… of it: choose another name, or put # __pragma__('noalias') above it.",
    *(ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.alias, ast.ExceptHandler),
)
def _renamed_name(node: ast.AST, module: _Module) -> bool:
    """Most uses are renamed alike, but not those after "except … as", and not what JavaScript sees."""
    line, _ = module.place(node)
    return any(module.aliased(name, line) for name in _bound_by(node))


@_rule(
    "word of JavaScript's",
    "Choose another name.",
    *(ast.Name, ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.alias, ast.ExceptHandler),
)
def _reserved_name(node: ast.AST, _module: _Module) -> bool:
    """The compiled module does not load, or its own calls find the variable."""
    return any(name in _RESERVED | _CALLED_BY_COMPILED_CODE for name in _bound_by(node))


@_rule(
    "js_ or py_ in front", "Choose another name: Transcrypt takes these marks off, or puts them on.", ast.Name, ast.arg
)
def _marked_name(node: ast.AST, _module: _Module) -> bool:
    """js_name is compiled to name, and py_name meets what name is compiled to."""
    return any(name[:3] in {"js_", "py_"} and name[3:] in ALIASED for name in _bound_by(node))


@_rule(
    "renamed attribute",
    "Transcrypt makes .py_… of it: write another name, or record['key'] for a field.",
    ast.Attribute,
    rooms=frozenset({"core"}),
)
def _renamed_attribute_in_core(node: ast.Attribute, _module: _Module) -> bool:
    """Records are plain objects, which have no py_get or py_keys."""
    return node.attr in ALIASED or (node.attr.startswith("js_") and node.attr[3:] in ALIASED)


@_rule(
    "renamed attribute",
    "Transcrypt makes .py_… of it: put # __pragma__('noalias') above it, or write .js_… .",
    ast.Attribute,
    rooms=_ALL - {"core"},
)
def _renamed_attribute(node: ast.Attribute, module: _Module) -> bool:
    """The browser's objects have no py_get."""
    return module.aliased(node.attr, node.lineno)


@_rule("special attribute", "It does not exist in JavaScript; only .__class__.__name__ does.", ast.Attribute)
def _special_attribute(node: ast.Attribute, _module: _Module) -> bool:
    """__dict__, and __name__ of a function, are undefined."""
    if not (node.attr.startswith("__") and node.attr.endswith("__")) or node.attr in {"__class__", "__init__"}:
        return False
    return node.attr != "__name__" or not (isinstance(node.value, ast.Attribute) and node.value.attr == "__class__")


@_rule(
    "renamed built-in",
    "Transcrypt makes py_… of it: count with range(len(…)), or keep a counter.",
    *(ast.Name,),
)
def _renamed_built_in(node: ast.Name, module: _Module) -> bool:
    """enumerate, reversed, iter and next are right, but bear a name that the build takes for a mistake."""
    return module.is_built_in(node, "enumerate", "reversed", "iter", "next")


@_rule("print", "Leave it out, or write console.log outside core.", ast.Name)
def _print(node: ast.Name, module: _Module) -> bool:
    """It brings a terminal emulation along, which looks for an element in the page."""
    return module.is_built_in(node, "print")


@_rule("type()", "Write isinstance().", ast.Call)
def _type_call(node: ast.Call, _module: _Module) -> bool:
    """The type of a plain object is not dict, and a variable named type is not called at all."""
    return isinstance(node.func, ast.Name) and node.func.id == "type"


@_rule("built-in that is missing", "Transcrypt's runtime does not have it: write it out.", ast.Name)
def _missing_built_in(node: ast.Name, module: _Module) -> bool:
    """The name is undefined when the line runs."""
    known = _RIGHT_BUILT_INS | {"enumerate", "reversed", "iter", "next", "print", "type", "bytes", "repr", "setattr"}
    return isinstance(node.ctx, ast.Load) and module.is_built_in(node, *(_PYTHON_BUILT_INS - known))


@_rule("repr()", "Write str().", ast.Name)
def _repr(node: ast.Name, module: _Module) -> bool:
    """Backslashes come out single."""
    return module.is_built_in(node, "repr")


@_rule("setattr()", "Write object.name = value, or use a dictionary.", ast.Name)
def _setattr(node: ast.Name, module: _Module) -> bool:
    """A renamed attribute is set under its other name, or not at all."""
    return module.is_built_in(node, "setattr")


# ---- Constants ------------------------------------------------------------------------------------


@_rule("bytes", "Write a text, or a list of numbers.", ast.Constant, ast.Name)
def _bytes(node: ast.Constant | ast.Name, module: _Module) -> bool:
    """They become a typed array, which compares and slices differently."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bytes)
    return module.is_built_in(node, "bytes", "bytearray")


@_rule("complex number", "Keep two numbers.", ast.Constant)
def _complex(node: ast.Constant, _module: _Module) -> bool:
    """They need -c."""
    return isinstance(node.value, complex)


@_rule("ellipsis", "Write pass.", ast.Constant)
def _ellipsis(node: ast.Constant, _module: _Module) -> bool:
    """It does not compile."""
    return node.value is ...


@_rule("number beyond 2**53", "Keep it as a text: JavaScript rounds it.", ast.Constant)
def _big_number(node: ast.Constant, _module: _Module) -> bool:
    """JavaScript has only double precision; infinity comes out as a name."""
    if isinstance(node.value, float):
        return node.value == float("inf")
    return isinstance(node.value, int) and node.value > _MAX_INT


# ---- Texts ----------------------------------------------------------------------------------------


@_rule("f-string format", "Write the formatting out: what follows ':' or '!' or '=' is ignored.", ast.FormattedValue)
def _format_spec(node: ast.FormattedValue, _module: _Module) -> bool:
    """The value is put in as str() gives it."""
    return node.format_spec is not None or node.conversion != -1


@_rule("brace in an f-string", "Join the texts with +.", ast.JoinedStr)
def _format_brace(node: ast.JoinedStr, _module: _Module) -> bool:
    """A literal brace breaks the compiler, or is taken for a place to fill."""
    return any(isinstance(part, ast.Constant) and re.search(r"[{}]", str(part.value)) for part in node.values)


@_rule("% formatting", "Write an f-string.", ast.BinOp, ast.AugAssign)
def _percent(node: ast.BinOp | ast.AugAssign, module: _Module) -> bool:
    """It is taken for arithmetic and gives NaN."""
    left = node.left if isinstance(node, ast.BinOp) else node.target
    return isinstance(node.op, ast.Mod) and module.kind(left) == "str"


@_rule("format()", "Write an f-string.", ast.Call)
def _format(node: ast.Call, module: _Module) -> bool:
    """Anything but {}, {0} or {word} in the text stays as it is, and so do doubled braces."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "format":
        return False
    text = node.func.value
    if not isinstance(text, ast.Constant):
        return module.kind(text) == "str"
    plain = re.sub(r"\{\w*\}", "", str(text.value))
    return "{" in plain or "}" in plain or "{{" in str(text.value) or "}}" in str(text.value)


@_rule("strip of letters", "Write it out with slices: only blanks are taken off.", ast.Call)
def _strip(node: ast.Call, _module: _Module) -> bool:
    """The argument is ignored."""
    return _is_method(node, "strip", "lstrip", "rstrip") and bool(node.args)


@_rule("split without separator", "Name the separator: '' gives [''] here, not [].", ast.Call)
def _split(node: ast.Call, _module: _Module) -> bool:
    """The empty text gives one empty word."""
    return _is_method(node, "split", "rsplit") and not node.args


@_rule("replace with a count", "Write it out with find and slices.", ast.Call)
def _replace(node: ast.Call, _module: _Module) -> bool:
    """It is wrong for words of more than one letter."""
    return _is_method(node, "replace") and len(node.args) > 2


@_rule(
    "find with an end", "Slice the text first: the end is ignored, and rfind counts its start from the left.", ast.Call
)
def _find(node: ast.Call, _module: _Module) -> bool:
    """Find's third and rfind's second argument mean something else."""
    return (_is_method(node, "find") and len(node.args) > 2) or (_is_method(node, "rfind") and len(node.args) > 1)


@_rule(
    "method that differs",
    "It is missing or different in JavaScript ("
    + "; ".join(f"{name}: {why}" for name, why in _WRONG_METHODS.items())
    + "): write it out.",
    ast.Attribute,
    rooms=frozenset({"core"}),
)
def _wrong_method(node: ast.Attribute, module: _Module) -> bool:
    """Only in core: elsewhere it may be the browser's own."""
    return node.attr in _WRONG_METHODS and isinstance(module.parent(node), ast.Call)


@_rule(
    "method that is missing",
    "Transcrypt's texts do not have it: write it out.",
    ast.Attribute,
    rooms=frozenset({"core"}),
)
def _missing_method(node: ast.Attribute, module: _Module) -> bool:
    """Only in core: elsewhere it may be the browser's own."""
    return node.attr in _MISSING_METHODS and isinstance(module.parent(node), ast.Call)


def _is_method(node: ast.Call, *names: str) -> bool:
    """Whether a call is to a method of one of these names."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in names


# ---- Operators ------------------------------------------------------------------------------------

_never("walrus", "Assign on a line of its own.", ast.NamedExpr)


@_rule(
    "bit operator",
    "Write arithmetic: numbers are cut to 32 bits, and sets and dictionaries become 0.",
    *(ast.BinOp, ast.AugAssign, ast.UnaryOp),
)
def _bits(node: ast.BinOp | ast.AugAssign | ast.UnaryOp, _module: _Module) -> bool:
    """JavaScript works on 32 bits. @ needs -o."""
    bits = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert, ast.MatMult)
    return isinstance(node.op, bits)


@_rule("+ of lists", "Write extend(), or append() in a loop: + makes a text of both.", ast.BinOp, ast.AugAssign)
def _list_plus(node: ast.BinOp | ast.AugAssign, module: _Module) -> bool:
    """JavaScript turns both lists into texts and joins those."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.target, node.value]
    return isinstance(node.op, ast.Add) and any(module.kind(side) in {"list", "tuple"} for side in sides)


@_rule("* of a text or list", "Build it in a loop: * gives NaN.", ast.BinOp, ast.AugAssign)
def _times(node: ast.BinOp | ast.AugAssign, module: _Module) -> bool:
    """JavaScript multiplies numbers only."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.target, node.value]
    return isinstance(node.op, ast.Mult) and any(module.kind(side) in {"str", "list", "tuple"} for side in sides)


@_rule("- of sets", "Use a comprehension: - gives NaN.", ast.BinOp)
def _set_minus(node: ast.BinOp, module: _Module) -> bool:
    """JavaScript subtracts numbers only."""
    return isinstance(node.op, ast.Sub) and "set" in {module.kind(node.left), module.kind(node.right)}


@_rule(
    "comparison of collections",
    "Compare lengths and items, or keys: lists and records are compared as objects.",
    ast.Compare,
)
def _compare_collections(node: ast.Compare, module: _Module) -> bool:
    """== is true only for the very same object; < compares the texts of both."""
    sides = [module.kind(side) in _COLLECTIONS for side in [node.left, *node.comparators]]
    by_value = [isinstance(one, ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE) for one in node.ops]
    return any(by_value[place] and (sides[place] or sides[place + 1]) for place in range(len(by_value)))


@_rule("in with a collection on the left", "Look through the list and compare fields.", ast.Compare)
def _collection_in(node: ast.Compare, module: _Module) -> bool:
    """Items are compared as objects, so an equal one is not found."""
    return isinstance(node.ops[0], ast.In | ast.NotIn) and module.kind(node.left) in _COLLECTIONS


@_rule("is with a literal", "Write ==.", ast.Compare)
def _is_literal(node: ast.Compare, _module: _Module) -> bool:
    """Only None, True and False are always the same object in both languages."""
    sides = [node.left, *node.comparators]
    for place, operator in enumerate(node.ops):
        if isinstance(operator, ast.Is | ast.IsNot):
            for side in sides[place : place + 2]:
                if isinstance(side, ast.List | ast.Dict | ast.Set | ast.Tuple | ast.JoinedStr):
                    return True
                if isinstance(side, ast.Constant) and side.value not in (None, True, False):
                    return True
    return False


@_rule("call in a chained comparison", "Keep its result in a variable: it is called twice.", ast.Compare)
def _chained_call(node: ast.Compare, _module: _Module) -> bool:
    """The middle of a < f() < b is written out for each side."""
    return any(isinstance(part, ast.Call | ast.Await) for middle in node.comparators[:-1] for part in ast.walk(middle))


@_rule(
    "value of 'and'", "Write bool(a) and b, or an if: an empty text, list or None on its left gives False.", ast.BoolOp
)
def _and_value(node: ast.BoolOp, module: _Module) -> bool:
    """Python gives back the left side itself."""
    if not isinstance(node.op, ast.And) or _only_truth_counts(node, module):
        return False
    return not all(_is_yes_or_no(value, module) for value in node.values[:-1])


def _only_truth_counts(node: ast.AST, module: _Module) -> bool:
    """Whether only the truth of a value is used, not the value."""
    parent = module.parent(node)
    match parent:
        case ast.If() | ast.While() | ast.Assert() | ast.IfExp():
            return parent.test is node
        case ast.UnaryOp(op=ast.Not()) | ast.Expr():
            return True
        case ast.comprehension():
            return node in parent.ifs
        case ast.BoolOp():
            return parent.values[-1] is not node or _only_truth_counts(parent, module)
        case _:
            return module.calls(parent, "bool")


def _is_yes_or_no(node: ast.expr, module: _Module) -> bool:
    """Whether a value is certainly a truth value or number, or named like one."""
    if module.kind(node) in {"bool", "int", "float"}:
        return True
    if isinstance(node, ast.BoolOp):
        return all(_is_yes_or_no(value, module) for value in node.values)
    if isinstance(node, ast.Await):
        return _is_yes_or_no(node.value, module)
    named = node.func if isinstance(node, ast.Call) else node
    word = named.attr if isinstance(named, ast.Attribute) else named.id if isinstance(named, ast.Name) else ""
    return bool(_SAYS_YES_OR_NO.match(word))


@_rule(
    "brackets that get lost",
    "Keep the part in brackets in a variable: Transcrypt leaves the brackets out.",
    *(ast.Subscript, ast.Attribute, ast.Call, ast.Await),
)
def _lost_brackets(node: ast.AST, _module: _Module) -> bool:
    """(a + b)[0] becomes a + b[0], (await f()).x becomes await f().x, await (a or b) becomes await a or b."""
    loose = (ast.BinOp, ast.BoolOp, ast.Compare, ast.UnaryOp, ast.Await, ast.Yield, ast.YieldFrom)
    match node:
        case ast.Attribute(value=inner):
            # Transcrypt does think of these three here.
            return isinstance(inner, loose) and not isinstance(inner, ast.BinOp | ast.BoolOp | ast.Compare)
        case ast.Subscript(value=inner) | ast.Call(func=inner) | ast.Await(value=inner):
            return isinstance(inner, loose)
        case _:
            return False


# ---- Lists, dictionaries, sets --------------------------------------------------------------------


@_rule("* in a display", "Write extend() or append(): the list is put in as one item.", ast.Starred)
def _starred(node: ast.Starred, module: _Module) -> bool:
    """Right in calls, wrong everywhere else, in targets too."""
    return not isinstance(module.parent(node), ast.Call)


@_rule("** in a dictionary", "Copy key by key.", ast.Dict)
def _dict_unpacking(node: ast.Dict, _module: _Module) -> bool:
    """It does not compile, or loses the keys."""
    return None in node.keys


@_rule(
    "dictionary key that is no text",
    "Use texts as keys: JavaScript turns every other key into one.",
    ast.Dict,
    ast.DictComp,
)
def _dict_keys(node: ast.Dict | ast.DictComp, module: _Module) -> bool:
    """A loop over the keys gives texts, in another order."""
    keys = node.keys if isinstance(node, ast.Dict) else [node.key]
    constants = [key for key in keys if isinstance(key, ast.Constant)]
    other = {"int", "float", "bool", "tuple", "list"}
    return any(not isinstance(key.value, str) for key in constants) or any(module.kind(key) in other for key in keys)


@_rule("tuple as a key", "Join its parts to a text.", ast.Subscript)
def _tuple_key(node: ast.Subscript, _module: _Module) -> bool:
    """The key becomes the text of the tuple."""
    return isinstance(node.slice, ast.Tuple)


@_rule("key with a meaning of its own", "Choose another key: keys(), len() and in overlook this one.", ast.Constant)
def _special_key(node: ast.Constant, module: _Module) -> bool:
    """__proto__, constructor and py_… belong to JavaScript and the runtime."""
    parent = module.parent(node)
    is_key = (isinstance(parent, ast.Dict) and node in parent.keys) or (
        isinstance(parent, ast.Subscript) and parent.slice is node
    )
    if not is_key or not isinstance(node.value, str):
        return False
    return node.value == "constructor" or node.value.startswith("py_") or bool(re.fullmatch("__.*__", node.value))


@_rule("negative index", "Write l[len(l) - 1]: JavaScript looks for an item of that name.", ast.Subscript)
def _negative_index(node: ast.Subscript, _module: _Module) -> bool:
    """It gives undefined, and sets a field."""
    return isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.op, ast.USub)


@_rule(
    "slice that may start behind the end",
    "Of a list it gives the last item, not []: annotate a text as str, and compare with len() for a list.",
    ast.Subscript,
)
def _late_slice(node: ast.Subscript, module: _Module) -> bool:
    """[1][2:] gives [1]. From 0, from 1, and counted from the end it is right; of texts always."""
    if not isinstance(node.slice, ast.Slice) or node.slice.lower is None or module.kind(node.value) == "str":
        return False
    match node.slice.lower:
        case ast.Constant(value=0 | 1) | ast.UnaryOp(op=ast.USub()):
            return False
        case ast.BinOp(op=ast.Sub(), left=left):
            return not module.calls(left, "len")
        case lower:
            return not module.calls(lower, "len")


@_rule(
    "loop over a dictionary",
    "Keep a list of records, or a list of the keys: an object is not iterable.",
    ast.For,
    ast.comprehension,
)
def _dict_loop(node: ast.For | ast.comprehension, module: _Module) -> bool:
    """It fails when it runs."""
    return module.kind(node.iter) == "dict"


@_rule("dictionary walked through", "Keep a list of records, or a list of the keys.", ast.Call)
def _dict_walked(node: ast.Call, module: _Module) -> bool:
    """list() of a plain object is empty, the others fail."""
    return module.calls(node, *_WALK_THROUGH) and any(module.kind(one) == "dict" for one in node.args)


@_rule("generator handed over", "Write a list comprehension: a set or tuple of a generator is empty.", ast.Call)
def _generator(node: ast.Call, module: _Module) -> bool:
    """Only list() and sum() know how to take one."""
    if not any(module.kind(one) == "generator" for one in node.args):
        return False
    return not module.calls(node, *_TAKE_GENERATORS)


@_rule("generator expression", "Write a list comprehension: Transcrypt makes py_iter of it.", ast.GeneratorExp)
def _generator_expression(_node: ast.GeneratorExp, _module: _Module) -> bool:
    """It is made into a list first anyway, so any() and all() do not stop early."""
    return True


@_rule("await in a comprehension", "Write a loop.", ast.Await)
def _await_in_comprehension(node: ast.Await, module: _Module) -> bool:
    """A comprehension is compiled to a function that is not async."""
    for outer in module.around(node):
        if isinstance(outer, _SCOPES):
            return False
        if isinstance(outer, _COMPREHENSIONS):
            return True
    return False


@_rule("async for in a comprehension", "Write a loop that awaits.", ast.comprehension)
def _async_comprehension(node: ast.comprehension, _module: _Module) -> bool:
    """The async is dropped."""
    return bool(node.is_async)


@_rule("comprehension that hides its list", "Name the item differently from the list.", *_COMPREHENSIONS)
def _self_hiding(node: _Comprehension, _module: _Module) -> bool:
    """[x for x in x] looks for the list in the item."""
    first = node.generators[0]
    targets = {name for part in ast.walk(first.target) for name in _bound_by(part)}
    # What a lambda or comprehension within the list binds is its own.
    targets -= {name for part in ast.walk(first.iter) for name in _bound_by(part)}
    return any(isinstance(part, ast.Name) and part.id in targets for part in ast.walk(first.iter))


@_rule("unpacking of a generator", "Make a list of it first.", ast.Assign)
def _unpacked_generator(node: ast.Assign, module: _Module) -> bool:
    """Every part is undefined."""
    return module.kind(node.value) == "generator" and any(isinstance(one, ast.Tuple | ast.List) for one in node.targets)


# ---- Calls ----------------------------------------------------------------------------------------


@_rule(
    "keyword argument",
    "Pass it by position: Transcrypt packs keyword arguments into one object nobody reads.",
    ast.keyword,
)
def _keyword(node: ast.keyword, module: _Module) -> bool:
    """Only sorted, min and max, and format, read that object."""
    call = module.parent(node)
    if not isinstance(call, ast.Call):
        return False
    if _is_method(call, "format"):
        return node.arg is None or node.arg in ALIASED
    if _is_method(call, "sort"):
        return node.arg not in _KEYWORDS["sorted"]
    for name, right in _KEYWORDS.items():
        if module.calls(call, name):
            return node.arg not in right
    return True


@_rule(
    "sort key of several parts",
    "Join the parts to one text or number: in Firefox, sorting twice does not do either.",
    ast.keyword,
)
def _sort_key(node: ast.keyword, module: _Module) -> bool:
    """Tuples and lists are compared as texts: 10 comes before 9. In Firefox, sorting is not stable either."""
    return (
        node.arg == "key" and isinstance(node.value, ast.Lambda) and module.kind(node.value.body) in {"tuple", "list"}
    )


@_rule("reverse together with key", "Negate the number in key, or sort and build the list from the end.", ast.Call)
def _sort_reverse(node: ast.Call, module: _Module) -> bool:
    """Equal items come out in reverse order too."""
    if not module.calls(node, "sorted") and not _is_method(node, "sort"):
        return False
    return {"key", "reverse"} <= {keyword.arg for keyword in node.keywords}


@_rule("min or max of a text", "Walk through it.", ast.Call)
def _extreme_letter(node: ast.Call, module: _Module) -> bool:
    """Only lists are taken."""
    return module.calls(node, "min", "max") and len(node.args) == 1 and module.kind(node.args[0]) == "str"


@_rule("sorted of a text", "Make a list of it first.", ast.Call)
def _sorted_text(node: ast.Call, module: _Module) -> bool:
    """Only lists are taken."""
    return module.calls(node, "sorted") and bool(node.args) and module.kind(node.args[0]) == "str"


@_rule("isinstance of dict", "Write: x is not None and not isinstance(x, (str, int, float, bool, list)).", ast.Call)
def _is_dict(node: ast.Call, module: _Module) -> bool:
    """What was parsed from JSON or came in a message is a plain object, not a dict of the runtime's."""
    if not module.calls(node, "isinstance") or len(node.args) != 2:
        return False
    types = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
    return any(isinstance(one, ast.Name) and one.id == "dict" for one in types)


@_rule("isinstance of float", "Write isinstance(x, (int, float)): 1.0 is an int in JavaScript.", ast.Call)
def _is_float(node: ast.Call, module: _Module) -> bool:
    """A whole number has no fraction to tell it by."""
    if not module.calls(node, "isinstance") or len(node.args) != 2:
        return False
    types = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
    names = {one.id for one in types if isinstance(one, ast.Name)}
    return "float" in names and "int" not in names


@_rule(
    "int() or float()",
    "Write x // 1 for a number; for a text check it first, then int(text[:9]): int() cuts to 32 bits and takes junk.",
    ast.Call,
)
def _number_of(node: ast.Call, module: _Module) -> bool:
    """int() of a time in milliseconds is nonsense, int('12abc') is 0, float('1x') is NaN."""
    if not module.calls(node, "int", "float"):
        return False
    match node.args:
        case [ast.Constant(value="inf" | "-inf" | "nan")]:
            return False
        case [ast.Subscript(slice=ast.Slice(lower=None, upper=ast.Constant(value=int(digits))))]:
            return digits > _SAFE_DIGITS
        case _:
            return True


@_rule("round to digits", "Write round(x * 100) / 100.", ast.Call)
def _round(node: ast.Call, module: _Module) -> bool:
    """Half a unit goes the wrong way."""
    return module.calls(node, "round") and len(node.args) > 1


@_rule("sum with a start", "Add the start afterwards: it is ignored.", ast.Call)
def _sum(node: ast.Call, module: _Module) -> bool:
    """The second argument is not read."""
    return module.calls(node, "sum") and len(node.args) > 1


@_rule("pow of three", "Write a ** b % c.", ast.Call)
def _pow(node: ast.Call, module: _Module) -> bool:
    """The third argument is not read."""
    return module.calls(node, "pow") and len(node.args) > 2


@_rule("getattr with a default", "Write hasattr(…) and an if: the default is ignored.", ast.Call)
def _getattr(node: ast.Call, module: _Module) -> bool:
    """It gives undefined."""
    return module.calls(node, "getattr") and len(node.args) > 2


@_rule("send", "Keep the state in a class.", ast.Attribute, rooms=frozenset({"core"}))
def _send(node: ast.Attribute, module: _Module) -> bool:
    """Generators are JavaScript's own, which have no send."""
    return node.attr == "send" and isinstance(module.parent(node), ast.Call)


@_rule("value of yield", "Keep the state in a class.", ast.Yield, ast.YieldFrom)
def _yield_value(node: ast.Yield | ast.YieldFrom, module: _Module) -> bool:
    """Nothing can be sent in."""
    return not isinstance(module.parent(node), ast.Expr)


@_rule("async generator", "Return a list.", ast.Yield, ast.YieldFrom)
def _async_yield(node: ast.Yield | ast.YieldFrom, module: _Module) -> bool:
    """Nothing can read it: async for does not compile."""
    return isinstance(module.scope(node), ast.AsyncFunctionDef)


# ---- Functions ------------------------------------------------------------------------------------


@_rule("positional-only parameter", "Leave the / out: the parameters before it are lost.", ast.arguments)
def _positional_only(node: ast.arguments, _module: _Module) -> bool:
    """They do not appear in the compiled function."""
    return bool(node.posonlyargs)


@_rule("keyword-only parameter", "Leave the * out: the value never arrives.", ast.arguments)
def _keyword_only(node: ast.arguments, _module: _Module) -> bool:
    """It is its default for ever, or undefined."""
    return bool(node.kwonlyargs)


@_rule("**kwargs", "Take a dictionary.", ast.arguments)
def _double_star(node: ast.arguments, _module: _Module) -> bool:
    """The name is undefined."""
    return node.kwarg is not None


@_rule("default that is made anew", "Use None, a text, a number or a name as default.", ast.arguments)
def _default(node: ast.arguments, _module: _Module) -> bool:
    """It is made at every call, not once."""
    plain = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp)
    return any(one is not None and not isinstance(one, plain) for one in [*node.defaults, *node.kw_defaults])


@_rule(
    "end without return",
    "Write 'return None': a bare return, or the end of the function, gives undefined, which is not None.",
    *_FUNCTIONS,
)
def _no_return(node: _Function, module: _Module) -> bool:
    """'is None' is false for undefined."""
    inside = list(module.inside(node))
    returns = [one for one in inside if isinstance(one, ast.Return)]
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in inside):
        return False
    if not any(one.value is not None for one in returns):
        return False
    return any(one.value is None for one in returns) or not _never_ends(node.body)


def _never_ends(body: list[ast.stmt]) -> bool:
    """Whether the line behind these statements is never reached."""
    if not body:
        return False
    match body[-1]:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=then, orelse=otherwise):
            return _never_ends(then) and _never_ends(otherwise)
        case ast.Try(body=tried, handlers=handlers, finalbody=final):
            return _never_ends(final) or (_never_ends(tried) and all(_never_ends(one.body) for one in handlers))
        case ast.While(test=ast.Constant(value=True), body=loop):
            return not any(isinstance(one, ast.Break) for statement in loop for one in ast.walk(statement))
        case _:
            return False


@_rule(
    "decorator",
    "Only property, its setter, staticmethod, classmethod, and functions on functions are right.",
    *_FUNCTIONS,
)
def _decorator(node: _Function, module: _Module) -> bool:
    """On a method, the function that comes out has to find self."""
    if not isinstance(module.parent(node), ast.ClassDef):
        return False

    def right(one: ast.expr) -> bool:
        if isinstance(one, ast.Attribute):
            return one.attr == "setter"
        return module.is_built_in(one, "property", "staticmethod", "classmethod")

    return not all(right(one) for one in node.decorator_list)


# ---- Loops ----------------------------------------------------------------------------------------


def _range_target(node: ast.AST, module: _Module) -> str:
    """The variable of a loop over range(), or ""."""
    if isinstance(node, ast.For | ast.comprehension) and module.calls(node.iter, "range"):
        return node.target.id if isinstance(node.target, ast.Name) else ""
    return ""


@_rule("loop variable changed in its loop", "Use another variable, or a while loop.", ast.For)
def _changed_target(node: ast.For, module: _Module) -> bool:
    """A loop over range() counts with the variable itself."""
    target = _range_target(node, module)
    changes = (one for statement in node.body for one in [statement, *module.inside(statement)])
    return bool(target) and any(target in _bound_by(one) for one in changes)


@_rule(
    "range changed in its loop", "Keep the length in a variable first: the end is looked at again each time.", ast.For
)
def _changed_range(node: ast.For, module: _Module) -> bool:
    """Range(len(l)) goes on as long as l grows."""
    if not _range_target(node, module):
        return False
    used = {
        ast.unparse(one) for one in ast.walk(node.iter) if isinstance(one, ast.Name | ast.Attribute | ast.Subscript)
    }
    measured = any(isinstance(one, ast.Call) for one in ast.walk(node.iter) if one is not node.iter)
    changed = set()
    for one in (one for statement in node.body for one in ast.walk(statement)):
        if isinstance(one, ast.Name | ast.Attribute | ast.Subscript) and not isinstance(one.ctx, ast.Load):
            changed.add(ast.unparse(one))
        if measured and isinstance(one, ast.Attribute) and one.attr in _CHANGING_METHODS:
            changed.add(ast.unparse(one.value))
    return bool(used & changed)


@_rule("loop variable after its loop", "Keep it in another variable: it has gone one further.", ast.Name)
def _used_after(node: ast.Name, module: _Module) -> bool:
    """JavaScript counts up once more before it sees that the loop is over."""
    if not isinstance(node.ctx, ast.Load) or any(isinstance(one, _COMPREHENSIONS) for one in module.around(node)):
        return False
    before = [one for one in module.bindings(node.id, module.scope(node)) if module.place(one) < module.place(node)]
    if not before:
        return False
    loop = module.parent(max(before, key=module.place))
    return _range_target(loop, module) == node.id and node not in ast.walk(loop)


@_rule(
    "function that keeps the loop variable",
    "Make it in another function that takes the value.",
    *_FUNCTIONS,
    ast.Lambda,
)
def _kept_target(node: ast.AST, module: _Module) -> bool:
    """After a loop over range() the variable is one further than in Python."""
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    used -= {name for one in ast.walk(node) for name in _bound_by(one)}
    if isinstance(module.parent(node), ast.keyword):
        # A sort key is done with before the loop goes on.
        return False
    for outer in module.around(node):
        if isinstance(outer, _SCOPES):
            return False
        loops = outer.generators if isinstance(outer, _COMPREHENSIONS) else [outer]
        if any(_range_target(loop, module) in used for loop in loops):
            return True
    return False


# ---- Classes --------------------------------------------------------------------------------------


@_rule("multiple inheritance", "Use one base class: methods are not looked up in Python's order.", ast.ClassDef)
def _bases(node: ast.ClassDef, _module: _Module) -> bool:
    """super() takes the first base only."""
    return len(node.bases) > 1


@_rule("class option", "Leave it out.", ast.ClassDef)
def _class_option(node: ast.ClassDef, _module: _Module) -> bool:
    """A metaclass is not Python's."""
    return bool(node.keywords)


@_rule("class decorator", "Leave it out, and write __init__: dataclasses lose their comparison.", ast.ClassDef)
def _class_decorator(node: ast.ClassDef, _module: _Module) -> bool:
    """Dataclass, total_ordering and the like need Python's library."""
    return bool(node.decorator_list)


@_rule(
    "field without a value", "Set it in __init__, or give it a value: without one the class is broken.", ast.AnnAssign
)
def _field(node: ast.AnnAssign, module: _Module) -> bool:
    """The comma behind it is left out."""
    return node.value is None and isinstance(module.parent(node), ast.ClassDef)


@_rule("statement in a class", "Only methods, classes and NAME = value may stand in a class.", ast.stmt)
def _class_statement(node: ast.stmt, module: _Module) -> bool:
    """Others are left out."""
    if not isinstance(module.parent(node), ast.ClassDef):
        return False
    allowed = (*_FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Pass, ast.Expr)
    return not isinstance(node, allowed)


@_rule("field made of another field", "Write the value out, or take it from the module.", ast.Name)
def _field_of_field(node: ast.Name, module: _Module) -> bool:
    """Fields are not variables in JavaScript."""
    if not isinstance(node.ctx, ast.Load):
        return False
    for outer in module.around(node):
        if isinstance(outer, _SCOPES):
            return False
        if isinstance(outer, ast.ClassDef):
            fields = {name for one in module.inside(outer) for name in _bound_by(one)}
            return node.id in fields
    return False


@_rule(
    "special method",
    "Give it a name of its own and call it: only "
    + ", ".join(sorted(_SPECIAL_METHODS))
    + " are called for their operators.",
    *_FUNCTIONS,
)
def _special_method(node: _Function, module: _Module) -> bool:
    """Operators are JavaScript's own; == is never __eq__."""
    special = node.name.startswith("__") and node.name.endswith("__")
    return special and node.name not in _SPECIAL_METHODS and isinstance(module.parent(node), ast.ClassDef)


@_rule("super()", "Write super().method(…) in a method whose first parameter is self.", ast.Call)
def _super(node: ast.Call, module: _Module) -> bool:
    """It is compiled to a call that names self."""
    if not module.calls(node, "super"):
        return False
    method = module.scope(node)
    first = method.args.args[0].arg if isinstance(method, _FUNCTIONS) and method.args.args else ""
    called = isinstance(module.parent(node), ast.Attribute) and isinstance(module.parent(module.parent(node)), ast.Call)
    return bool(node.args) or first != "self" or not called


# ---- The page hook and the border: no runtime --------------------------------------------------------------------

_NO_RUNTIME = "There is no Transcrypt runtime here"

_never("class without the runtime", f"{_NO_RUNTIME}: use functions.", ast.ClassDef, rooms=PLAIN_ROOMS)
_never(
    "comprehension without the runtime",
    f"{_NO_RUNTIME}: use a loop and push().",
    *_COMPREHENSIONS,
    rooms=PLAIN_ROOMS,
)
_never("set without the runtime", f"{_NO_RUNTIME}: use a list and indexOf().", ast.Set, rooms=PLAIN_ROOMS)
_never("f-string without the runtime", f"{_NO_RUNTIME}: join the texts with +.", ast.JoinedStr, rooms=PLAIN_ROOMS)
_never("slice without the runtime", f"{_NO_RUNTIME}: call .slice() or .substring().", ast.Slice, rooms=PLAIN_ROOMS)


@_rule("in without the runtime", f"{_NO_RUNTIME}: use indexOf() or Object.hasOwn().", ast.Compare, rooms=PLAIN_ROOMS)
def _plain_in(node: ast.Compare, _module: _Module) -> bool:
    """It is compiled to a call."""
    return any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops)


@_rule("% without the runtime", f"{_NO_RUNTIME}: write a - a // b * b.", ast.BinOp, ast.AugAssign, rooms=PLAIN_ROOMS)
def _plain_mod(node: ast.BinOp | ast.AugAssign, _module: _Module) -> bool:
    """It is compiled to a call, because JavaScript's own % differs for negative numbers."""
    return isinstance(node.op, ast.Mod)


@_rule(
    "dictionary without the runtime", f"{_NO_RUNTIME}: make an object and set its fields.", ast.Dict, rooms=PLAIN_ROOMS
)
def _plain_dict(node: ast.Dict, module: _Module) -> bool:
    """Between the pragmas jsiter and nojsiter it is a plain object."""
    return not module.switched_on("jsiter", node.lineno)


@_rule("tuple without the runtime", f"{_NO_RUNTIME}: write a list.", ast.Tuple, rooms=PLAIN_ROOMS)
def _plain_tuple(node: ast.Tuple, _module: _Module) -> bool:
    """As a target it is right."""
    return isinstance(node.ctx, ast.Load)


@_rule("built-in without the runtime", f"{_NO_RUNTIME}: use JavaScript's own.", ast.Name, rooms=PLAIN_ROOMS)
def _plain_built_in(node: ast.Name, module: _Module) -> bool:
    """Only 'for i in range(…)' becomes a loop without it."""
    if not isinstance(node.ctx, ast.Load) or not module.is_built_in(node, *_PYTHON_BUILT_INS):
        return False
    call = module.parent(node)
    loop = module.parent(call)
    if node.id != "range" or not isinstance(call, ast.Call) or not isinstance(loop, ast.For) or loop.iter is not call:
        return True
    step = call.args[2] if len(call.args) > 2 else ast.Constant(1)
    step = step.operand if isinstance(step, ast.UnaryOp) else step
    return not isinstance(loop.target, ast.Name) or not isinstance(step, ast.Constant)


@_rule(
    "Python's method without the runtime",
    f"{_NO_RUNTIME}: call JavaScript's own, such as push().",
    ast.Attribute,
    rooms=PLAIN_ROOMS,
)
def _plain_method(node: ast.Attribute, module: _Module) -> bool:
    """JavaScript's texts and lists do not have it."""
    if not isinstance(module.parent(node), ast.Call):
        return False
    return node.attr in _RUNTIME_METHODS or (node.attr in {"find", "join"} and module.kind(node.value) == "str")


@_rule(
    "except with a type without the runtime",
    f"{_NO_RUNTIME}: write a bare 'except:'.",
    ast.ExceptHandler,
    rooms=PLAIN_ROOMS,
)
def _plain_except(node: ast.ExceptHandler, _module: _Module) -> bool:
    """It is compiled to isinstance()."""
    return node.type is not None


@_rule(
    "default argument without the runtime",
    "Pass it: a default calls hasOwnProperty on the page's own object.",
    ast.arguments,
    rooms=PLAIN_ROOMS,
)
def _plain_default(node: ast.arguments, _module: _Module) -> bool:
    """The page could be asked for anything then."""
    return bool(node.defaults)


@_rule("*args without the runtime", f"{_NO_RUNTIME}: take a list.", ast.arguments, rooms=PLAIN_ROOMS)
def _plain_star(node: ast.arguments, _module: _Module) -> bool:
    """They become a tuple of the runtime's."""
    return node.vararg is not None
