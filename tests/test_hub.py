"""A class on the hub, from release to feedback, with real accounts and real rights.

The hub of `hub/` is started in namespaces of its own, where `/etc`, `/home` and `/srv` are copies:
its accounts and folders are the ones of the README, and nothing of them is left on this machine.
The tests are one story and run in the order in which they stand.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from conftest import PICTURES, ROOT
from course import Sample, answered, release, samples, source, stems
from for_everybody import NARROW, TALL, axe_finds, barriers
from patience import patience, patient, wait_until
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from playwright.sync_api import TimeoutError as PageTimeoutError
from test_browser import SCREEN, end_of, how_it_was_left

requests = pytest.importorskip("requests", reason="the hub's packages are not installed")

pytestmark = pytest.mark.timeout(900)  # a class of up to forty, and a server that starts

STEM = "06_communication"
# Twelve make every known mistake; that forty find room, `make test-long` tries.
CLASS = 40 if "THOUSANDFOLD_ALL" in os.environ else 12
LEARNERS = ["ann", "bob", *(f"learner-{number:02}" for number in range(1, CLASS - 1))]
INSTRUCTOR = "ida"
START_SECONDS = 120
WORK_SECONDS = 300  # of nbgrader, for the whole class
PROXY = Path(sys.prefix) / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"
ISOLATED = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
GRADER = "thousandfold-grader"
HOMES = "/home"
COURSE = "/srv/thousandfold/grader/course"
SCRIPT = "document.title = 'taken over'"

# In a namespace of their own the folders of a server can be laid over those of this machine.
PREPARE = """
set -euo pipefail
mount -t tmpfs keep /mnt
number=0
for path in {kept}; do
  mkdir /mnt/$number; mount --rbind "$path" /mnt/$number; number=$((number + 1))
done
cp -a /etc {folder}/etc
mount --bind {folder}/etc /etc
for path in /srv /home /var/lib {closed}; do mount -t tmpfs -o mode=755 over "$path"; done
number=0
for path in {kept}; do
  if [ ! -e "$path" ]; then mkdir -p "$path"; mount --rbind /mnt/$number "$path"; fi
  number=$((number + 1))
done
mkdir -m 700 /var/lib/jupyterhub
cd {root}
python={python} folder={folder}
$python hub/prepare.py
$python hub/people.py $folder/learners.txt
$python hub/people.py --instructors $folder/instructors.txt
cp /srv/thousandfold/passwords/*.csv $folder
{also}
exec $python -m jupyterhub --config $folder/jupyterhub_config.py
"""

CONFIG = """
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.JupyterHub.services[0]["url"] = "http://127.0.0.1:{ports[3]}"
"""


# Each hands in from an account of their own; started as root, to load nbgrader once.
HAND_IN = """
import json, os, pwd, sys
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeSubmit

def hand_in(name, text):
    account = pwd.getpwnam(name)
    os.initgroups(name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    home = account.pw_dir
    os.environ.update(HOME=home, JUPYTER_DATA_DIR=home + "/.local/share/jupyter")
    os.makedirs(f"{home}/exercises/{stem}", exist_ok=True)
    open(f"{home}/exercises/{stem}/{stem}.ipynb", "w").write(text)
    course = CourseDirectory(course_id="thousandfold", assignment_id=stem)
    submit = ExchangeSubmit(coursedir=course, authenticator=Authenticator())
    submit.root, submit.assignment_dir = "/srv/thousandfold/exchange", f"{home}/exercises"
    submit.start()

stem = sys.argv[1]
for name, text in json.load(sys.stdin).items():
    child = os.fork()
    if not child:
        hand_in(name, text)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, name
"""

# What somebody who means harm can put into a folder that all may write to.
FORGE = """
import os, sys
from pathlib import Path
from urllib.parse import quote
inbound, stem = Path("/srv/thousandfold/exchange/thousandfold/inbound"), sys.argv[1]
for name in (f"bob+{stem}+2099-01-01 00:00:00.000000 UTC+x", f"ann+{stem}+no time at all+x",
             f"ann+{stem}+2099-01-01 00:00:00.000000 UTC+x"):
    (inbound / name).mkdir()
    (inbound / name / f"{stem}.ipynb").write_text("forged")
(inbound / name / "solution.ipynb").symlink_to(sys.argv[2])
"""


@dataclass(frozen=True)
class Hub:
    """A running hub, and the process whose namespaces it lives in."""

    url: str
    process: int
    log: Path
    passwords: dict[str, str] = field(repr=False)

    def run(
        self, name: str, *command: str, given: str | None = None, seconds: int = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the server, as one of its accounts."""
        enter = ["nsenter", f"--target={self.process}", "--mount", "--pid"]
        account = ["runuser", "-u", name, "--"]
        return subprocess.run(
            [*enter, *account, *command],
            cwd="/",
            input=given,
            capture_output=True,
            text=True,
            timeout=patience(seconds),
        )

    def python(self, name: str, code: str, *arguments: str, given: str | None = None) -> str:
        """Run Python on the server and return what it prints."""
        done = self.run(name, sys.executable, "-c", code, *arguments, given=given)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def login(self, name: str) -> requests.Session:
        session = requests.Session()
        session.get(f"{self.url}hub/login")
        form = {"username": name, "password": self.passwords[name]}
        form["_xsrf"] = session.cookies["_xsrf"]
        answer = session.post(f"{self.url}hub/login", data=form, allow_redirects=False)
        assert answer.status_code == 302, f"{name} was not let in"
        return session


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start the hub of the README, once."""
    need_a_server()
    with serve(tmp_path_factory.mktemp("hub")) as running:
        yield running


def need_a_server() -> None:
    """Skip where no hub can be started."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("the hub was not started: its accounts need root on Linux")
    if not PROXY.exists():
        pytest.skip("the hub was not started: `make proxy` installs what stands in front of it")
    if subprocess.run([*ISOLATED, "mount", "-t", "tmpfs", "x", "/mnt"]).returncode:
        pytest.skip("the hub was not started: this container may not make namespaces")


@contextmanager
def serve(folder: Path, also: str = "") -> Iterator[Hub]:
    """Run the hub; what it needs to know and its log stand in a folder.

    What is also to be typed before it starts finds `$python` and `$folder`.
    """
    (folder / "learners.txt").write_text("# the class\n" + "\n".join(LEARNERS))
    (folder / "instructors.txt").write_text(INSTRUCTOR)
    ports = free_ports(4)
    config = str(ROOT / "hub" / "jupyterhub_config.py")
    (folder / "jupyterhub_config.py").write_text(CONFIG.format(config=config, ports=ports))
    kept = list(dict.fromkeys([str(ROOT), sys.prefix, sys.base_prefix, str(folder)]))
    places = {
        "kept": shlex.join(kept),
        "closed": shlex.join(closed(kept)),
        "folder": shlex.quote(str(folder)),
        "root": shlex.quote(str(ROOT)),
        "python": shlex.quote(sys.executable),
        "also": also,
    }
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*ISOLATED, "bash", "-c", PREPARE.format(**places)],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{ports[0]}/"
        wait_until_it_answers(f"{url}hub/health", process, log)
        inside = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        passwords = dict(row for path in folder.glob("*.csv") for row in csv.reader(path.open()))
        yield Hub(url, int(inside), log, passwords)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and with it all that lives in its namespace
        process.wait()


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports


def closed(paths: list[str]) -> list[str]:
    """Return the folders above that others may not pass, such as the home of root."""
    above = {parent for path in paths for parent in Path(path).parents}
    shut = {path for path in above if not path.stat().st_mode & 0o001}
    return sorted(str(path) for path in shut if not shut & set(path.parents))


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    def answers() -> bool:
        assert process.poll() is None, end_of(log)
        try:
            return bool(requests.get(url, timeout=patience(5)).ok)
        except requests.RequestException:
            return False

    wait_until(answers, START_SECONDS, seen=lambda: end_of(log))


@contextmanager
def seat(hub: Hub, browser: Browser, name: str, place: str, picture: str) -> Iterator[Page]:
    """Log in as somebody, in a browser of their own, and keep a picture of how it was left."""
    page = patient(browser.new_context(viewport=SCREEN).new_page())
    try:
        page.goto(hub.url + place)
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(hub.passwords[name])
        page.get_by_role("button", name="Sign in").click()
        yield page
    except BaseException as error:
        error.add_note(how_it_was_left(picture))
        raise
    finally:
        page.screenshot(path=PICTURES / f"{picture}.png")
        page.context.close()


def test_each_person_has_an_account_with_a_password(hub: Hub) -> None:
    assert hub.passwords.keys() - {"name"} == {*LEARNERS, INSTRUCTOR}
    assert len(set(hub.passwords.values())) == len(hub.passwords)
    assert hub.run("ann", "id", "-nG").stdout.split() == ["ann", "thousandfold"]


def test_a_wrong_password_and_an_account_outside_the_course_are_not_let_in(hub: Hub) -> None:
    wrong = replace(hub, passwords={"ann": "wrong", "daemon": ""})
    for name in wrong.passwords:
        with pytest.raises(AssertionError, match="was not let in"):
            wrong.login(name)


PEOPLE = [sys.executable, str(ROOT / "hub" / "people.py")]


@pytest.mark.browser
def test_everybody_can_sign_in_and_is_told_what_is_kept(hub: Hub, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": NARROW, "height": TALL}, bypass_csp=True)
    page = patient(context.new_page())
    page.goto(f"{hub.url}hub/login")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")
    expect(page.locator("#kept")).to_be_visible()
    assert axe_finds(page) == []
    assert barriers(page) == []
    context.close()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ("new\nAnn Lee\n", "cannot be an account"),
        ("new\nnew\n", "stands twice"),
        ("new\ndaemon\n", "is an account of the system"),
    ],
)
def test_names_that_cannot_be_accounts_add_nobody(hub: Hub, names: str, says: str) -> None:
    done = hub.run("root", *PEOPLE, "/dev/stdin", given=names)
    assert done.returncode == 1
    assert done.stderr.startswith("nothing was done: ")
    assert says in done.stderr
    assert hub.run("root", "id", "new").returncode != 0


def test_a_forgotten_password_is_replaced_and_running_it_twice_changes_nothing(hub: Hub) -> None:
    assert "already" in hub.run("root", *PEOPLE, "/dev/stdin", given="ann\nbob\n").stdout
    hub.login("bob")
    made = hub.run("root", *PEOPLE, "--new-password", "bob").stdout.split()[-1]
    table = hub.run("root", "cat", made).stdout.splitlines()
    assert hub.run("root", "stat", "--format=%a", made).stdout == "600\n"
    with pytest.raises(AssertionError, match="was not let in"):
        hub.login("bob")
    hub.passwords.update(row.split(",") for row in table[1:])
    hub.login("bob")


FORBIDDEN = {
    "the gradebook and the sources": f"ls {COURSE}",
    "a solution": f"cat {COURSE}/solutions/{STEM}/{STEM}.ipynb",
    "the passwords": "ls /srv/thousandfold/passwords",
    "the secret of the hub": "cat /var/lib/jupyterhub/cookie_secret",
    "the home of another": f"ls {HOMES}/bob",
    "who handed in": "ls /srv/thousandfold/exchange/thousandfold/inbound",
    "all feedback": "ls /srv/thousandfold/exchange/thousandfold/feedback",
    "another release": "touch /srv/thousandfold/exchange/thousandfold/outbound/x",
    "the release itself": "mv /srv/thousandfold/exchange/thousandfold /srv/thousandfold/exchange/x",
    "the configuration": "touch /srv/thousandfold/config/learner/nbgrader_config.py",
    "what others start with": "touch /srv/thousandfold/start/notebooks/x",
}


@pytest.mark.parametrize("command", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_learner_may_not_touch(hub: Hub, command: str) -> None:
    refused = hub.run("ann", *command.split())
    assert refused.returncode != 0
    assert re.search("Permission denied|Operation not permitted", refused.stderr), refused.stderr
    place = Path(command.split()[1])
    there = place.parent if command.startswith("touch") else place
    assert hub.run("root", "test", "-e", str(there)).returncode == 0


def test_nobody_but_instructors_may_open_formgrader(hub: Hub) -> None:
    places = ("services/thousandfold/formgrader", "services/thousandfold/api/contents")
    learner = hub.login("ann")
    for place in places:
        assert learner.get(hub.url + place).status_code == 403
    assert requests.get(hub.url + places[1], timeout=patience(30)).status_code == 403
    assert learner.get(f"{hub.url}user/bob/api/contents").status_code in (403, 404)
    assert "Services" not in learner.get(f"{hub.url}hub/home").text


def formgrader(page: Page) -> tuple[FrameLocator, Locator]:
    """Return formgrader inside JupyterLab, and its row for the exercise."""
    frame = page.frame_locator("iframe[src*=formgrader]")
    row = frame.get_by_role("row").filter(has_text=STEM)
    expect(row).to_be_visible()
    return frame, row


def press(page: Page, column: str) -> None:
    """Press what stands in a column of formgrader, and read that it went well."""
    frame, row = formgrader(page)
    row.locator(f".{column} a").click()
    dialog = frame.get_by_role("dialog")
    expect(dialog).to_contain_text("Success", timeout=patience(WORK_SECONDS) * 1000)
    dialog.get_by_role("button", name="Ok", exact=False).last.click()
    expect(dialog).to_be_hidden()


def test_an_instructor_releases_in_formgrader(hub: Hub, browser: Browser) -> None:
    with seat(hub, browser, INSTRUCTOR, "services/thousandfold/", "hub-release") as page:
        frame, _ = formgrader(page)
        for stem in stems():
            expect(frame.get_by_role("link", name=stem, exact=True)).to_be_visible()
        press(page, "assign")
        press(page, "release")


def test_learners_have_the_assignment_list_and_nothing_for_instructors() -> None:
    static = Path(sys.prefix, "share/jupyter/labextensions/@jupyter/nbgrader/static")
    scripts = "".join(path.read_text("utf-8") for path in static.glob("*.js"))
    parts = set(re.findall(r"@jupyter/nbgrader:[a-z-]+", scripts))
    page = json.loads((ROOT / "hub/learner/labconfig/page_config.json").read_text("utf-8"))
    left = parts - {name for name, hidden in page["disabledExtensions"].items() if hidden}
    assert left == {"@jupyter/nbgrader:menu", "@jupyter/nbgrader:assignment-list"}


def test_a_learner_fetches_works_and_submits(hub: Hub, browser: Browser) -> None:
    with seat(hub, browser, "ann", "", "hub-submit") as page:
        assignments(page)
        fetch = page.get_by_role("button", name="Fetch", exact=True)
        submit = page.get_by_role("button", name="Submit", exact=True)
        notebook = page.get_by_role("link", name=STEM, exact=True)
        click_until(page, fetch, submit)
        work(hub, "ann", Sample("right"))
        click_until(page, page.locator(".assignment-notebooks-link"), notebook)
        click_until(page, notebook, page.get_by_role("heading", name="Exercise:").first)
        click_until(page, submit, page.get_by_role("button", name="Fetch Feedback"))


def click_until(page: Page, what: Locator, brings: Locator) -> None:
    """Click something in the list of assignments until what it brings is there.

    While JupyterLab restores its tabs, another one may come before the list at any moment.
    """

    def there() -> bool:
        if not brings.is_visible():
            page.get_by_role("tab", name="Assignments").click()
            with suppress(PageTimeoutError):
                what.click(timeout=patience(5) * 1000)
                brings.wait_for(timeout=patience(20) * 1000)
        return brings.is_visible()

    wait_until(there, 120, seen=lambda: page.locator(".jp-mod-current").all_text_contents())


def assignments(page: Page) -> None:
    page.locator(".jp-NotebookPanel .jp-Notebook-cell").first.wait_for(
        state="attached", timeout=patience(START_SECONDS) * 1000
    )
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    offered = page.locator(".lm-Menu-itemLabel")
    offered.get_by_text("Assignment List", exact=True).click()
    expect(offered.get_by_text("Formgrader")).to_have_count(0)


def work(hub: Hub, name: str, sample: Sample) -> None:
    """Write somebody's answers into the exercise that they have fetched."""
    text = nbformat.writes(answered(release(STEM), STEM, sample))
    path = f"/home/{name}/exercises/{STEM}/{STEM}.ipynb"
    write = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    assert hub.run(name, "test", "-w", path).returncode == 0
    hub.python(name, write, path, given=text)


# What follows goes on from what somebody has done in the browser.
after_the_browser = pytest.mark.usefixtures("browser")


def handed_in_by() -> dict[str, Sample]:
    """Return what each learner answers: the known mistakes in turn, and Ann has all right."""
    kinds = [Sample("right"), *samples(STEM)]
    assert len(kinds) <= len(LEARNERS)
    return {name: kinds[place % len(kinds)] for place, name in enumerate(LEARNERS)}


@after_the_browser
def test_the_others_submit(hub: Hub) -> None:
    notebooks = {
        name: answered(release(STEM), STEM, sample)
        for name, sample in handed_in_by().items()
        if name != "ann"
    }
    scripted = nbformat.v4.new_markdown_cell(f"Hello. <script>{SCRIPT}</script>", id="scripted")
    notebooks["bob"].cells.append(scripted)
    given = json.dumps({name: nbformat.writes(each) for name, each in notebooks.items()})
    hub.python("root", HAND_IN, STEM, given=given)
    inbound = hub.run("root", "ls", "/srv/thousandfold/exchange/thousandfold/inbound")
    assert {line.split("+")[0] for line in inbound.stdout.splitlines()} == set(LEARNERS)


def test_what_is_forged_is_not_collected_and_the_rest_is(hub: Hub, browser: Browser) -> None:
    solution = f"{COURSE}/solutions/{STEM}/{STEM}.ipynb"
    hub.python("ann", FORGE, STEM, solution)
    with seat(hub, browser, INSTRUCTOR, "services/thousandfold/", "hub-collect") as page:
        press(page, "collect")
        _, row = formgrader(page)
        expect(row.locator(".num-submissions")).to_have_text(str(len(LEARNERS)))
    submitted = hub.run(GRADER, "find", f"{COURSE}/submitted", "-type", "f").stdout
    assert "solution" not in submitted.replace("solutions", "")
    for name in ("ann", "bob"):
        path = f"{COURSE}/submitted/{name}/{STEM}/{STEM}.ipynb"
        assert hub.run(GRADER, "cat", path).stdout.strip() != "forged"


# As the account that grades, in the folder of the course, as the README says it.
AT_THE_COURSE = f"""
cd {COURSE}
export JUPYTER_CONFIG_PATH=/srv/thousandfold/config/grader PATH={shlex.quote(sys.prefix)}/bin:$PATH
"""

# Prints what the gradebook holds of each learner.
POINTS = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    found = book.assignment_submissions(sys.argv[1])
    print(json.dumps({each.student.id: each.score for each in found}))
"""


@after_the_browser
def test_the_class_is_graded(hub: Hub) -> None:
    line = f"{AT_THE_COURSE} thousandfold grade {STEM}"
    done = hub.run(GRADER, "bash", "-c", line, seconds=WORK_SECONDS)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    asks = shlex.join([sys.executable, "-W", "ignore", "-c", POINTS, STEM])
    points = json.loads(hub.run(GRADER, "bash", "-c", AT_THE_COURSE + asks).stdout)
    marks = [cell.metadata.get("nbgrader", {}) for cell in source(STEM).cells]
    most = sum(mark.points for mark in marks if mark.get("grade") and not mark.solution)
    assert points == {
        name: most - sum(sample.loses.values()) for name, sample in handed_in_by().items()
    }


@after_the_browser
def test_a_script_in_a_submission_does_not_reach_the_instructor(hub: Hub) -> None:
    instructor = hub.login(INSTRUCTOR)
    api = f"{hub.url}services/thousandfold/formgrader/"
    listed = instructor.get(f"{api}api/submissions/{STEM}")
    assert listed.ok, listed.text
    [bob] = [each for each in listed.json() if each["student"] == "bob"]
    notebooks = instructor.get(f"{api}api/submitted_notebooks/{STEM}/{STEM}").json()
    [bob] = [each for each in notebooks if each["student"] == "bob"]
    page = instructor.get(f"{api}submissions/{bob['id']}/")
    assert page.ok
    assert "Hello." in page.text
    assert f"<script>{SCRIPT}" not in page.text


def test_feedback_comes_back_and_keeps_its_secrets(hub: Hub, browser: Browser) -> None:
    with seat(hub, browser, INSTRUCTOR, "services/thousandfold/", "hub-feedback-out") as page:
        press(page, "release-feedback")
    with seat(hub, browser, "ann", "", "hub-feedback") as page:
        assignments(page)
        fetch = page.get_by_role("button", name="Fetch Feedback")
        click_until(page, fetch, page.get_by_text("(view feedback)"))
        # Opened by its address: nbgrader's link shows a folder, and JupyterLab at times another.
        folder = f"{HOMES}/ann/exercises/{STEM}/feedback"
        [written] = hub.run("ann", "find", folder, "-name", f"{STEM}.html").stdout.splitlines()
        page.goto(f"{hub.url}user/ann/lab/tree/{quote(written.removeprefix(f'{HOMES}/ann/'))}")
        feedback = page.frame_locator(".jp-HTMLViewer iframe")
        expect(feedback.get_by_text("Score: 15").first).to_be_visible()
    shown = hub.run("ann", "bash", "-c", f"cat ~/exercises/{STEM}/feedback/*/{STEM}.html").stdout
    assert "More is checked here, and stays here" in shown
    assert "HIDDEN TESTS" not in shown
    refused = hub.run("bob", "ls", f"{HOMES}/ann/exercises")
    assert "Permission denied" in refused.stderr
