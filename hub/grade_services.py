"""The calls of a platform's Assignment and Grade Services: columns for points, and points in them.

As 1EdTech's *LTI Assignment and Grade Services 2.0* says it. A platform that is busy is asked again
after the time that it names; one that does not answer stops nobody for ever.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
from lti_people import Course, LtiError, text
from lti_platform import Key, Platform, is_safe

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
COLUMNS, COLUMNS_READ, SCORE = f"{SCOPE}lineitem", f"{SCOPE}lineitem.readonly", f"{SCOPE}score"
KIND = "application/vnd.ims.lis.v2.lineitem+json"
KIND_OF_ALL = "application/vnd.ims.lis.v2.lineitemcontainer+json"
KIND_OF_SCORE = "application/vnd.ims.lis.v1.score+json"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds before it is asked again
LONGEST_PAUSE = 120.0  # where the platform asks for more, the next run goes on
BUSY = {408, 425, 429, 500, 502, 503, 504}
PAGES = 100
MOST_BYTES = 5 << 20


class ServiceError(LtiError):
    """The platform did not do what it was asked, and the message says what to do next.

    Attributes
    ----------
    status : int
        What it answered; 0 if it did not answer.
    """

    def __init__(self, says: str, status: int = 0) -> None:
        super().__init__(says)
        self.status = status


class NotPermittedError(ServiceError):
    """The platform lets this hub send nothing, whoever it is about."""


@dataclass(frozen=True)
class Column:
    """A column for points.

    Attributes
    ----------
    address, label : str
    most : float
        The most that can be got there.
    is_new : bool
        Whether it was made just now.
    """

    address: str
    label: str
    most: float
    is_new: bool = False


class GradeServices:
    """One course's columns on a platform.

    Parameters
    ----------
    platform : Platform
    key : Key
    course : Course
    wait : callable
        Waits so many seconds.
    patience : float
        Seconds within which the platform has to begin an answer.
    """

    def __init__(
        self,
        platform: Platform,
        key: Key,
        course: Course,
        *,
        wait: Callable[[float], None] = time.sleep,
        patience: float = 30.0,
    ) -> None:
        self._platform, self._key, self._course = platform, key, course
        self._wait, self._patience = wait, patience
        self._session = requests.Session()
        self._token = ""

    def column(self, assignment: str, most: float) -> Column:
        """Return the column of an assignment, made where there is none.

        Raises
        ------
        ServiceError
            If the platform permits no new one, or does not answer.
        """
        ours = f"thousandfold/{assignment}"
        if not self._course.lineitems:
            raise ServiceError(
                "the platform offers no columns for points there: permit it, as hub/lti.md says, "
                "and open the hub from the course once more"
            )
        if not is_safe(self._course.lineitems):
            raise ServiceError(
                "the platform takes points without https, where others could read them: nothing "
                "was sent. Whoever runs it can set its own address right; then open the hub from "
                "the course once more"
            )
        for told in self._columns(ours):
            if told.get("resourceId") == ours and isinstance(told.get("id"), str):
                known = _number(told.get("scoreMaximum"), most)
                return Column(self._near(told["id"]), text(told.get("label")), known)
        if COLUMNS not in self._course.scopes:
            raise ServiceError(
                "there is no column for it, and the platform permits no new one: in Moodle, set "
                '"Use this service for grade sync and column management"; in Canvas, "Can create '
                'and view assignment data"; then open the hub from the course once more'
            )
        told = {"label": assignment, "scoreMaximum": most, "resourceId": ours, "tag": "points"}
        # Asked once: of two questions, both of which arrive, two columns would come.
        made = self._ask("POST", self._course.lineitems, KIND, told, KIND, pauses=())
        found = _table(made)
        if not isinstance(found.get("id"), str):
            raise ServiceError("the platform made a column and did not say where: run this again")
        return Column(self._near(found["id"]), assignment, most, is_new=True)

    def send(self, column: Column, user: str, points: float, most: float) -> None:
        """Write somebody's points into a column; the same twice is the same.

        Raises
        ------
        ServiceError
            If the platform does not take them.
        """
        told = {
            "userId": user,
            "scoreGiven": points,
            "scoreMaximum": most,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            # A platform takes no points that are older than those which it has.
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self._ask("POST", beneath(column.address, "scores"), None, told, KIND_OF_SCORE)

    def _columns(self, ours: str) -> Iterator[dict[str, Any]]:
        """Yield the platform's columns, page by page; some ignore what they are asked for."""
        place = with_question(self._course.lineitems, resource_id=ours, limit="100")
        for _ in range(PAGES):
            answer = self._ask("GET", place, KIND_OF_ALL)
            told = _read(answer)
            if not isinstance(told, list):
                raise ServiceError("the platform's list of columns cannot be read")
            yield from (one for one in told if isinstance(one, dict))
            following = answer.links.get("next", {}).get("url")
            if not following:
                return
            place = self._near(following, place)
        raise ServiceError(f"the platform's list of columns has no end: {PAGES} pages were read")

    def _near(self, address: str, seen_from: str = "") -> str:
        """Return an address, if it is the platform's: whoever is asked gets a token to write."""
        home = urlsplit(self._course.lineitems)
        try:
            address = urljoin(seen_from, address)
            asked = urlsplit(address)[:2]
        except ValueError:  # it is none
            asked = ("", "")
        if (home.scheme, home.netloc) != asked:
            raise ServiceError(
                f"the platform named an address elsewhere ({text(address, 80)}): nothing was sent "
                "there. Ask whoever runs the platform"
            )
        return address

    def _ask(
        self,
        how: str,
        place: str,
        accept: str | None,
        told: object = None,
        kind: str = "",
        *,
        pauses: tuple[float, ...] = PAUSES,
    ) -> requests.Response:
        """Return the platform's answer to a question that carries a token."""
        heads = {"Accept": accept or "*/*"} | ({"Content-Type": kind} if kind else {})
        said = json.dumps(told).encode() if kind else None
        for fresh in (False, True):
            heads["Authorization"] = f"Bearer {self._permit(fresh=fresh)}"
            answer = self._patiently(how, place, heads, lambda: said, pauses)
            if answer.status_code != 401:
                break
        if answer.status_code in (401, 403):
            raise (NotPermittedError if answer.status_code == 401 else ServiceError)(
                f"the platform does not permit it ({_reason(answer)}): switch its grade services "
                "on, as hub/lti.md says, and open the hub from the course once more",
                answer.status_code,
            )
        if not 200 <= answer.status_code < 300:
            raise ServiceError(f"the platform answers {_reason(answer)}", answer.status_code)
        return answer

    def _permit(self, *, fresh: bool) -> str:
        """Return a token of the platform's, asked for with our key."""
        if self._token and not fresh:
            return self._token
        wanted = [it for it in (COLUMNS, COLUMNS_READ, SCORE) if it in self._course.scopes]
        if SCORE not in wanted:
            raise NotPermittedError(
                "the platform does not let this hub write points: switch its grade services on, as "
                "hub/lti.md says, and open the hub from the course once more",
                403,
            )
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "scope": " ".join(wanted),
        }
        heads = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}

        def body() -> bytes:  # signed anew each time: it holds once, and not for long
            signed = {"client_assertion": self._key.assertion(self._platform)}
            return urlencode({**form, **signed}).encode()

        answer = self._patiently("POST", self._platform.token_url, heads, body, PAUSES)
        found = _table(answer) if answer.status_code == 200 else {}
        given = found.get("access_token")
        # What is no ASCII cannot stand in a head of HTTP.
        if not isinstance(given, str) or not (given.isascii() and given.isprintable()):
            raise NotPermittedError(
                f"the platform does not know this hub ({_reason(answer)}): compare client ID and "
                "public key there with what hub/lti.py key says",
                answer.status_code,
            )
        scope = found.get("scope")
        if isinstance(scope, str) and SCORE not in scope.split():
            raise NotPermittedError(
                "the platform gave a token that does not write points: switch its grade services "
                "on, as hub/lti.md says",
                403,
            )
        self._token = given
        return given

    def _patiently(
        self,
        how: str,
        place: str,
        heads: dict[str, str],
        body: Callable[[], bytes | None],
        pauses: tuple[float, ...],
    ) -> requests.Response:
        """Return an answer, asked for again while the platform is busy or silent."""
        for pause in (*pauses, None):
            try:
                answer = self._once(how, place, heads, body())
            except requests.RequestException as error:
                if pause is None:
                    says = f"the platform does not answer ({type(error).__name__}): run this again"
                    raise ServiceError(says) from error
                self._wait(pause)
                continue
            asked = _asked_pause(answer)
            if answer.status_code not in BUSY or pause is None or asked > LONGEST_PAUSE:
                return answer
            self._wait(asked or pause)
        raise AssertionError("the last one returns")

    def _once(
        self, how: str, place: str, heads: dict[str, str], body: bytes | None
    ) -> requests.Response:
        answer = self._session.request(
            how,
            place,
            headers=heads,
            data=body,
            timeout=self._patience,
            allow_redirects=False,  # the token is for this address
            stream=True,
        )
        read, size, latest = [], 0, time.monotonic() + self._patience
        with answer:
            for part in answer.iter_content(1 << 16):
                size += len(part)
                if size > MOST_BYTES or time.monotonic() > latest:
                    raise requests.ConnectionError("too much, or too slow")
                read.append(part)
        answer._content = b"".join(read)  # noqa: SLF001 # as it would be without `stream`
        return answer


def beneath(address: str, part: str) -> str:
    """Return what lies under an address, before its question, which Moodle's have.

    Examples
    --------
    >>> beneath("https://m.example/lineitems/5/lineitem?type_id=2", "scores")
    'https://m.example/lineitems/5/lineitem/scores?type_id=2'
    """
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{part}"))


def with_question(address: str, **asked: str) -> str:
    """Return an address that asks for more, beside what it asks for already."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *asked.items()])))


def _read(answer: requests.Response) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _number(told: object, otherwise: float) -> float:
    """Return a number above 0 that a platform says, or another where it says none."""
    if type(told) not in (int, float):
        return otherwise
    try:
        number = float(told)  # type: ignore[arg-type] # it is one of the two
    except OverflowError:
        return otherwise
    return number if math.isfinite(number) and number > 0 else otherwise


def _table(answer: requests.Response) -> dict[str, Any]:
    found = _read(answer)
    return found if isinstance(found, dict) else {}


def _reason(answer: requests.Response) -> str:
    """Return what a platform gives as its reason, in one line."""
    told = _table(answer)
    error = told.get("error_description") or told.get("error") or told.get("message")
    said = text(error, 120)
    return f"{answer.status_code}, {said}" if said else str(answer.status_code)


def _asked_pause(answer: requests.Response) -> float:
    """Return for how many seconds the platform asks; 0 where it does not."""
    said = answer.headers.get("Retry-After", "")
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        when = parsedate_to_datetime(said)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return 0.0
