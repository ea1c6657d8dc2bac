"""An ordinary course gets from this grader what it gets from a kernel, or hears why not.

Each course is cells, as an instructor wrote them: answers, tests, and what is neither. Its own
solution must not lose a point by the plan that grades; nor must another honest answer, unless a
reason says that a person has to look.
"""

# ruff: noqa: E501 - a course is read best with each of its cells in one line
from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from patience import patience
from small_course import instructors

from boxgrader import Plan, Settings, mark
from boxgrader.box import bench
from boxgrader.engine import execution, planning
from boxgrader.engine.job import Job, cells_of
from boxgrader.engine.points import score

pytestmark = pytest.mark.usefixtures("boxes")

SETTINGS = Settings(timeout=patience(30), modules=("numpy",))

EXAMPLES = 400 if os.environ.get("THOUSANDFOLD_ALL") else 8

Cells = list[tuple[str, str]]


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


def in_a_kernel(notebook: NotebookNode, plan: Plan) -> dict[str, float]:
    """Return the points that a notebook gets when its cells are simply run one after another."""
    cells = cells_of(notebook)
    bare = tuple(replace(cell, test="") for cell in cells)
    done = execution.run(Job(bare, SETTINGS, plan.files))
    return {
        cell.test: score(outputs, plan.points[cell.test])
        for cell, outputs in zip(cells, done.outputs, strict=True)
        if cell.test
    }


def planned(cells: Cells, files: dict[str, bytes] | None = None) -> tuple[NotebookNode, Plan]:
    notebook = instructors(cells)
    return notebook, planning.plan(copy.deepcopy(notebook), settings=SETTINGS, files=files)


F = ("def f(x):\n    return x + 1", "solution")
LOG = (
    "def log(line):\n    with open('log.txt', 'a') as file:\n        file.write(line)",
    "solution",
)
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"

# By name: the cells, and which tests must still be judged apart.
COURSES: dict[str, tuple[Cells, set[str]]] = {
    "a test writes a file": ([LOG, ("log('a')\nassert open('log.txt').read() == 'a'", "test:t")], set()),
    "a test adds to a database": (
        [
            ("import sqlite3\ndb = sqlite3.connect('a.db')\ndb.execute('create table t (x)')", ""),
            ("def add(x):\n    db.execute('insert into t values (?)', (x,))\n    db.commit()", "solution"),
            ("add(1)\nassert db.execute('select count(*) from t').fetchone() == (1,)", "test:a"),
            ("add(2)\nassert db.execute('select count(*) from t').fetchone() == (2,)", "test:b"),
        ],
        set(),
    ),
    "a test writes in a file that is open": (
        [
            ("file = open('a.txt', 'w+')", ""),
            ("def add(x):\n    file.write(x)\n    file.flush()", "solution"),
            ("add('a')\nassert open('a.txt').read() == 'a'", "test:a"),
            ("add('b')\nassert open('a.txt').read() == 'ab'", "test:b"),
        ],
        set(),
    ),
    "a test removes a file": (
        [
            ("open('a.txt', 'w').write('1');", ""),
            ("import os\ndef clean():\n    os.remove('a.txt')", "solution"),
            ("clean()\nassert not os.path.exists('a.txt')", "test:a"),
        ],
        set(),
    ),
    "a test makes a folder": (
        [("import os\ndef make():\n    os.mkdir('out')", "solution"),
         ("make()\nassert os.listdir('.') == ['out']", "test:a")],
        set(),
    ),
    "a judged test makes a file that must be new": (
        [F, ("open('new.txt', 'x').write('1')\nassert f(1) == 2", "test:t")], {"t"},
    ),
    "a file in the scratch folder": (
        [F, ("import os\nassert not os.path.exists('/tmp/x')\nopen('/tmp/x', 'w').write('1')\nassert f(1) == 2", "test:t")],
        {"t"},
    ),
    "an import of a test is used by a later one": (
        [("def f(x):\n    return x + 1\nclass Pair:\n    total = 5", "solution"),
         ("import numpy.testing as npt\nnpt.assert_equal(f(1), 2)", "test:a"),
         ("pair = Pair()\nnpt.assert_equal(pair.total, 5)", "test:b")],
        {"a"},
    ),
    "a helper of a test is used by a later one": (
        [("number = 42\nclass Pair:\n    total = 5", "solution"),
         ("known = [1, 2]\nassert number == 42", "test:a"),
         ("assert Pair.total == 5 and known == [1, 2]", "test:b")],
        {"a"},
    ),
    "a hidden helper of a test is used by a later one": (
        [("number = 42\nclass Pair:\n    total = 5", "solution"),
         (HIDDEN.format("known = [1, 2]") + "\nassert number == 42", "test:a"),
         ("assert Pair.total == 5 and known == [1, 2]", "test:b")],
        set(),
    ),
    "a value of a test is used by a later answer": (
        [F, ("fixture = [1, 2, 3]\nassert f(1) == 2", "test:a"),
         ("total = sum(fixture)", "solution"), ("assert total == 6", "test:b")],
        {"a", "b"},
    ),
    "a value of a test is used by a later function": (
        [F, ("fixture = [1, 2, 3]\nassert f(1) == 2", "test:a"),
         ("def total():\n    return sum(fixture)", "solution"), ("assert total() == 6", "test:b")],
        {"a", "b"},
    ),
    "a hidden value of a test is used by a later answer": (
        [F, (HIDDEN.format("fixture = [1, 2, 3]") + "\nassert f(1) == 2", "test:a"),
         ("total = sum(fixture)", "solution"), ("assert total == 6", "test:b")],
        {"b"},
    ),
    "a test changes what an answer made": (
        [("items = [1]", "solution"), ("items.append(2)\nassert items == [1, 2]", "test:a"),
         ("total = sum(items)", "solution"), ("assert total == 3", "test:b")],
        {"b"},
    ),
    "two tests read a generator": (
        [("evens = (x for x in range(10) if x % 2 == 0)", "solution"),
         ("assert next(evens) == 0", "test:a"), ("assert next(evens) == 2", "test:b")],
        {"b"},
    ),
    "two tests read a file": (
        [("open('a.txt', 'w').write('1\\n2\\n')\nlines = open('a.txt')", "solution"),
         ("assert next(lines) == '1\\n'", "test:a"), ("assert next(lines) == '2\\n'", "test:b")],
        set(),
    ),
    "a test reads the history": (
        [F, ("assert 'def f' in In[-2] and In[-1].startswith('assert')\nassert f(1) == 2", "test:a"),
         ("7", ""), ("assert Out[len(In) - 2] == 7 and _ == 7\nclass A: pass", "test:b")],
        set(),
    ),
    "a test counts the cells": (
        [F, ("assert len(In) == 3\nassert f(1) == 2", "test:a"), ("class A: pass\nassert len(In) == 4", "test:b")],
        set(),
    ),
    "a test looks at the last error": (
        [("1 / 0", ""), ("class A: pass", "solution"),
         ("import sys\nassert sys.last_type is ZeroDivisionError\nassert A", "test:a")],
        {"a"},
    ),
    "numbers are random": (
        [("import random\nrandom.seed(3)", ""), ("def draw():\n    return random.random()", "solution"),
         ("a = draw()\nassert 0 <= a < 1", "test:a"),
         ("random.seed(1)\nb = draw()\nrandom.seed(1)\nassert b == random.random()", "test:b"),
         ("random.seed(1)\nassert draw() == b", "test:c")],
        {"a"},
    ),
    "a test counts calls": (
        [("calls = 0\ndef f():\n    global calls\n    calls += 1", "solution"),
         ("f()\nf()\nassert calls == 2", "test:a"), ("f()\nassert calls == 3", "test:b")],
        set(),
    ),
    "a test puts something in place of a function": (
        [("def ask():\n    return int(input())", "solution"),
         ("import builtins\nbuiltins.input = lambda *_: '3'\nassert ask() == 3", "test:a")],
        set(),
    ),
    "a test takes something away from everybody": (
        [F, ("import math\nhypot = math.hypot\nmath.hypot = None\nassert f(1) == 2", "test:a"),
         ("math.hypot = hypot\nsorted = None\nassert f(1) == 2", "test:b"),
         ("del sorted\nassert f(1) == 2", "test:c"),
         ("from unittest.mock import patch\nwith patch('math.hypot', None):\n    assert f(1) == 2", "test:d"),
         ("setattr(math, 'unknown', 1)\nassert f(1) == 2", "test:e"),
         ("total = sum(x for sorted in [[1]] for x in sorted)\nassert f(total) == 2", "test:f")],
        {"f"},
    ),
    "a function with a cache": (
        [("from functools import lru_cache\n@lru_cache\ndef f(x):\n    return x + 1", "solution"),
         ("assert f(1) == 2", "test:a"), ("f(1)\nassert f.cache_info().hits >= 1", "test:b")],
        {"a"},
    ),
    "a function that is asked for its text": (
        [("def f(x):\n    '''Add one.'''\n    return x + 1", "solution"),
         ("assert f.__doc__ == 'Add one.'\nassert f(1) == 2", "test:a"),
         ("import inspect\nassert list(inspect.signature(f).parameters) == ['x']", "test:b")],
        set(),
    ),
    "what a function prints": (
        [("def f():\n    print('hello')", "solution"),
         ("import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as said:\n    f()\n"
          "assert said.getvalue() == 'hello\\n'", "test:a")],
        {"a"},
    ),
    "a function of functions": (
        [("def twice(g):\n    return lambda x: g(g(x))", "solution"),
         ("assert twice(lambda x: x + 1)(1) == 3", "test:a")],
        set(),
    ),
    "a class": (
        [("class Stack:\n    def __init__(self):\n        self.items = []\n    def push(self, x):\n"
          "        self.items.append(x)", "solution"),
         ("stack = Stack()\nstack.push(1)\nassert stack.items == [1]", "test:a"),
         ("stack.push(2)\nassert stack.items == [1, 2]", "test:b")],
        set(),
    ),
    "an error that is asked for": (
        [("def f(x):\n    if x < 0:\n        raise ValueError('below zero')\n    return x", "solution"),
         ("try:\n    f(-1)\nexcept ValueError as error:\n    assert 'zero' in str(error)\nelse:\n    assert False", "test:a")],
        {"a"},
    ),
    "an error of its own kind": (
        [("class TooLow(Exception):\n    pass\ndef f(x):\n    raise TooLow(x)", "solution"),
         ("try:\n    f(1)\n    assert False\nexcept TooLow:\n    pass", "test:a")],
        set(),
    ),
    "the end of an iteration": (
        [("def f():\n    raise StopIteration", "solution"),
         ("try:\n    f()\nexcept StopIteration:\n    pass", "test:a")],
        set(),
    ),
    "a figure": (
        [("import matplotlib.pyplot as plt", ""), ("figure, ax = plt.subplots()\nax.plot([1, 2]);", "solution"),
         ("assert len(ax.lines) == 1", "test:a")],
        set(),
    ),
    "partial credit": (
        [F, ("points = 0\nif f(1) == 2:\n    points += 1\npoints", "test:a")], {"a"},
    ),
    "partial credit as numpy has it": (
        [F, ("import numpy as np\nnp.mean([f(0), f(0)])", "test:a")], {"a"},
    ),
    "a magic in a test": ([F, ("%precision 2\nassert f(1) == 2", "test:a")], {"a"}),
    "a program in a test": ([F, ("said = !echo 3\nassert f(2) == int(said[0])", "test:a")], {"a"}),
    "a wait in a test": (
        [("async def f(x):\n    return x + 1", "solution"), ("assert await f(1) == 2", "test:a")], set(),
    ),
    "a cell that is to fail": ([F, ("1 / 0", ""), ("assert f(1) == 2", "test:a")], {"a"}),
    "a demonstration between": (
        [F, ("shown = f(3)\nshown", ""), ("assert f(1) == 2 and shown == 4", "test:a")], {"a"},
    ),
    "a dictionary that a test fills": (
        [("def fill(table):\n    table['a'] = 1", "solution"),
         ("table = {}\nfill(table)\nassert table == {'a': 1}", "test:a")],
        {"a"},
    ),
    "a set that a function fills": (
        [("def fill(seen):\n    seen.add(1)", "solution"), ("seen = set()\nfill(seen)\nassert seen == {1}", "test:a")],
        {"a"},
    ),
    "a test looks for names": (
        [("a = 1", "solution"), ("assert 'b' not in globals() and a == 1", "test:a")], set(),
    ),
    "names that are taken away": (
        [("a = 1\nb = 2", "solution"), ("assert a == 1\ndel a", "test:a"), ("assert 'a' not in globals() and b == 2", "test:b")],
        set(),
    ),
    "a test that is empty": ([F, ("# read by a person", "test:a"), ("assert f(1) == 2", "test:b")], {"a", "b"}),
    "a module that a cell writes": (
        [("%%writefile helper.py\ndef plus(x):\n    return x + 1", ""), ("import helper\ndef f(x):\n    return helper.plus(x)", "solution"),
         ("import helper\nassert f(1) == helper.plus(1)", "test:a")],
        {"a"},
    ),
    "decimals that are rounded as a cell has set": (
        [("from decimal import Decimal, getcontext\ngetcontext().prec = 3", ""),
         ("def third():\n    return str(Decimal(1) / 3)", "solution"), ("assert third() == '0.333'", "test:a"),
         ("assert third() == str(Decimal(1) / 3)", "test:b")],
        {"a", "b"},
    ),
    "given data that a solution changes": (
        [("rows = [1, 2]", ""), ("rows.append(3)\ntotal = sum(rows)", "solution"), ("assert total == 6 and rows[0] == 1", "test:a"),
         ("assert total == 6", "test:b")],
        {"b"},
    ),
    "given data of each part": (
        [("rows = [1]", ""), ("def total(r):\n    return sum(r)", "solution"), ("assert total(rows) == 1", "test:a"),
         ("rows = [5]", ""), ("assert total(rows) == 5", "test:b")],
        {"a", "b"},
    ),
    "given data that is read again": (
        [("rows = [1]", ""), ("def put(r):\n    r.append(2)\n    return r", "solution"), ("put(rows)\nassert rows == [1, 2]", "test:a"),
         ("import math\nrows = [1]", ""), ("assert put(rows) == [1, 2]", "test:b")],
        {"a", "b"},
    ),
    "given data that tests change": (
        [("rows = [2, 1]\nnames = {'a', 'b'}", ""), ("def put(items):\n    items.sort()", "solution"), ("put(rows)\nassert rows == [1, 2]", "test:a"),
         ("rows.append(3)\nassert rows == [1, 2, 3]", "test:b"), ("assert rows == [1, 2, 3] and 'a' in names", "test:c")],
        {"a", "b", "c"},
    ),
    "a folder that is changed": (
        [("import os\nos.mkdir('in')\nos.chdir('in')\nopen('a.txt', 'w').write('1');", ""),
         ("text = open('a.txt').read()", "solution"), ("assert text == '1' == open('a.txt').read()", "test:a")],
        {"a"},
    ),
    "a thread": (
        [("import threading\nfound = []\nthread = threading.Thread(target=found.append, args=(1,))\nthread.start()\nthread.join()", "solution"),
         ("assert found == [1]", "test:a"), ("assert not thread.is_alive()", "test:b")],
        {"a"},
    ),
    "named tuples": (
        [("from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\np = Point(1, 2)", "solution"),
         ("assert p == (1, 2)\nassert p.x == 1", "test:a")],
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COURSES)
def test_a_solution_gets_what_it_gets_in_a_kernel(name: str) -> None:
    cells, apart = COURSES[name]
    notebook, plan = planned(cells)
    assert (plan.lost, plan.notes) == ({}, ())
    assert plan.judged == apart
    marks = mark(notebook, plan, settings=SETTINGS)
    assert marks.points == in_a_kernel(notebook, plan) == plan.points
    assert marks.reasons == ()


G = ("assert f(1) == 2\nassert f(2) == 3", "test:t")
FIXTURE = [F, ("fixture = [1, 2, 3]\nassert f(1) == 2", "test:a"), ("total = 6", "solution"), ("assert total == 6", "test:b")]  # fmt: skip
T = ("import pandas as pd\ndef total(t):\n    return t.assign(b=1)", "solution")
DATA = [("DATA = [1, 2, 3]", ""), ("total = sum(DATA)", "solution"), ("assert total == sum(DATA)", "test:t")]  # fmt: skip

# By name: a course, and other answers (cells by place) than the instructor's.
OTHERS: dict[str, tuple[Cells, dict[int, str]]] = {
    "uses what a test takes away": (
        [F, ("import math\nmath.hypot = None\nassert f(1) == 2", "test:t")],
        {0: "import math\ndef f(x):\n    return int(math.hypot(x + 1, 0))"},
    ),
    "cached": ([F, G], {0: "from functools import lru_cache\n@lru_cache\ndef f(x):\n    return x + 1"}),
    "partial": ([F, G], {0: "from functools import partial\nimport operator\nf = partial(operator.add, 1)"}),
    "vectorised": ([F, G], {0: "import numpy as np\nf = np.vectorize(lambda x: x + 1)"}),
    "called": ([F, G], {0: "class F:\n    def __call__(self, x):\n        return x + 1\nf = F()"}),
    "bound": ([F, G], {0: "class F:\n    def g(self, x):\n        return x + 1\nf = F().g"}),
    "builtin": ([F, G], {0: "f = (1).__add__"}),
    "class": ([F, G], {0: "class f(int):\n    def __new__(cls, x):\n        return int.__new__(cls, x + 1)"}),
    "own number": ([F, G], {0: "class N(int):\n    pass\ndef f(x):\n    return N(x + 1)"}),
    "bool": ([F, G], {0: "from enum import IntEnum\nclass E(IntEnum):\n    two = 2\n    three = 3\ndef f(x):\n    return E(x + 1)"}),
    "numpy's number": ([F, G], {0: "import numpy as np\ndef f(x):\n    return np.int64(x + 1)"}),
    "lambda": ([F, G], {0: "f = lambda x: x + 1"}),
    "decorated": ([F, G], {0: "import functools\ndef told(g):\n    @functools.wraps(g)\n    def h(*a):\n        print(a)\n        return g(*a)\n    return h\n@told\ndef f(x):\n    return x + 1"}),
    "warns": ([F, G], {0: "import warnings\ndef f(x):\n    warnings.warn('old', FutureWarning)\n    return x + 1"}),
    "logs": ([F, G], {0: "import logging\ndef f(x):\n    logging.warning('hm')\n    return x + 1"}),
    "prints": ([F, G], {0: "def f(x):\n    print('hm')\n    return x + 1"}),
    "remembers": ([F, G], {0: "seen = {}\ndef f(x):\n    seen[x] = x + 1\n    return seen[x]"}),
    "writes": ([F, G], {0: "def f(x):\n    open('f.txt', 'a').write('x')\n    return x + 1"}),
    "uses what a test defined": (FIXTURE, {2: "total = sum(fixture)"}),
    "uses it in a function": (FIXTURE, {2: "def g():\n    return sum(fixture)\ntotal = g()"}),
    "names something alike": (FIXTURE, {2: "fixture = 6\ntotal = fixture"}),
    "imports of a test": (
        [("f = 1", "solution"), ("import math\nassert f == 1", "test:a"), ("g = 3", "solution"), ("assert g == 3", "test:b")],
        {2: "g = math.floor(3.5)"},
    ),
    "a test's loop variable": (
        [F, ("for x in range(5):\n    assert f(x) == x + 1", "test:a"), ("g = 4", "solution"), ("assert g == 4", "test:b")],
        {2: "g = x"},
    ),
    "given data that the solution changes too": (
        [("rows = {'a': None}", ""), ("rows['a'] = 0\nkept = dict(rows, flag=1)", "solution"),
         ("assert 'flag' in kept and 'flag' not in rows", "test:a")],
        {1: "rows['a'] = 0\nrows['flag'] = 1\nkept = rows"},
    ),
    "other data": (DATA, {0: "DATA = [1, 2, 3, 4]"}),
    "an iterator": (
        [("pairs = [(1, 2)]", "solution"), ("assert list(pairs) == [(1, 2)]", "test:a"), ("assert pairs is not None", "test:b")],
        {0: "pairs = zip([1], [2])"},
    ),
    "an iterator, twice": (
        [("evens = [0, 2]", "solution"), ("for n in evens:\n    assert n == 0\n    break", "test:a"), ("assert 2 in evens", "test:b")],
        {0: "evens = (n for n in (0, 2))"},
    ),
    "a named tuple": (
        [("def f():\n    return (1, 2)", "solution"), ("assert f() == (1, 2)", "test:t")],
        {0: "from typing import NamedTuple\nclass P(NamedTuple):\n    a: int = 1\n    b: int = 2\ndef f():\n    return P()"},
    ),
    "a table": (
        [("import pandas as pd\ndef f():\n    return pd.DataFrame({'a': [1, 2]})", "solution"), ("assert f()['a'].sum() == 3", "test:t")],
        {0: "import pandas as pd\ndef f():\n    return pd.DataFrame({'a': pd.array([1, 2], dtype='Int64')}).groupby('a', as_index=False).sum(numeric_only=True)"},
    ),
    "a table changed in place": (
        [T, ("t = pd.DataFrame({'a': [1, 2]})\nt2 = total(t)\nassert 'b' in t2", "test:a"),
         ("t = pd.DataFrame({'a': [1, 2]})\ntotal(t)\nassert list(t) == ['a']", "test:b"),
         ("t = pd.DataFrame({'a': [1, 2]})\ntotal(t=t)\nassert list(t) == ['a']", "test:c")],
        {0: "import pandas as pd\ndef total(t):\n    t['b'] = t.a\n    return t"},
    ),
    "a column changed in place": (
        [("import pandas as pd\ndef capped(s):\n    return s.clip(upper=2)", "solution"),
         ("s = pd.Series([3, 1])\ncapped(s)\nassert s.tolist() == [3, 1]", "test:a")],
        {0: "import pandas as pd\ndef capped(s):\n    s[s > 2] = 2\n    return s"},
    ),
    "a row of a table changed in place": (
        [("def filled(rows):\n    return [[1 for _ in row] for row in rows]", "solution"),
         ("rows = [[0], [0]]\nfirst = rows[0]\nfilled(rows)\nassert first == [0]", "test:a"),
         ("rows = ({'a': [0]},)\nfilled([rows[0]['a']])\nassert rows == ({'a': [0]},)", "test:b"),
         ("rows = [[2], [1]]\nfirst = rows[0]\nfilled(rows)\nassert first == [2]", "test:c")],
        {0: "def filled(rows):\n    rows.sort()\n    rows[-1][0] = 1 if rows[-1][0] == 0 else 2\n    return [[1 for _ in row] for row in rows]"},
    ),
    "an error of its own kind": (
        [("def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5", "solution"),
         ("try:\n    root(-1)\n    assert False\nexcept ValueError as error:\n    assert str(error) == 'negative'", "test:a"),
         ("import unittest\nunittest.TestCase().assertRaises(ValueError, root, -1)", "test:b")],
        {0: "class Negative(ValueError):\n    pass\ndef root(x):\n    if x < 0:\n        raise Negative('negative')\n    return x ** 0.5"},
    ),
    "an error that quotes": (
        [("def get(x):\n    return {'a': 1}[x]", "solution"),
         ("try:\n    get('b')\n    assert False\nexcept LookupError as error:\n    assert error.args == ('b',)", "test:a")],
        {0: "def get(x):\n    if x != 'a':\n        raise IndexError('b')\n    return 1"},
    ),
    "a set changed in place": (
        [("def add(s):\n    return s | {1}", "solution"), ("s = {0}\nadd(s)\nassert s == {0}", "test:a")],
        {0: "def add(s):\n    s.add(1)\n    return s"},
    ),
    "what it was given": (
        [T, ("t = pd.DataFrame({'a': [1, 2]})\nassert total(t) is not t", "test:a")],
        {0: "import pandas as pd\ndef total(t):\n    return t"},
    ),
    "one list under two names": (
        [("a = [1]\nb = list(a)", "solution"), ("assert b == a and b is not a", "test:a"), ("assert id(b) != id(a)", "test:b")],
        {0: "a = b = [1]"},
    ),
    "categories in another order": (
        [("import pandas as pd\ns = pd.Series(pd.Categorical(['s', 'l'], ['l', 's']))", "solution"),
         ("assert list(s.cat.categories) == ['l', 's']", "test:a")],
        {0: "import pandas as pd\ns = pd.Series(pd.Categorical(['s', 'l'], ['s', 'l']))"},
    ),
    "numbers that may be missing": (
        [("import pandas as pd\nt = pd.DataFrame({'n': [1, 2]})", "solution"), ("assert t.n.dtype == 'int64'", "test:a"),
         ("pd.testing.assert_frame_equal(t, pd.DataFrame({'n': [1, 2]}))", "test:b")],
        {0: "import pandas as pd\nt = pd.DataFrame({'n': [1, 2]}).convert_dtypes()"},
    ),
    "an iterator of the end": (
        [("def f():\n    return iter([1])", "solution"), ("it = f()\nassert next(it) == 1\ntry:\n    next(it)\n    assert False\nexcept StopIteration:\n    pass", "test:t")],
        {0: "def f():\n    yield 1"},
    ),
    "points for parts": (
        [("a, b = 1, 2", "solution"), ("points = 0\nif a == 1:\n    points += 0.5\nif b == 2:\n    points += 0.5\npoints", "test:t")],
        {0: "class N(int):\n    pass\na, b = 1, N(2)"},
    ),
    "skipped": ([F, ("raise SystemExit", ""), G], {1: "raise KeyboardInterrupt"}),
    "half of it": ([F, ("class A: pass\nassert f(1) == 2", "test:a"), G], {0: "def f(x):\n    return 2"}),
    "an empty cell": ([F, G], {0: ""}),
    "no Python": ([F, G], {0: "def f(x:\n"}),
    "an end": ([F, G], {0: "import sys\nsys.exit()"}),
    "an exit": ([F, G], {0: "def f(x):\n    return x + 1\nexit"}),
    "nothing imported": (
        [("import math\nx = 1", "solution"), ("assert math.pi > x", "test:a"), ("assert x == 1", "test:b")],
        {0: "x = 1"},
    ),
    "imported under another name": (
        [("import numpy as np\nx = 1", "solution"), ("assert np.ones(1) == x", "test:a")], {0: "import numpy\nx = 1"},
    ),
    "imported by a test": (
        [("import math\nx = 1", "solution"), ("import math\nassert math.pi > x", "test:a")], {0: "x = 1"},
    ),
    "a deep one": ([F, G], {0: "def f(x):\n    return 1 if x == 0 else 1 + f(x - 1)"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_another_answer_gets_what_it_gets_in_a_kernel_or_a_person_looks(name: str) -> None:
    cells, answers = OTHERS[name]
    notebook, plan = planned(cells)
    assert plan.lost == {}
    for place, source in answers.items():
        notebook.cells[place].source = source
    marks = mark(notebook, plan, settings=SETTINGS)
    told = {reason.test for reason in marks.reasons}
    assert "tampered" not in {reason.kind for reason in marks.reasons}
    kernel = in_a_kernel(notebook, plan)
    assert {test: got for test, got in marks.points.items() if test not in told} == {
        test: got for test, got in kernel.items() if test not in told
    }
    assert all(marks.points[test] <= kernel[test] for test in told - {""})


GIVEN = ("import pandas as pd\nrows = pd.DataFrame({'a': [1, 2]})\nlimit = 5\ntable = [[1]]", "")
KEPT = ("kept = rows.assign(b=rows.a)\nmost = limit", "solution")
ASKS = [("assert len(kept) == len(rows)", "test:a"), ("assert list(rows) == ['a'] and kept.b.sum() == 3", "test:b"),
        ("limit = 5\nassert most == limit", "test:c"), ("table.append([2])\nassert len(table) == 2", "test:d"), ("assert len(table) == 2", "test:e")]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("kept = rows.assign(b=rows.a)\nmost = limit = 5", {}),
        ("rows.loc[2] = 3\nkept = rows.assign(b=rows.a)\nmost = limit", {"a": "waits", "b": "waits"}),
        ("rows['b'] = rows.a\nkept = rows\nmost = limit = 6", {"a": "unclear", "c": ""}),
        ("kept = rows.assign(b=rows.a)\ndel rows\nmost = limit", {"a": "unclear"}),
        ("kept = rows.assign(b=rows.a)\nrows = object()\nmost = limit", {"a": "unclear"}),
    ],
)  # fmt: skip
def test_what_a_learner_made_of_given_data_is_told_where_it_counts(
    answer: str, told: dict[str, str]
) -> None:
    notebook, plan = planned([GIVEN, KEPT, *ASKS])
    assert plan.judged == {"a", "b", "c", "d", "e"}
    notebook.cells[1].source = answer
    marks = mark(notebook, plan, settings=SETTINGS)
    assert {it.test: it.kind for it in marks.reasons} == {
        t: kind for t, kind in told.items() if kind
    }
    assert {test for test, got in marks.points.items() if not got} == {
        test for test, kind in told.items() if kind != "unclear"
    }


HELD = "from types import SimpleNamespace\nmine = SimpleNamespace(a=1)\nx = 3"


@pytest.mark.parametrize(
    "test",
    [
        "mine = [x]\nassert mine == [3]",
        "mine, more = x, 1\nassert mine + more == 4",
        "def mine():\n    return x\nassert mine() == 3",
    ],
)
def test_a_name_that_a_test_binds_before_it_reads_it_is_its_own(test: str) -> None:
    """A learner's cell may have one of the same name, of a kind that no judge can be given."""
    notebook, plan = planned([(HELD, "solution"), (test, "test:a")])
    assert plan.judged == {"a"}
    notebook.cells[0].source = HELD.replace("3", "4")
    marks = mark(notebook, plan, settings=SETTINGS)
    assert marks.points == {"a": 0.0}
    assert marks.reasons == ()


@pytest.mark.parametrize(
    "test",
    [
        "if x < 0:\n    mine = 1\nassert mine.a == 1",
        "mine = mine.a\nassert mine == 1",
        "mine = x\ndel mine\nassert x == 3 and 'mine' not in dir()",
        "for mine in []:\n    pass\nassert mine.a == 1",
        "mine.b = [0 for mine in [x]]\nassert mine.a == 1",
    ],
)
def test_a_name_that_a_test_may_read_before_it_binds_it_is_the_learner_s(test: str) -> None:
    notebook, plan = planned([(HELD, "solution"), (test, "test:a")])
    assert plan.lost == {}
    assert mark(notebook, plan, settings=SETTINGS).points == in_a_kernel(notebook, plan)


def test_a_test_that_the_solution_fails_fails_by_its_own_error() -> None:
    """It would not be graded by it where `--anyway` is said, or where it fails at times."""
    hidden = HIDDEN.format("def doubled(x):\n    return 2 * x")
    cells = [F, (f"assert f(1) == 2\n{hidden}", "test:a"), ("assert doubled(f(1)) == 5", "test:b")]
    notebook, plan = planned(cells)
    assert plan.lost == {"b": "AssertionError, in line 1: assert doubled(f(1)) == 5"}
    assert mark(notebook, plan, settings=SETTINGS).points == {"a": 1.0, "b": 0.0}
    assert "NameError" not in str(mark(notebook, plan, settings=SETTINGS).outputs)


# Parts of courses: answers of equal worth, and tests. Names end with the number of the part, and
# `@` stands for what an earlier part has left.
PARTS: list[tuple[list[str], list[str]]] = [
    (["def f{n}(x):\n    return x + 1", "f{n} = lambda x: x + 1"], ["assert f{n}(1) == 2", "for k{n} in range(3):\n    assert f{n}(k{n}) == k{n} + 1"]),
    (["from functools import lru_cache\n@lru_cache\ndef c{n}(x):\n    return 2 * x", "def c{n}(x):\n    return x + x"], ["assert c{n}(2) == 4", "assert c{n}(2) == 4 and c{n}(3) == 6"]),
    (["g{n} = (x for x in range(9))", "g{n} = iter(range(9))"], ["assert next(g{n}) == 0", "assert next(g{n}) == 1", "assert sum(g{n}) == 35"]),
    (["class P{n}:\n    def __init__(self, x):\n        self.x = x"], ["import math as m{n}\nassert P{n}(3).x == m{n}.floor(3.5)", "p{n} = P{n}(1)\nassert p{n}.x == 1", "p{n}.x += 1\nassert p{n}.x == 2"]),
    (["def w{n}(x):\n    with open('w{n}.txt', 'a') as file:\n        file.write(x)"], ["w{n}('a')\nassert open('w{n}.txt').read() == 'a'", "w{n}('b')\nassert open('w{n}.txt').read() == 'ab'"]),
    (["import random\nrandom.seed({n})\nr{n} = [random.random() for _ in range(3)]"], ["assert len(r{n}) == 3 and all(0 <= x < 1 for x in r{n})", "random.seed({n})\nassert random.random() == r{n}[0]"]),
    (["import numpy as np\na{n} = np.arange(4.0)", "import numpy\na{n} = numpy.linspace(0, 3, 4)"], ["import numpy.testing as t{n}\nt{n}.assert_allclose(a{n}, [0, 1, 2, 3])", "a{n}[0] = 1\nassert a{n}.sum() == 7"]),
    (["t{n} = {{'a': 1}}", "t{n} = dict(a=1)"], ["t{n}['b'] = 2\nassert len(t{n}) == 2", "assert t{n} == {{'a': 1, 'b': 2}}"]),
    (["def q{n}(x):\n    if x < 0:\n        raise ValueError('below')\n    return x"], ["try:\n    q{n}(-1)\n    assert False, 'no error'\nexcept ValueError as e{n}:\n    s{n} = str(e{n})\nassert s{n} == 'below'", "assert s{n} == 'below' and q{n}(1) == 1"]),
    (["h{n} = 3", "h{n} = 1 + 2"], ["fixture{n} = [1, 2]\nassert h{n} == len(fixture{n}) + 1", "assert 'h{n}' in In[-2] or h{n} == 3", "points{n} = 0\nif h{n} == 3:\n    points{n} += 1\npoints{n}"]),
    (["u{n} = len(str(@))", "u{n} = 0 + len(str(@))"], ["assert u{n} == len(str(@))", "assert type(u{n}) is int"]),
    (["import warnings\ndef v{n}():\n    with warnings.catch_warnings():\n        warnings.simplefilter('ignore')\n        warnings.warn('old')\n    return 1", "def v{n}():\n    return 1"], ["assert v{n}() == 1", "import sys\nassert v{n}() == 1 and sys.version"]),
    (["l{n} = []\ndef o{n}():\n    l{n}.append(1)\n    return len(l{n})"], ["assert o{n}() == 1", "assert o{n}() == 2", "assert l{n} == [1, 1]"]),
]  # fmt: skip
LEAVES = ("0", "fixture0", "k0", "h0", "In[1]", "1 + 1")


@st.composite
def courses(draw: st.DrawFn) -> tuple[Cells, dict[int, str]]:
    """Draw a course, and other answers of equal worth by place."""
    parts = draw(st.lists(st.integers(0, len(PARTS) - 1), min_size=1, max_size=3))
    blocks: list[Cells] = []
    others: dict[str, str] = {}
    for n, part in enumerate(parts):
        answers, tests = PARTS[part]
        left = draw(st.sampled_from(LEAVES)) if n else "1 + 1"

        def filled(text: str, n: int = n, left: str = left) -> str:
            return text.format(n=n).replace("@", left)

        chosen = draw(st.lists(st.sampled_from(tests), min_size=1, unique=True))
        blocks.append([(filled(answers[0]), "solution")])
        ordered = [test for test in tests if test in chosen]
        blocks[-1] += [(filled(it), f"test:t{n}-{k}") for k, it in enumerate(ordered)]
        others[filled(answers[0])] = filled(draw(st.sampled_from([*answers, "pass"])))
    cells = [cell for block in blocks for cell in block]
    if draw(st.booleans()):  # all the answers first
        cells.sort(key=lambda cell: cell[1] != "solution")
    return cells, {n: others[source] for n, (source, kind) in enumerate(cells) if source in others}


@pytest.mark.timeout(60 + 10 * EXAMPLES)
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(courses())
def test_no_course_gives_its_own_solution_or_another_honest_one_a_silent_zero(
    course: tuple[Cells, dict[int, str]],
) -> None:
    cells, answers = course
    notebook, plan = planned(cells)
    kernel = in_a_kernel(notebook, plan)
    assert dict.fromkeys(plan.lost, 0.0) == {t: got for t, got in kernel.items() if got < 1}
    assert mark(notebook, plan, settings=SETTINGS).points == kernel
    for place, source in answers.items():
        notebook.cells[place].source = source
    kernel = in_a_kernel(notebook, plan)
    marks = mark(notebook, plan, settings=SETTINGS)
    told = {reason.test for reason in marks.reasons}
    assert {reason.kind for reason in marks.reasons} <= {"waits", "stderr"}
    assert {test: got for test, got in marks.points.items() if got != kernel[test]}.keys() <= told
