"""Links that a room of forty people opens at once: they are right, or there is a sentence."""

from __future__ import annotations

import importlib.metadata
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import link

ROOT = Path(__file__).resolve().parents[2]
WORK = "https://github.com/owner/scaling"
LESSON = "notebooks/06_communication.ipynb"


def test_a_hub_gets_repository_branch_and_lesson_as_nbgitpuller_reads_them() -> None:
    made = link.hub_link("https://hub.example.org/", f"{WORK}.git", path=LESSON, branch="a/b+c")
    assert made.startswith("https://hub.example.org/hub/user-redirect/git-pull?")
    read = parse_qs(urlsplit(made).query, strict_parsing=True)
    assert read == {
        "repo": [WORK],  # without .git: the last part names the folder in a learner's home
        "branch": ["a/b+c"],
        "urlpath": [f"lab/tree/scaling/{LESSON}"],
    }


def test_a_blank_in_a_name_survives_both_addresses() -> None:
    made = link.hub_link("http://localhost:8000", WORK, path="notebooks/why not?.ipynb")
    [inner] = parse_qs(urlsplit(made).query)["urlpath"]
    assert "?" not in inner
    assert unquote(inner) == "lab/tree/scaling/notebooks/why not?.ipynb"


@pytest.mark.parametrize(
    ("repository", "place"),
    [
        (WORK, "gh/owner/scaling/a%2Fb"),
        ("https://gitlab.com/group/part/scaling", "gl/group%2Fpart%2Fscaling/a%2Fb"),
        ("https://git.example.org/we/it", "git/https%3A%2F%2Fgit.example.org%2Fwe%2Fit/a%2Fb"),
    ],
)
def test_binder_gets_each_host_in_its_own_form(repository: str, place: str) -> None:
    made = link.binder_link(repository, path=LESSON, branch="a/b")
    address, query = made.split("?")
    assert address == f"https://mybinder.org/v2/{place}"
    assert parse_qs(query) == {"urlpath": [f"lab/tree/{LESSON}"]}


def test_colab_gets_the_file_where_github_shows_it() -> None:
    made = link.colab_link(f"{WORK}.git", path=LESSON, branch="a/b")
    assert made == f"https://colab.research.google.com/github/owner/scaling/blob/a/b/{LESSON}"
    installed = link.colab_install(WORK, branch="a/b")
    assert installed == f'%pip install --quiet "git+{WORK}@a/b"'


def test_a_codespace_is_gone_on_with() -> None:
    made = link.codespaces_link(WORK, branch="a/b")
    assert made == "https://codespaces.new/owner/scaling/tree/a/b?quickstart=1"


@pytest.mark.parametrize("elsewhere", ["https://gitlab.com/owner/scaling", f"{WORK}/pulls"])
def test_what_looks_on_github_alone_says_so(elsewhere: str) -> None:
    with pytest.raises(ExplainedError, match="where Colab looks"):
        link.colab_link(elsewhere, path=LESSON)
    with pytest.raises(ExplainedError, match="where Codespaces looks"):
        link.codespaces_link(elsewhere)


def test_what_learners_need_beside_the_link_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["link", "--colab", "--repository", WORK]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("/scaling/blob/main/notebooks/00_start_here.ipynb\n")
    assert link.colab_install(WORK) in said.err
    assert main(["link", "--codespaces", "--repository", WORK, "--lesson", "6"]) == 0
    said = capsys.readouterr()
    assert "must hold no solutions" in said.err
    assert "opens the first lesson" in said.err


def test_a_site_gets_the_path() -> None:
    made = link.lite_link("https://example.org/scaling/", path=LESSON)
    assert urlsplit(made).path == "/scaling/lab/index.html"
    assert parse_qs(urlsplit(made).query) == {"path": [LESSON]}


@pytest.mark.parametrize(
    "host", ["192.168.1.20", "10.0.0.7", "172.20.10.2", "100.64.0.9", "[fd00::1]"]
)
def test_a_site_that_a_computer_of_the_room_serves_needs_no_https(host: str) -> None:
    made = link.lite_link(f"http://{host}:8000/", path=LESSON)
    assert made.startswith(f"http://{host}:8000/lab/index.html?path=")
    with pytest.raises(ExplainedError, match="could read passwords"):
        link.hub_link(f"http://{host}:8000/", WORK, path=LESSON)


@pytest.mark.parametrize("site", ["http://example.org", "http://8.8.8.8", "ftp://192.168.1.20"])
def test_a_site_elsewhere_does(site: str) -> None:
    with pytest.raises(ExplainedError, match="is not https"):
        link.lite_link(site, path=LESSON)


def test_an_address_that_nobody_can_read_is_a_sentence() -> None:
    with pytest.raises(ExplainedError, match="is no address"):
        link.lite_link("http://[fd00::1", path=LESSON)


@pytest.mark.parametrize(
    ("hub", "repository", "says"),
    [
        ("hub.example.org", WORK, "is no address"),
        ("http://hub.example.org", WORK, "is not https"),
        ("ftp://localhost", WORK, "is not https"),
        ("https://hub.example.org/?next=1", WORK, "goes on after"),
        ("https://hub.example .org", WORK, "has a blank"),
        ("https://me:secret@hub.example.org", WORK, "a password stands in"),
        ("https://hub.example.org", "git@github.com:owner/scaling.git", "asks for a key"),
        ("https://hub.example.org", "https://github.com/owner", "names no repository"),
        ("https://hub.example.org", f"{WORK}/tree/main", "a page inside"),
    ],
)
def test_what_cannot_be_right_is_a_sentence(hub: str, repository: str, says: str) -> None:
    with pytest.raises(ExplainedError, match=says) as stopped:
        link.hub_link(hub, repository, path=LESSON)
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize("branch", ["", "a b", "--upload-pack=x", "a..b", "a&urlpath=b"])
def test_a_branch_that_is_none(branch: str) -> None:
    with pytest.raises(ExplainedError, match="is no branch"):
        link.hub_link("https://hub.example.org", WORK, path=LESSON, branch=branch)


def test_a_page_of_github_that_is_no_repository() -> None:
    with pytest.raises(ExplainedError, match="not a repository on GitHub"):
        link.binder_link(f"{WORK}/pulls", path=LESSON)


def test_the_command_opens_the_lesson_of_a_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("/")
    wanted = ["link", "--binder", "--repository", WORK, "--lesson", "6", "--folder", str(ROOT)]
    assert main(wanted) == 0
    made = link.binder_link(WORK, path=LESSON)
    assert capsys.readouterr() == (f"{made}\n", "")
    assert main([*wanted, "--markdown"]) == 0
    assert capsys.readouterr().out.endswith(f"]({made})\n")


def test_who_sends_a_repository_to_learners_is_told_that_they_get_all_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["link", "--hub", "https://hub.example.org", "--repository", WORK]) == 0
    assert "must hold no solutions" in capsys.readouterr().err


def test_a_repository_that_nobody_has_set_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    about = Message()
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: about)
    assert main(["link", "--binder"]) == 1
    assert "[project.urls]" in capsys.readouterr().err
    about["Project-URL"] = f"Repository, {WORK}"
    assert main(["link", "--binder"]) == 0
    assert "/v2/gh/owner/scaling/main" in capsys.readouterr().out


def test_a_qr_code_says_the_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = link.binder_link(WORK, path=LESSON)
    picture = link.write_qr(made, tmp_path / "link.svg").read_text()
    assert f"<title>{made}</title>" in picture
    from PIL import Image

    with Image.open(link.write_qr(made, tmp_path / "link.png")) as image:
        assert image.width == image.height
        assert 700 <= image.width <= 1100
    with pytest.raises(ExplainedError, match=r"FILE\.svg or FILE\.png"):
        link.write_qr(made, tmp_path / "link.gif")
    assert len(link.qr_text(made).splitlines()) > 20
