"""The check of the dialect: what it refuses, what it allows, and that the allowed is compiled right."""

import ast
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tools import dialect
from tools.dialect import Problem, check
from tools.erase import erase

# The construct, and a program with it. The line that must be named ends in "#!".
REFUSED = [
    ("match", "match x:  #!\n    case 1:\n        pass"),
    ("async for", "async def f(a):\n    async for x in a:  #!\n        g(x)"),
    ("with", "def f(a):\n    with a:  #!\n        return 1"),
    ("with", "def f(a):\n    with a as b:  #!\n        g(b)"),
    ("async with", "async def f(a):\n    async with a:  #!\n        g()"),
    ("new syntax", "try:  #!\n    f()\nexcept* ValueError:\n    g()"),
    ("assert", "def f(x):\n    assert x  #!"),
    ("del of an item by position", "def f(l):\n    del l[0]  #!"),
    ("del of an item by position", "def f(l):\n    del l[1:2]  #!"),
    ("del of an item by position", "def f(l, i):\n    del l[i + 1]  #!"),
    ("del of an item by position", "def f(l, i: int):\n    del l[i]  #!"),
    ("del of an item by position", 'def f(l: "list[int]", i):\n    del l[i]  #!'),
    ("del of a variable", "x = 1\ndel x  #!"),
    ("try/else", "try:  #!\n    f()\nexcept ValueError:\n    g()\nelse:\n    h()"),
    ("except that never comes", "try:\n    f()\nexcept KeyError:  #!\n    g()"),
    ("except that never comes", "try:\n    f()\nexcept (ValueError, ZeroDivisionError):  #!\n    g()"),
    ("args of an exception", "try:\n    f()\nexcept ValueError as error:\n    g(error.args)  #!"),
    ("raise of a class", "def f():\n    raise ValueError  #!"),
    ("raise of a class", "def f():\n    raise Refused  #!"),
    ("raise outside except", "def f():\n    raise  #!"),
    ("global or nonlocal bound by a statement", "n = 0\ndef f():\n    global n  #!\n    for n in [1]:\n        g()"),
    (
        "global or nonlocal bound by a statement",
        "def g():\n    pass\ndef f():\n    global g  #!\n    def g():\n        pass",
    ),
    ("global made in a function", "def f():\n    global n  #!\n    n = 1"),
    ("annotated name at module level", "N: int = 5  #!"),
    ("annotated name at module level", "N: int  #!"),
    ("name first bound in a block", "if a:\n    X = 1  #!"),
    ("name first bound in a block", "try:\n    f()\nfinally:\n    X = 1  #!"),
    ("name first bound in a block", "while f():\n    X = 1  #!"),
    ("name first bound in a block", "for x in [1]:  #!\n    f(x)"),
    ("name first bound in a block", "if a:\n    def f():  #!\n        pass"),
    ("name first bound in a block", "if a:\n    class C:  #!\n        pass"),
    ("import", "import json  #!"),
    ("import", "import typing  #!"),
    ("import from", "from collections.abc import Callable  #!"),
    ("import from", "from dataclasses import dataclass  #!"),
    ("import from", "from enum import Enum  #!"),
    ("import from", "from . import other  #!"),
    ("import from", "def f():\n    from typing import Any  #!"),
    ("import *", "from core.rules import *  #!"),
    ("typing at run time", "from typing import cast\ndef f(x):\n    return cast('str', x)  #!"),
    ("typing at run time", "from typing import NamedTuple\nclass C(NamedTuple):  #!\n    x: int = 1"),
    ("type alias", "Rows = list[str]  #!"),
    ("renamed name", "name = 1  #!"),
    ("renamed name", "def f(type):  #!\n    pass"),
    ("renamed name", "def get():  #!\n    pass"),
    ("renamed name", "try:\n    f()\nexcept ValueError as name:  #!\n    g()"),
    ("renamed name", "from core.rules import update  #!"),
    ("word of JavaScript's", "function = 1  #!"),
    ("word of JavaScript's", "def f(this):  #!\n    pass"),
    ("word of JavaScript's", "Math = 1  #!"),
    ("js_ or py_ in front", "js_name = 1  #!"),
    ("renamed attribute", "def f(x):\n    return x.name  #!"),
    ("renamed attribute", "def f(x):\n    return x.get('a')  #!"),
    ("renamed attribute", "def f(x):\n    x.sort()  #!"),
    ("renamed attribute", "def f(x):\n    return x.js_get('a')  #!"),
    ("renamed attribute", "# __pragma__('noalias')\ndef f(x):\n    return x.get('a')  #!"),
    ("special attribute", "def f(x):\n    return x.__dict__  #!"),
    ("special attribute", "def f(x):\n    return f.__name__  #!"),
    ("renamed built-in", "def f(l):\n    for i, x in enumerate(l):  #!\n        g(i, x)"),
    ("renamed built-in", "def f(l):\n    for x in reversed(l):  #!\n        g(x)"),
    ("print", "print(1)  #!"),
    ("type()", "def f(x):\n    return type(x)  #!"),
    ("built-in that is missing", "def f(x):\n    return frozenset(x)  #!"),
    ("built-in that is missing", "def f(x):\n    raise RuntimeError('x')  #!"),
    ("built-in that is missing", "def f(x):\n    return vars(x)  #!"),
    ("repr()", "def f(x):\n    return repr(x)  #!"),
    ("setattr()", "def f(x):\n    setattr(x, 'a', 1)  #!"),
    ("bytes", "x = b'a'  #!"),
    ("bytes", "def f(x):\n    return bytes(x)  #!"),
    ("complex number", "x = 1j  #!"),
    ("ellipsis", "def f():\n    ...  #!"),
    ("number beyond 2**53", "x = 9007199254740993  #!"),
    ("number beyond 2**53", "x = 1e999  #!"),
    ("f-string format", "def f(x):\n    return f'{x:.2f}'  #!"),
    ("f-string format", "def f(x):\n    return f'{x!r}'  #!"),
    ("f-string format", "def f(x):\n    return f'{x=}'  #!"),
    ("brace in an f-string", "def f(x):\n    return f'{{{x}}}'  #!"),
    ("% formatting", "def f(x):\n    return '%s' % x  #!"),
    ("% formatting", "def f(x, y: str):\n    return y % x  #!"),
    ("format()", "def f(x):\n    return '{:>5}'.format(x)  #!"),
    ("format()", "def f(x):\n    return '{{{}}}'.format(x)  #!"),
    ("strip of letters", "def f(x):\n    return x.strip('/')  #!"),
    ("strip of letters", "def f(x):\n    return x.rstrip('/')  #!"),
    ("split without separator", "def f(x):\n    return x.split()  #!"),
    ("replace with a count", "def f(x):\n    return x.replace('aa', 'b', 1)  #!"),
    ("find with an end", "def f(x):\n    return x.find('a', 0, 2)  #!"),
    ("find with an end", "def f(x):\n    return x.rfind('a', 2)  #!"),
    ("method that differs", "def f(x):\n    return x.index('a')  #!"),
    ("method that differs", "def f(x):\n    return x.capitalize()  #!"),
    ("method that is missing", "def f(x):\n    return x.partition('=')  #!"),
    ("walrus", "if (n := f()) > 1:  #!\n    g(n)"),
    ("bit operator", "def f(a, b):\n    return a | b  #!"),
    ("bit operator", "def f(a):\n    a <<= 1  #!"),
    ("+ of lists", "def f(a):\n    return a + [1]  #!"),
    ("+ of lists", 'def f(a: "list[int]", b):\n    a += b  #!'),
    (
        "+ of lists",
        "class C:\n    def __init__(self):\n        self.a = []\n    def f(self, b):\n        return self.a + b  #!",
    ),
    ("* of a text or list", "def f(n):\n    return '-' * n  #!"),
    ("* of a text or list", "def f(n):\n    return [0] * n  #!"),
    ("- of sets", "def f(n):\n    return {1} - n  #!"),
    ("comparison of collections", "def f(a):\n    return a == []  #!"),
    ("comparison of collections", "def f(a):\n    return (1, 2) < a  #!"),
    ("comparison of collections", 'def f(a: "dict[str, int]", b):\n    return a != b  #!'),
    ("comparison of collections", 'def g() -> "list[int]":\n    return []\ndef f(b):\n    return g() == b  #!'),
    ("in with a collection on the left", "def f(a):\n    return [1] in a  #!"),
    ("is with a literal", "def f(a):\n    return a is 'x'  #!"),
    ("call in a chained comparison", "def f(a):\n    return 1 < g(a) < 3  #!"),
    ("value of 'and'", "def f(a, b):\n    return a and b  #!"),
    ("brackets that get lost", "def f(a, b):\n    return (a + b)[0]  #!"),
    ("brackets that get lost", "def f(a, b):\n    return (a or b)()  #!"),
    ("brackets that get lost", "async def f(a):\n    return (await a()).x  #!"),
    ("brackets that get lost", "async def f(a, b):\n    return await (a or b)  #!"),
    ("* in a display", "def f(a):\n    return [*a, 1]  #!"),
    ("* in a display", "def f(a):\n    b, *c = a  #!\n    return c"),
    ("** in a dictionary", "def f(a):\n    return {**a, 'b': 1}  #!"),
    ("dictionary key that is no text", "x = {1: 'a'}  #!"),
    ("dictionary key that is no text", "def f(n: int):\n    return {n: 'a'}  #!"),
    ("dictionary key that is no text", "x = {(1, 2): 'a'}  #!"),
    ("tuple as a key", "def f(d):\n    return d[1, 2]  #!"),
    ("key with a meaning of its own", "x = {'__proto__': 1}  #!"),
    ("key with a meaning of its own", "def f(d):\n    return d['constructor']  #!"),
    ("negative index", "def f(l):\n    return l[-1]  #!"),
    ("slice that may start behind the end", "def f(l):\n    return l[2:]  #!"),
    ("slice that may start behind the end", "def f(l, i):\n    return l[i:]  #!"),
    ("loop over a dictionary", 'def f(d: "dict[str, int]"):\n    for k in d:  #!\n        g(k)'),
    ("dictionary walked through", 'def f(d: "dict[str, int]"):\n    return list(d)  #!'),
    ("generator handed over", "def g():\n    yield 1\ndef f():\n    return set(g())  #!"),
    ("generator expression", "def f(l):\n    return any(x > 1 for x in l)  #!"),
    ("await in a comprehension", "async def f(l):\n    return [await x for x in l]  #!"),
    ("async for in a comprehension", "async def f(l):\n    return [x async for x in l]  #!"),
    ("loop over a dictionary", "x = [k for k in {'a': 1}]  #!"),
    ("comprehension that hides its list", "def f(x):\n    return [x for x in x]  #!"),
    ("unpacking of a generator", "def g():\n    yield 1\n    yield 2\ndef f():\n    a, b = g()  #!\n    return a"),
    ("keyword argument", "f(a=1)  #!"),
    ("keyword argument", "f(**x)  #!"),
    ("keyword argument", "x = dict(a=1)  #!"),
    ("sort key of several parts", "def f(l):\n    return sorted(l, key=lambda x: (x['a'], x['b']))  #!"),
    ("reverse together with key", "def f(l):\n    return sorted(l, key=g, reverse=True)  #!"),
    ("min or max of a text", "x = min('abc')  #!"),
    ("sorted of a text", "x = sorted('abc')  #!"),
    ("isinstance of dict", "def f(x):\n    return isinstance(x, dict)  #!"),
    ("isinstance of float", "def f(x):\n    return isinstance(x, float)  #!"),
    ("int() or float()", "def f(x):\n    return int(x)  #!"),
    ("int() or float()", "def f(x):\n    return float(x)  #!"),
    ("round to digits", "def f(x):\n    return round(x, 2)  #!"),
    ("sum with a start", "def f(x):\n    return sum(x, 1)  #!"),
    ("pow of three", "x = pow(2, 3, 5)  #!"),
    ("getattr with a default", "def f(x):\n    return getattr(x, 'a', 1)  #!"),
    ("send", "def f(x):\n    x.send(1)  #!"),
    ("value of yield", "def f():\n    x = yield 1  #!\n    g(x)"),
    ("async generator", "async def f():\n    yield 1  #!"),
    ("positional-only parameter", "def f(a, /, b):  #!\n    pass"),
    ("keyword-only parameter", "def f(a, *, b=1):  #!\n    pass"),
    ("**kwargs", "def f(**k):  #!\n    pass"),
    ("default that is made anew", "def f(a=[]):  #!\n    pass"),
    ("end without return", "def f(a):  #!\n    if a:\n        return 1"),
    ("end without return", "def f(a):  #!\n    if a:\n        return\n    return 1"),
    ("decorator", "class C:\n    @cached\n    def f(self):  #!\n        pass"),
    ("loop variable changed in its loop", "def f():\n    for i in range(3):  #!\n        i = i + 1"),
    ("range changed in its loop", "def f(l):\n    for i in range(len(l)):  #!\n        l.append(i)"),
    ("range changed in its loop", "def f(n):\n    for i in range(n):  #!\n        n = i"),
    ("loop variable after its loop", "def f():\n    for i in range(3):\n        g(i)\n    return i  #!"),
    ("function that keeps the loop variable", "def f(l):\n    for i in range(3):\n        l.append(lambda: i)  #!"),
    ("function that keeps the loop variable", "x = [lambda: i for i in range(3)]  #!"),
    ("multiple inheritance", "class C(A, B):  #!\n    pass"),
    ("class option", "class C(metaclass=M):  #!\n    pass"),
    ("class decorator", "@decorated\nclass C:  #!\n    pass"),
    ("field without a value", "class C:\n    x: int  #!"),
    ("statement in a class", "class C:\n    if a:  #!\n        x = 1"),
    ("field made of another field", "class C:\n    x = 1\n    y = x + 1  #!"),
    ("special method", "class C:\n    def __eq__(self, other):  #!\n        return True"),
    ("super()", "class C(B):\n    @classmethod\n    def f(cls):\n        return super().f()  #!"),
    ("super()", "class C(B):\n    def f(self):\n        return super(C, self).f()  #!"),
    ("pragma behind code", "x = 1  # __pragma__('noalias') #!"),
    ("syntax error", "x = = 1  #!"),
]
REFUSED_ELSEWHERE = [
    ("background", "except Exception", "try:\n    f()\nexcept Exception:  #!\n    g()"),
    ("background", "renamed attribute", "def f(x):\n    return x.get('a')  #!"),
    ("background", "renamed attribute", "# __pragma__('noalias', 'set')\ndef f(x):\n    return x.get('a')  #!"),
    ("popup", "renamed attribute", "def f(x):\n    x.type = 1  #!\n# __pragma__('noalias', 'type')"),
    ("page", "class without the runtime", "class C:  #!\n    pass"),
    ("page", "comprehension without the runtime", "def f(l):\n    return [x for x in l]  #!"),
    ("page", "set without the runtime", "x = {1}  #!"),
    ("page", "f-string without the runtime", "def f(x):\n    return f'{x}'  #!"),
    ("page", "in without the runtime", "def f(x, y):\n    return x in y  #!"),
    ("page", "% without the runtime", "def f(x):\n    return x % 2  #!"),
    ("page", "slice without the runtime", "def f(x):\n    return x[1:]  #!"),
    ("page", "dictionary without the runtime", "x = {'a': 1}  #!"),
    ("page", "tuple without the runtime", "def f(a, b):\n    a, b = b, a  #!"),
    ("page", "built-in without the runtime", "def f(x):\n    return len(x)  #!"),
    ("page", "built-in without the runtime", "def f(x):\n    raise ValueError('x')  #!"),
    ("page", "built-in without the runtime", "x = range(3)  #!"),
    ("page", "built-in without the runtime", "def f(n):\n    for i in range(0, 9, n):  #!\n        g(i)"),
    ("page", "Python's method without the runtime", "def f(x):\n    x.append(1)  #!"),
    ("page", "Python's method without the runtime", "def f(x):\n    return ', '.join(x)  #!"),
    (
        "page",
        "except with a type without the runtime",
        "def f(x):\n    try:\n        x()\n    except x.Wrong:  #!\n        return",
    ),
    ("page", "default argument without the runtime", "def f(x=1):  #!\n    pass"),
    ("page", "*args without the runtime", "def f(*x):  #!\n    pass"),
]

# The programs that must be allowed, and mean the same in both languages: what each program_… returns.
PROGRAMS = r"""
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing import Any

LIMIT = 3
FIRST, SECOND = 1, 2
counted = 0
TABLE = {"b": {"n": 1}, "a": {"n": 2}}


class Row(TypedDict):
    left: int


class Refused(Exception):
    pass


class Animal:
    legs = 4
    sounds: str = "none"

    def __init__(self, title: str) -> None:
        self.title = title
        self.age: int = 1

    def says(self) -> str:
        return self.title + self.sounds

    @property
    def twice(self) -> int:
        return self.age * 2

    @staticmethod
    def plus(number: int) -> int:
        return number + 1

    @classmethod
    def born(cls, title: str) -> "Animal":
        made = cls(title)
        made.age = 0
        return made

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "animal " + self.title

    def __contains__(self, letter: str) -> bool:
        return letter == self.title


class Dog(Animal):
    sounds = "woof"

    def __init__(self, title: str) -> None:
        super().__init__(title + "!")

    def says(self) -> str:
        return "dog " + super().says()


def count() -> int:
    global counted
    counted += 1
    counted = counted + LIMIT
    return counted


def falls_back(value: "int | None" = None, other: int = 5) -> "int | None":
    if value is None:
        return other
    return value


def twice(call):
    def wrapped(x):
        return call(x) * 2

    return wrapped


@twice
def plus_one(x):
    return x + 1


def numbers():
    yield 1
    yield 2


def is_record(value: "Any") -> bool:
    return value is not None and not isinstance(value, (str, int, float, bool, list))


def program_numbers():
    a = 7
    return [a // 2, -a // 2, a / 2, a % 3, -a % 3, a % -3, a**2, -a, 7.5 // 2, 1732100000000.5 // 1]


def program_round():
    return [round(2.5), round(3.5), round(-2.5), round(2.4), abs(-3)]


def program_min_and_max():
    return [
        min(1, 2),
        max([1, 5, 3]),
        max("a", "b"),
        min([], default=4),
        max([{"a": 1}, {"a": 5}], key=lambda r: r["a"]),
    ]


def program_sum_any_all():
    return [sum([1, 2]), any([0, ""]), any([[]]), all([1, [0]]), all([])]


def program_whole_numbers_of_texts():
    text = "12"
    return [int(text[:9]) + 1, float("inf") > 10]


def program_text_methods():
    return [
        " aB ".strip(),
        "aB".lower(),
        "aB".upper(),
        "12".isdigit(),
        "abc".startswith("ab"),
        "abc".endswith(("x", "c")),
        "abcabc".find("c", 3),
        "abc".find("z"),
        "abcabc".rfind("a"),
    ]


def program_text_of_values():
    return [str(1), str(1.5), str(True), str(None), str([1, "a", None]), str({"a": 1})]


def program_join():
    return [", ".join(["a", "b"]), "".join([]), "-".join([str(x) for x in [1, 2]])]


def program_f_string():
    a = 1
    b = "it's $1"
    return f"{a}-{b}\n{None} {[1, 2]} {True}"


def program_format():
    return "{} {word} {}".format(1, 2, word="x")


def program_slices_of_texts():
    text = "hello"
    i = 2
    return [text[1:3], text[:-1], text[-2:], text[i:], text[9:], text[::-1]]


def program_slices_of_lists():
    l = [1, 2, 3]
    return [l[1:], l[:2], l[:-1], l[-2:], l[:], l[:9], l[len(l) - 2 :], [][1:], l[::-1]]


def program_index_from_the_end():
    l = [1, 2, 3]
    return l[len(l) - 1]


def program_list_methods():
    l = [3, 1, 2]
    l.append(4)
    l.extend([5])
    l.insert(0, 9)
    l.remove(1)
    l.reverse()
    return [l, len(l), 9 in l, 7 not in l]


def program_set_items():
    l = [1, 2, 3]
    l[0] = 9
    l[1] += 5
    l[1:] = [7]
    return l


def program_sorted():
    l = [3, 10, 1]
    return [sorted(l), sorted(l, reverse=True), l, sorted(["b", "A", "a"])]


def program_sorted_with_a_key():
    rows = [{"t": 10, "n": 1}, {"t": 9, "n": 2}, {"t": 10, "n": 3}]
    return [r["n"] for r in sorted(rows, key=lambda r: r["t"])]


def program_comprehensions():
    rows = [{"a": 1}, {"a": 0}]
    return [
        [r["a"] for r in rows if r["a"]],
        [x + y for x in [1, 2] for y in [10, 20]],
        {k: 1 for k in ["a", "b"]},
    ]


def program_records():
    d = {"a": 1, "name": 2}
    d["b"] = 3
    d["a"] += 1
    del d["b"]
    k = "a"
    return [d, d[k], "a" in d, "z" in d, "toString" in d, len(d), {k: 1}]


def program_delete_by_key():
    d = {"a": 1, "b": 2}
    for k in ["a", "b"]:
        del d[k]
    return len(d)


def program_plain_objects():
    x = plain('{"a": [1, {"b": null}], "c": "d"}')
    y = x["a"][1]
    x["e"] = 2
    return [
        "a" in x,
        "z" in x,
        len(x),
        x["c"],
        y["b"] is None,
        x,
        is_record(x),
        is_record(x["a"]),
        bool(plain("{}")),
    ]


def program_isinstance():
    x = plain('["a", 1, 1.5, true, null, [1]]')
    return [
        [isinstance(v, str), isinstance(v, (int, float)), isinstance(v, bool), isinstance(v, list)] for v in x
    ]


def program_truth():
    return [1 if x else 2 for x in [[], {}, "", "0", 0, None, [0], {"a": 1}, False]]


def program_not_or():
    a = []
    return [not a, not "", a or [1], {} or "x", None or 0, 0 or None]


def program_and():
    a = 3
    b = ""
    if a and b:
        return 1
    return [a > 1 and "yes", bool(b) and a, a < 1 and a, isinstance(a, str) and a > 1]


def program_comparison():
    a = 2
    return [1 < a < 3, 1 < a <= 1, a == 2, "a" < "b", a != 3, a is None, a == None, True is True]


def program_precedence():
    a = 2
    b = 3
    return [
        a - (b - 1),
        (a + b) * 2,
        not (a and b > 5),
        (a == b) == False,
        -(a + b),
        (1 if a else 2) + 1,
        a ** (b + 1),
        ("a" + "b").upper(),
    ]


def program_unpacking():
    a, b = [1, 2]
    a, b = b, a
    c, (d, e) = [1, [2, 3]]
    x = y = 5
    out = []
    for k, v in [["p", 1], ["q", 2]]:
        out.append(k + str(v))
    return [a, b, c, d, e, x, y, out]


def program_loops():
    out = []
    for i in range(5):
        if i == 1:
            continue
        if i == 4:
            break
        out.append(i)
    for i in range(3, 0, -1):
        out.append(i)
    n = 0
    while n < 2:
        n += 1
    else:
        out.append("else")
    for x in out[:]:
        if x == "else":
            break
    else:
        out.append("never")
    return out


def program_closures():
    def make(n):
        total = 0

        def add(x):
            nonlocal total
            total += x + n
            return total

        return add

    add = make(1)
    add(2)
    return [add(3), (lambda x, y=2: x + y)(1), [f(1) for f in [make(i) for i in range(3)]]]


def program_arguments():
    def f(first, *others):
        return [first, list(others)]

    l = [1, 2]
    return [f(1), f(1, 2, 3), f(*l), falls_back(), falls_back(None, 6), falls_back(2)]


def program_annotated_variables():
    x: int = 5
    y: "list[int]"
    y = [x]
    z: "dict[str, int]" = {}
    z["a"] = y[0]
    return z


def program_generator_function():
    return [list(numbers()), sum(numbers()), [x for x in numbers()]]


def program_decorated_function():
    return plus_one(1)


def program_class():
    a = Animal("x")
    return [
        a.title,
        a.age,
        a.legs,
        Animal.legs,
        a.says(),
        a.twice,
        Animal.plus(1),
        Animal.born("y").age,
        a.__class__.__name__,
    ]


def program_special_methods():
    a = Animal("x")
    return [len(a), bool(a), 1 if a else 2, str(a), f"{a}", "x" in a, "y" in a]


def program_inheritance():
    d = Dog("x")
    say = d.says
    return [d.title, d.says(), say(), isinstance(d, Animal), isinstance(Animal("x"), Dog), d.age]


def program_exceptions():
    out = []
    try:
        raise ValueError("a")
    except ValueError as error:
        out.append(str(error))
    finally:
        out.append("f")
    try:
        raise Refused("b")
    except (ValueError, Refused) as error:
        out.append(str(error))
    try:
        try:
            raise Refused("c")
        except Refused:
            raise
    except Exception as error:
        out.append(str(error))
    return out


def program_finally():
    out = []

    def f():
        try:
            return 1
        finally:
            out.append(2)

    return [f(), out]


def program_bare_except():
    x = None
    try:
        return x.a
    except:
        return "caught"


def program_globals():
    count()
    return [count(), LIMIT, FIRST, SECOND, TABLE["a"]["n"]]


def program_sets():
    s = set(["a", "b", "a"])
    s.add("c")
    s.discard("a")
    return [sorted(s), "b" in s, len({1, 2, 2}), 1 if set() else 2]


def program_zip_map_filter():
    return [
        [a + b for a, b in zip([1, 2], [3, 4, 5])],
        list(map(str, [1, 2])),
        list(filter(lambda x: x > 1, [1, 2])),
    ]


def program_attributes_by_name():
    a = Animal("x")
    return [getattr(a, "title"), hasattr(a, "title"), hasattr(a, "zz")]


def program_letters():
    return [ord("a"), chr(97), "abc"[1], [c for c in "ab"], hex(255)]


def program_recursion():
    def f(n):
        return 1 if n < 2 else n * f(n - 1)

    return f(5)
"""
# Allowed outside core, where it need not run under CPython.
ALLOWED_ELSEWHERE = [
    ("background", "# __pragma__('noalias', 'get')\ndef f(x):\n    return x.get('a')"),
    ("background", '# __pragma__ ("noalias")\ndef f(x):\n    return [x.name, x.type, x.js_get("a")]'),
    ("background", "async def f(x):\n    if not await x():\n        return await x() + await x()\n    return 1"),
    ("background", "def f(x):\n    try:\n        x.index(1)\n    except:\n        x.title()"),
    ("background", "# __pragma__('skip')\nN: int = 5\n# __pragma__('noskip')\nM = 1"),
    (
        "core",
        "from typing import Literal, TypedDict\n\nKind = Literal['a', 'b']\n\n\nclass Row(TypedDict):\n    kind: Kind",
    ),
    (
        "core",
        "from __future__ import annotations\nfrom core.rules import f\ndef g(x: int | None) -> str:\n    return f(x)",
    ),
    ("core", "if a:\n    f()\nX = 1\nif a:\n    X = 2"),
    ("page", "# __pragma__('jsiter')\nx = {'a': 1}\n# __pragma__('nojsiter')"),
    ("tests", "def test_x():\n    assert 1 == 1"),
]
# A page hook: compiled without -t, none of it may need the runtime.
PAGE = """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browser.globals import document

# __pragma__('noalias')
LIMIT = 3


def start(target, options):
    seen = 0

    def on_event(event):
        nonlocal seen
        try:
            seen += 1
            event.type = "x"
            options.name = event["key"]
        except:
            seen = seen // 2
        finally:
            options.push(seen ** 2)

    for i in range(1, LIMIT, 2):
        target.add(i)
    for item in target.list:
        item.go(lambda: on_event(item))
    while seen > 3 and not options:
        seen -= 1
    first, second = target.pair
    if first is None or second == -1:
        return None
    return [first, second if second else LIMIT]


async def later(call):
    return await call(document)
"""


def _line_of(source: str) -> int:
    """The line with the mark."""
    return next((number for number, line in enumerate(source.splitlines(), 1) if "#!" in line), 0)


@pytest.mark.parametrize(
    ("room", "construct", "source"),
    [("core", construct, source) for construct, source in REFUSED] + REFUSED_ELSEWHERE,
)
def test_refuses(room: str, construct: str, source: str) -> None:
    """Each construct is refused by its name, at its line."""
    found = [(problem.construct, problem.line) for problem in check(source, "a.py", room=room)]
    assert (construct, _line_of(source)) in found


def test_every_rule_has_a_case() -> None:
    """No rule is without a program that breaks it."""
    shown = {construct for construct, _ in REFUSED} | {construct for _, construct, _ in REFUSED_ELSEWHERE}
    assert {rule.construct for rule in dialect._RULES} <= shown


def test_a_problem_reads_as_one_line() -> None:
    """A problem shows file, line, column, construct and advice, as editors expect it."""
    assert str(Problem("a.py", 2, 5, "walrus", "Assign first.")) == "a.py:2:5: walrus: Assign first."


def test_problems_come_in_the_order_of_the_text() -> None:
    """Problems are sorted by line and column, and columns count characters from 1."""
    found = check("x = 'é', b'a', 1j\ndef f(y=[]):\n    pass\n", "a.py", room="core")
    assert [(problem.line, problem.column) for problem in found] == [(1, 10), (1, 16), (2, 1)]


def test_advice_is_a_sentence() -> None:
    """Every rule says what to write, in whole sentences."""
    assert [rule.construct for rule in dialect._RULES if not re.fullmatch(r"[A-Z+].*\.", rule.advice)] == []


def test_names_of_the_compiler_are_complete() -> None:
    """The names Transcrypt renames are those in the installed compiler."""
    spec = find_spec("transcrypt")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    compiler = Path(next(iter(spec.submodule_search_locations))) / "modules" / "org" / "transcrypt" / "compiler.py"
    listed = compiler.read_text("utf-8").split("START predef_aliases")[1].split("END predef_aliases")[0]
    renamed = re.findall(r"\('(\w+)', 'py_\w+'\)", listed)
    assert set(renamed) == dialect.ALIASED


def _functions() -> dict[str, ast.FunctionDef]:
    """The allowed programs by name."""
    body = ast.parse(PROGRAMS).body
    return {one.name: one for one in body if isinstance(one, ast.FunctionDef) and one.name.startswith("program_")}


NAMES = list(_functions())


@pytest.mark.parametrize("room", ["core", "browser"])
def test_allows(room: str) -> None:
    """What Transcrypt compiles right is allowed in every room that has its runtime."""
    found = [one for one in check(PROGRAMS, "a.py", room=room) if one.construct != "except Exception"]
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize(("room", "source"), [*ALLOWED_ELSEWHERE, ("page", PAGE)])
def test_allows_in_its_room(room: str, source: str) -> None:
    """What needs a pragma, or JavaScript's own objects, is allowed where it belongs."""
    assert [str(problem) for problem in check(source, "a.py", room=room)] == []


def _node() -> str:
    found = shutil.which("node")
    assert found is not None, "node is not installed"
    return found


def _compile(folder: Path, module: str, source: str, *flags: str) -> Path:
    """Compile one module as the build does; the JavaScript file."""
    (folder / f"{module}.py").write_text(source, "utf-8")
    command = [sys.executable, "-m", "transcrypt", "-b", "-n", *flags, "-od", str(folder / "js"), f"{module}.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    compiled = folder / "js" / f"{module}.js"
    assert compiled.exists(), done.stdout + done.stderr
    (folder / "js" / "package.json").write_text('{"type": "module"}', "utf-8")
    return compiled


@pytest.fixture(scope="module")
def in_javascript(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every allowed program gives in JavaScript: one compilation, one run of Node."""
    folder = tmp_path_factory.mktemp("dialect")
    parse = "# __pragma__('js', '{}', 'export function plain (text) {{ return JSON.parse (text); }}')\n"
    compiled = _compile(folder, "allowed", parse + erase(PROGRAMS), "-t")
    runner = f"""
        import * as programs from {json.dumps(compiled.as_uri())};
        const results = {{}};
        for (const name of {json.dumps(NAMES)}) {{
            try {{ results[name] = programs[name](); }}
            catch (error) {{ results[name] = 'threw ' + (error.message || error.__args__); }}
        }}
        console.log(JSON.stringify(results));
    """
    command = [_node(), "--input-type=module", "-e", runner]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout)
    return results


@pytest.mark.parametrize("name", NAMES)
def test_allowed_means_the_same_in_javascript(name: str, in_javascript: dict[str, Any]) -> None:
    """Every allowed program gives in JavaScript what it gives under CPython."""
    world: dict[str, Any] = {"plain": json.loads, "__name__": "allowed"}
    exec(PROGRAMS, world)  # noqa: S102  (our own text, some lines above)
    assert in_javascript[name] == json.loads(json.dumps(world[name]()))


def test_page_needs_no_runtime(tmp_path: Path) -> None:
    """The allowed page hook compiles to code that uses nothing of Transcrypt's runtime."""
    text = _compile(tmp_path, "hook", erase(PAGE)).read_text("utf-8")
    header = re.search(r"^import \{([^}]*)\} from .*__runtime__.js';$", text, re.MULTILINE)
    assert header is not None
    code = re.sub(r"'[^'\n]*'", "''", text.replace(header[0], ""))
    used = [name for name in header[1].split(", ") if re.search(rf"(?<![.\w]){re.escape(name)}(?!\w)", code)]
    assert used == []
    assert "py_" not in code
