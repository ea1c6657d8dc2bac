"""What has to fail before a test that runs beside the learner's code, in the learner's language.

Whoever makes it pass does not run what they are told, or answers for what the test calls. It is a
watch, not a lock: whoever knows it can pass it on and change the test alone.

In Python it is an assertion. In bash it is what the test itself checks with (``[``, ``test``,
``grep``), made false, and an exit code that nobody can know. In any other language it is a name
that nobody has defined, which every interpreter refuses.

bash_kernel starts a new shell where one ends, and takes that for success: a function that calls
``exit``, or ``set -e`` before a test that fails, would pass, and so would a trap that puts another
shell into its process. So the shell is asked afterwards, too. Between the two it keeps no history,
or ``history`` in a later cell would show hidden tests. It asks for an exit code with ``echo``: a
function of that name can pass on each but the 1 of a test that fails, so that is tried as well.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from boxgrader.engine.outputs import sent

# What a test in bash may check with, as a word of it, and the same made false. Each is tried only
# before a test that uses it: a learner may call a function of theirs `test`.
_FALSE_IN_BASH = {
    "[": "[ {one} = {other} ]",
    "[[": "[[ {one} = {other} ]]",
    "((": "(( 0 ))",
    "test": "test {one} = {other}",
    "false": "false",
    "grep": "grep -q {one} <<< {other}",
    "diff": "diff - /dev/null <<< {one} > /dev/null 2>&1",
    "cmp": "cmp -s - /dev/null <<< {one}",
}
_WORD = re.compile(r"\[\[?|\(\(|\w+")
_FEWEST, _STATUSES = 3, 120  # the shell itself gives 1 and 2, and those from 126
_AT = "(n='\\#'; {})"  # how many commands a shell has read: another in its process begins anew


@dataclass(frozen=True)
class Canary:
    """Something that has to fail.

    Attributes
    ----------
    source : str
    said : str
        What the error has to say.
    name : str
        What the error is called; nothing where only its text counts.
    shell : str
        What the process of the shell stands behind in what is printed, where it is asked for.
    uses : tuple of str
        What the test checks with and a learner may have replaced. Where that is all that did not
        fail, the error says another number.
    """

    source: str
    said: str
    name: str = ""
    shell: str = ""
    uses: tuple[str, ...] = ()

    def fails(self, reply: dict[str, Any]) -> bool:
        """Say whether it has failed as it must, by what its cell has shown."""
        errors = [it for it in sent(reply) if it.get("output_type") == "error"]
        if self.name:
            shown = [(it.get("ename"), it.get("evalue")) for it in sent(reply)]
            return shown == [(self.name, self.said)]
        if self.shell:
            return [str(it.get("evalue")) for it in errors] == [self.said]
        return bool(errors) and self.said in str(sent(reply))

    def afterwards(self, reply: dict[str, Any]) -> Canary | None:
        """Return what has to fail after the test, where that can tell whether the shell ended."""
        if not self.shell:
            return None
        text = "".join(str(it.get("text", "")) for it in sent(reply))
        found = re.search(f"{self.shell}([0-9]{{1,9}}):([0-9]{{0,9}})", text)
        status = _status()
        process, at = found.groups() if found else ("0", "")
        later = f" && {_AT.format(f'[[ ${{n@P}} -gt {at} ]]')}" if at else ""
        still = _kept(f"[[ $$ = {process} ]]{later} && (exit {status})")
        return Canary(f"set -o history; {still}", status, shell=self.shell)


def canary(language: str, test: str) -> Canary:
    """Return what has to fail before a test.

    Parameters
    ----------
    language : str
        As a kernelspec names it.
    test : str
        The source of the test.

    Examples
    --------
    >>> canary("octave", "assert(x == 1)").source[:19]
    'nobody_has_defined_'
    >>> "[ " in canary("bash", "test -e file").source
    False
    """
    nonce = secrets.token_hex(16)
    if language == "python":
        return Canary(f"assert len('{nonce}') == 31, '{nonce}'", nonce, "AssertionError")
    if language == "bash":
        used = set(_WORD.findall(test))
        other = secrets.token_hex(16)
        false = [it.format(one=nonce, other=other) for n, it in _FALSE_IN_BASH.items() if n in used]
        status, mark = _status(), secrets.token_hex(8)
        checks = f"! {{ {' || '.join(false)}; }} && " if false else ""
        at = _AT.format(f'builtin echo "{mark}$$:${{n@P}}"')
        asked = f'{at} 2> /dev/null || builtin echo "{mark}$$:"'  # a bash before 4.4 cannot say
        source = f"set +o history; {asked}; {_kept(f'{checks}(exit {status})')}"
        return Canary(
            source, status, shell=mark, uses=tuple(n for n in _FALSE_IN_BASH if n in used)
        )
    return Canary(f"nobody_has_defined_{nonce}", nonce)


def as_tests_fail(language: str) -> Canary | None:
    """Return what fails with what tests fail with, where that can be made a success by itself.

    Examples
    --------
    >>> as_tests_fail("bash").said, as_tests_fail("octave")
    ('1', None)
    """
    return Canary(_kept("(exit 1)"), "1", shell=language) if language == "bash" else None


def _kept(source: str) -> str:
    """Return what fails alike and does not end a shell in which `set -e` holds."""
    return f"{{ {source}; }} && :"


def _status() -> str:
    return str(_FEWEST + secrets.randbelow(_STATUSES))
