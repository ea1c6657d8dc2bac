"""The counts of a history, on small repositories whose answers are known by hand."""

from __future__ import annotations

import os
import random
import shutil
import stat
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from histories import ANN, BOB, CAT, GIT, LATER, Commit, build, isolated, run_git, stamp  # noqa: F401

from thousandfold.repository import counts
from thousandfold.repository.counts import (
    HistoryError,
    HistoryWarning,
    MonthCounts,
    check_destination,
    count_history,
    write_table,
)

pytestmark = pytest.mark.usefixtures("git")
posix = pytest.mark.skipif(os.name != "posix", reason="needs shell scripts or odd file names")


def row(month: str, **counts: int) -> MonthCounts:
    return MonthCounts(month, **counts)


# What is counted


def test_a_small_history(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-03", ["a", "b"]),
        Commit(BOB, "2024-01-20", ["a", "c"]),
        Commit(BOB, "2024-01-21", ["a"]),
        Commit(CAT, "2024-01-22", ["d"]),
        # No row for February.
        Commit(BOB, "2024-03-01", ["b"]),
        Commit("dan@example.org", "2024-03-02", ["b"]),
        Commit("dan@example.org", "2024-03-03"),
    )
    assert count_history(place) == [
        MonthCounts(
            month="2024-01",
            commits=4,
            active_authors=3,
            new_authors=3,
            possible_paths=3,
            coedit_paths=1,
            files_touched=4,
            touches=6,
        ),
        MonthCounts(
            month="2024-03",
            commits=3,
            active_authors=2,
            new_authors=1,
            possible_paths=1,
            coedit_paths=1,
            files_touched=1,
            touches=2,
        ),
    ]


def test_columns_are_those_of_the_data_set() -> None:
    assert ",".join(MonthCounts._fields) == (
        "month,commits,active_authors,new_authors,possible_paths,coedit_paths,files_touched,touches"
    )


def test_a_pair_counts_once_however_many_files_it_shares(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["a", "b", "c"]),
        Commit(BOB, "2024-01-02", ["a", "b"]),
        Commit(CAT, "2024-01-03", ["c"]),
    )
    assert count_history(place)[0].coedit_paths == 2


def test_sharing_a_file_in_different_months_is_no_path(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r", Commit(ANN, "2024-01-31", ["a"]), Commit(BOB, "2024-02-01", ["a"])
    )
    assert [month.coedit_paths for month in count_history(place)] == [0, 0]


def test_against_a_slow_count_of_a_random_history(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    commits = [
        Commit(
            f"p{chance.randrange(15)}@example.org",
            f"20{chance.randint(20, 22)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            sorted({f"f{chance.randrange(60)}" for _ in range(3)}),
        )
        for _ in range(400)
    ]
    expected = []
    for month in sorted({commit.date[:7] for commit in commits}):
        inside = [commit for commit in commits if commit.date[:7] == month]
        people = {commit.author for commit in inside}
        before = {commit.author for commit in commits if commit.date[:7] < month}
        changed = {
            person: {path for commit in inside if commit.author == person for path in commit.files}
            for person in people
        }
        expected.append(
            row(
                month,
                commits=len(inside),
                active_authors=len(people),
                new_authors=len(people - before),
                possible_paths=len(list(combinations(people, 2))),
                coedit_paths=sum(bool(changed[p] & changed[q]) for p, q in combinations(people, 2)),
                files_touched=len({f for c in inside for f in c.files}),
                touches=sum(len(list(c.files)) for c in inside),
            )
        )
    assert count_history(build(tmp_path / "r", *commits)) == expected


def test_a_commit_longer_than_one_read(tmp_path: Path) -> None:
    names = [f"{number:099}" for number in range(2000)]
    place = build(
        tmp_path / "r", Commit(ANN, "2024-01-01", names), Commit(BOB, "2024-01-02", names)
    )
    month = count_history(place)[0]
    assert (month.files_touched, month.touches, month.coedit_paths) == (2000, 4000, 1)


def test_the_mailmap_joins_two_addresses(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["a"]),
        Commit("ann@home.example", "2024-01-02", ["a"]),
        Commit(BOB, "2024-01-03", {".mailmap": f"Ann <{ANN}> <ann@home.example>\n"}),
    )
    month = count_history(place)[0]
    assert (month.commits, month.active_authors, month.coedit_paths) == (3, 2, 0)


def test_only_the_committed_mailmap_counts(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["a"]),
        Commit("ann@home.example", "2024-01-02", ["a"]),
    )
    for mailmap in (place / ".mailmap", tmp_path / "elsewhere"):
        mailmap.write_text(f"<{ANN}> <ann@home.example>\n")
    run_git(place, "config", "mailmap.file", str(tmp_path / "elsewhere"))
    run_git(place, "config", "core.worktree", str(place))
    assert count_history(place)[0].active_authors == 2


def test_case_makes_no_new_author(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]), Commit(ANN.title(), "2024-01-02", ["a"])
    )
    assert count_history(place)[0].active_authors == 1


@pytest.mark.parametrize(
    ("address", "is_bot"),
    [
        ("49699333+dependabot[bot]@users.noreply.github.com", True),
        ("Deploy-Bot@example.org", True),
        ("bot@renovateapp.com", True),
        ("bot@example.org", True),
        ("ci.bot@example.org", True),
        ("support@dependabot.com", True),
        ("hello@greenkeeper.io", True),
        ("hashibot@example.org", True),
        ("web-flow@example.org", True),
        ("noreply@github.com", True),
        ("7+noreply@github.com", False),
        ("abbot@example.org", False),
        ("ann@bot.example.org", False),
        ("ann@users.noreply.github.com", False),
    ],
)
def test_bots_are_left_out(tmp_path: Path, address: str, is_bot: bool) -> None:
    place = build(
        tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]), Commit(address, "2024-01-02", ["a"])
    )
    people = 1 if is_bot else 2
    assert count_history(place) == [
        row(
            "2024-01",
            commits=people,
            active_authors=people,
            new_authors=people,
            possible_paths=people - 1,
            coedit_paths=people - 1,
            files_touched=1,
            touches=people,
        )
    ]


def test_merges_are_left_out(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["a"]),
        Commit(ANN, "2024-01-02", ["b"]),
        Commit(ANN, "2024-01-03", ["c"], parents=(1,)),
        Commit(BOB, "2024-01-04", ["b", "d"], parents=(2, 3)),
    )
    month = count_history(place)[0]
    assert (month.commits, month.active_authors, month.touches) == (3, 1, 3)


def test_a_rename_is_two_files(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", {"old": "same\n" * 50}),
        Commit(ANN, "2024-02-01", {"old": None, "new": "same\n" * 50}),
    )
    run_git(place, "config", "diff.renames", "copies")
    assert count_history(place)[1].files_touched == 2


@posix
def test_odd_file_names(tmp_path: Path) -> None:
    names = [
        b"\nfirst",
        b"two\nlines",
        b'"quoted"',
        b"tab\t",
        b"\xff\xfe",
        b" ",
        "ü".encode(),
        b"-o",
    ]
    looks_like_a_commit = b"2024-05-05T00:00:00+00:00 eve@example.org"
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", [*names, looks_like_a_commit]),
        Commit(BOB, "2024-01-02", [b"\nfirst"]),
        Commit(CAT, "2024-01-03", [b"first"]),
        Commit(BOB, "2024-02-01", [b"first"]),
    )
    january, february = count_history(place)
    assert (january.files_touched, january.touches, january.coedit_paths) == (10, 11, 1)
    assert (february.commits, february.files_touched) == (1, 1)


def test_addresses_that_are_no_text(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(b"\xff@example.org", "2024-01-01", ["a"]),
        Commit(b"\xfe@example.org", "2024-01-02", ["a"]),
        Commit("Ü@example.org", "2024-01-03", ["a"]),
        Commit("ü@example.org", "2024-01-04", ["a"]),
        Commit("two words", "2024-01-05", ["a"]),
        Commit("", "2024-01-06", ["a"]),
    )
    assert count_history(place)[0].active_authors == 5


@pytest.mark.parametrize(("people", "pairs"), [(200, 200 * 199 // 2), (201, 0)])
def test_a_file_of_a_crowd_joins_nobody(tmp_path: Path, people: int, pairs: int) -> None:
    crowd = [Commit(f"p{n}@example.org", "2024-01-01", ["CHANGELOG"]) for n in range(people)]
    month = count_history(build(tmp_path / "r", *crowd))[0]
    assert month.coedit_paths == pairs
    assert (month.files_touched, month.touches) == (1, people)


def test_the_month_is_that_of_the_author_where_the_author_is(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-05-10", ["a"], committed="2024-06-10"),
        # Older work that came in later: Ann is new in March, not in May.
        Commit(ANN, "2024-03-31T23:30:00-08:00", ["a"], committed="2024-06-11"),
        Commit(BOB, "2024-06-01T00:30:00+09:00", ["a"], committed="2024-06-12"),
    )
    assert [(month.month, month.new_authors) for month in count_history(place)] == [
        ("2024-03", 1),
        ("2024-05", 0),
        ("2024-06", 1),
    ]


def test_the_last_month_is_left_out(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-02-01", ["a"]),
        Commit(ANN, "2024-01-01", ["b"]),
        later="",
    )
    assert [month.month for month in count_history(place)] == ["2024-01"]


def test_a_later_commit_of_a_bot_completes_a_month(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["a"]),
        Commit("bot@example.org", "2024-02-01", ["a"]),
        later="",
    )
    assert [month.month for month in count_history(place)] == ["2024-01"]


def test_no_complete_month_is_an_error(tmp_path: Path) -> None:
    commits = [Commit(ANN, "2024-02-01", ["a"]), Commit("bot@example.org", "2024-02-03", ["a"])]
    place = build(tmp_path / "r", *commits, later="")
    with pytest.raises(HistoryError, match=r"no complete month .* before 2024-02"):
        count_history(place)


@pytest.mark.parametrize(
    "author",
    [
        "bot@example.org",
        "actions@github.com",
        "noreply@anthropic.com",
        "198982749+Copilot@users.noreply.github.com",
        "cursoragent@cursor.com",
    ],
)
def test_a_history_of_bots_and_assistants_is_said_to_be_one(tmp_path: Path, author: str) -> None:
    place = build(tmp_path / "r", Commit(author, "2024-02-01", ["a"]), later="")
    with pytest.raises(HistoryError, match=r"all commits of .* are by bots"):
        count_history(place)


@pytest.mark.parametrize("author", ["ann.talbot@example.org", "copilot.ann@example.org"])
def test_a_person_whose_name_sounds_like_a_bot_counts(tmp_path: Path, author: str) -> None:
    place = build(tmp_path / "r", Commit(author, "2024-02-01", ["a"]))
    assert count_history(place)[0].active_authors == 1


def test_a_commit_without_a_date_is_left_out(tmp_path: Path) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    raw = (
        run_git(place, "cat-file", "commit", "HEAD")
        .encode()
        .replace(b"closer@example.org> ", b"> no")
    )
    head = run_git(
        place, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=raw + b"\n\n"
    )
    run_git(place, "update-ref", "refs/heads/main", head)
    with pytest.raises(HistoryError, match="before 2024-01"):
        count_history(place)


# Where it is counted


def test_bare_clone_subfolder_and_worktree_agree(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        Commit(ANN, "2024-01-01", ["top", "sub/inner"]),
        Commit("ann@home.example", "2024-01-01", ["top"]),
        Commit(BOB, "2024-02-01", {".mailmap": f"<{ANN}> <ann@home.example>\n"}),
    )
    expected = count_history(place)
    assert [(month.touches, month.active_authors) for month in expected] == [(3, 1), (1, 1)]
    run_git(place, "reset", "--quiet", "--hard")
    run_git(place, "config", "diff.relative", "true")
    run_git(place, "clone", "--quiet", "--bare", str(place), str(tmp_path / "bare.git"))
    run_git(place, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    same: list[str | Path] = [
        place / "sub",
        place / ".git",
        tmp_path / "bare.git",
        tmp_path / "tree" / "sub",
        str(place),
    ]
    for where in same:
        assert count_history(where) == expected


@posix
def test_a_path_that_looks_like_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "--help", Commit(ANN, "2024-01-01", ["a"]))
    build(tmp_path / "two\nlines", Commit(ANN, "2024-01-01", ["a"]))
    monkeypatch.chdir(tmp_path)
    assert count_history("--help") == count_history("two\nlines")


def test_variables_of_a_hook_name_no_other_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    other = build(tmp_path / "other", Commit(ANN, "2020-01-01", ["a"]))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert [month.month for month in count_history(place)] == ["2024-01"]
    assert not (tmp_path / "trace").exists()


def test_replaced_and_grafted_history_is_not_believed(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]), Commit(BOB, "2024-02-01", ["b"])
    )
    expected = count_history(place)
    second = run_git(place, "rev-parse", "HEAD~1")
    run_git(place, "replace", "--graft", second)
    assert count_history(place) == expected
    run_git(place, "replace", "--delete", second)
    (place / ".git/info").mkdir(exist_ok=True)
    (place / ".git/info/grafts").write_text(f"{second}\n")
    assert count_history(place) == expected


@posix
def test_a_hostile_configuration_starts_nothing_and_changes_nothing(tmp_path: Path) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a", "b"]))
    raw = run_git(place, "cat-file", "commit", "HEAD").encode() + b"\n\n"
    signed = raw.replace(
        b"\n\n",
        b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n",
        1,
    )
    head = run_git(place, "hash-object", "-t", "commit", "-w", "--stdin", given=signed)
    run_git(place, "update-ref", "refs/heads/main", head)
    expected = count_history(place)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\ncat\n")
    program.chmod(0o755)
    for name in (
        *("core.fsmonitor", "core.pager", "pager.log", "core.editor", "gpg.program"),
        *("diff.external", "diff.x.textconv", "diff.x.command", "core.sshCommand"),
    ):
        run_git(place, "config", name, str(program))
    for name, value in {
        "alias.log": f"!{program}",
        "color.ui": "always",
        "diff.ignoreSubmodules": "all",
        "diff.noprefix": "true",
        "diff.orderFile": "missing",
        "diff.submodule": "log",
        "format.pretty": "fuller",
        "i18n.logOutputEncoding": "UTF-16",
        "log.date": "relative",
        "log.decorate": "full",
        "log.follow": "true",
        "log.showRoot": "false",
        "log.showSignature": "true",
        "log.mailmap": "false",
        "mailmap.blob": "HEAD:a",
        "mailmap.file": "/dev/tty",
        "notes.displayRef": "*",
    }.items():
        run_git(place, "config", name, value)
    (place / ".gitattributes").write_text("* diff=x\n")
    (place / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(program, place / ".git/hooks" / hook)
    before = sorted(place.rglob("*"))
    assert count_history(place) == expected
    assert not (tmp_path / "started").exists()
    assert sorted(place.rglob("*")) == before


def test_a_change_of_a_submodule_is_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = '[submodule "s"]\npath=s\nurl=x\nignore=all\n'
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", {".gitmodules": ignored}))
    run_git(place, "reset", "--quiet", "--hard")
    head = run_git(place, "rev-parse", "HEAD")
    run_git(place, "update-index", "--add", "--cacheinfo", f"160000,{head},s")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Bob")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", BOB)
        monkeypatch.setenv(f"GIT_{name}_DATE", "2024-02-01T00:00:00Z")
    run_git(place, "commit", "--quiet", "--allow-empty-message", "--message=")
    run_git(place, "config", "submodule.s.ignore", "all")
    assert [month.touches for month in count_history(place)] == [1, 1]


# What cannot be counted, or only in part


def test_a_shallow_clone_is_counted_with_a_warning(tmp_path: Path) -> None:
    commits = [Commit(ANN, f"2024-0{month}-01", [f"f{month}"]) for month in range(1, 6)]
    origin = build(tmp_path / "origin", *commits)
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", "--depth=3", origin.as_uri(), str(clone))
    with pytest.warns(HistoryWarning, match="`git fetch --unshallow`"):
        rows = count_history(clone)
    assert [(month.month, month.touches) for month in rows] == [("2024-04", 4), ("2024-05", 1)]
    run_git(clone, "fetch", "--quiet", "--unshallow")
    assert count_history(clone) == count_history(origin)


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """Return a repository that may be cloned in part."""
    place = build(
        tmp_path / "origin",
        Commit(ANN, "2024-01-01", ["top", "sub/inner"]),
        Commit("ann@home.example", "2024-02-01", ["sub/inner"]),
        Commit(ANN, "2024-03-01", {".mailmap": f"<{ANN}> <ann@home.example>\n"}),
    )
    run_git(place, "config", "uploadpack.allowFilter", "true")
    run_git(place, "config", "uploadpack.allowAnySHA1InWant", "true")
    return place


def objects(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "objects" in path.parts}


def test_a_clone_without_contents_is_enough(tmp_path: Path, origin: Path) -> None:
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", "--filter=blob:none", origin.as_uri(), str(clone))
    before = objects(clone)
    assert count_history(clone) == count_history(origin)
    assert objects(clone) == before


@pytest.mark.parametrize("kind", [("blob:none", "--bare"), ("tree:0",), ("tree:0", "--bare")])
def test_a_clone_that_lacks_more_fetches_nothing_and_names_a_remedy(
    tmp_path: Path, origin: Path, kind: tuple[str, ...]
) -> None:
    what, *bare = kind
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", f"--filter={what}", *bare, origin.as_uri(), str(clone))
    before = objects(clone)
    with pytest.raises(HistoryError, match="is a partial clone") as refused:
        count_history(clone)
    assert objects(clone) == before
    commands = str(refused.value).split("`")[1::2]
    assert len(commands) == 2
    for command in commands:
        run_git(clone, *command.split()[1:])
    assert count_history(clone) == count_history(origin)


def test_no_commits(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(HistoryError, match="empty has no commits"):
        count_history(tmp_path / "empty")


def test_not_a_repository(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="is not in a git repository"):
        count_history(tmp_path)


def test_no_such_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("missing", "file"):
        with pytest.raises(HistoryError, match=f"no folder .*{name}"):
            count_history(tmp_path / name)


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(HistoryError, match="git is not installed"):
        count_history(place)


@posix
def test_a_relative_folder_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/git").symlink_to(GIT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "programs")
    assert count_history(place)


FakeGit = Callable[[str], None]


@pytest.fixture
def fake_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGit:
    """Return a function that puts a shell script in the place of git."""

    def write(script: str) -> None:
        folder = tmp_path / "programs"
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return write


@posix
def test_an_old_git(tmp_path: Path, fake_git: FakeGit) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    fake_git("echo git version 2.9.5")
    with pytest.raises(
        HistoryError, match=r"git 2\.30 or newer is needed, not git version 2\.9\.5"
    ):
        count_history(place)


@posix
def test_a_repository_of_somebody_else(tmp_path: Path, fake_git: FakeGit) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    fake_git(f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "{GIT}" "$@"')
    with pytest.raises(HistoryError, match=r"belongs to another user.* safe\.directory"):
        count_history(place)


@posix
def test_the_remedy_for_a_repository_of_somebody_else(
    tmp_path: Path, fake_git: FakeGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    settings = tmp_path / "settings"
    run_git(tmp_path, "config", "--file", str(settings), "safe.directory", str(place.resolve()))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    fake_git(f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "{GIT}" "$@"')
    assert count_history(place)


def test_damage_found_in_the_middle(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r", *[Commit(ANN, f"2024-{month:02}-01", ["a"]) for month in range(1, 13)]
    )
    tree = run_git(place, "rev-parse", "HEAD~6^{tree}")
    damaged = place / ".git/objects" / tree[:2] / tree[2:]
    damaged.chmod(stat.S_IWRITE | stat.S_IREAD)
    damaged.unlink()
    with pytest.raises(HistoryError, match=rf"git cannot read .*{tree}.*git fsck"):
        count_history(place)


@posix
@pytest.mark.parametrize("words", ["first\\nfatal: no\x1b]0;luck", "last\\n\\n", ""])
def test_words_of_git_cannot_steer_a_terminal(
    tmp_path: Path, fake_git: FakeGit, words: str
) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    fake_git(f"""
        case "$*" in
            *--name-only*) printf '{words}' >&2; exit 1;;
            *) exec "{GIT}" "$@";;
        esac""")
    with pytest.raises(HistoryError) as refused:
        count_history(place)
    assert str(refused.value).isprintable()


@posix
def test_an_interrupted_count_leaves_no_git_behind(
    tmp_path: Path, fake_git: FakeGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    number = tmp_path / "number"
    fake_git(f"""
        case "$*" in
            *--name-only*) echo $$ >{number}; "{GIT}" "$@"; exec sleep 100000;;
            *) exec "{GIT}" "$@";;
        esac""")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(counts.History, "add", interrupt)
    with pytest.raises(KeyboardInterrupt):
        count_history(place)  # it would wait for that git until the test is given up
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


# The bar


def test_progress_shows_on_stderr_and_names_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tqdm")
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    count_history(place)
    assert capfd.readouterr() == ("", "")
    rows = count_history(place, progress=True)
    shown = capfd.readouterr()
    assert rows == count_history(place)
    assert shown.out == ""
    assert "/2 " in shown.err
    assert "@" not in shown.err


def test_progress_without_tqdm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = build(tmp_path / "r", Commit(ANN, "2024-01-01", ["a"]))
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert count_history(place, progress=True) == count_history(place)


# The table

ROW = MonthCounts("2024-01", 4, 3, 2, 3, 1, 4, 6)


def test_the_table_is_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    write_table([ROW, ROW._replace(month="2024-02")], path)
    assert path.read_bytes() == (
        b"month,commits,active_authors,new_authors,"
        b"possible_paths,coedit_paths,files_touched,touches\n"
        b"2024-01,4,3,2,3,1,4,6\n2024-02,4,3,2,3,1,4,6\n"
    )
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_the_table_is_as_readable_as_any_new_file(tmp_path: Path) -> None:
    write_table([ROW], tmp_path / "table.csv")
    (tmp_path / "other").touch()
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("where", ["os.fsync", "pathlib.Path.replace"])
def test_a_failure_while_writing_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, fail)
    with pytest.raises(HistoryError, match=r"table\.csv .*: No space left on device; make room"):
        write_table([ROW], path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("table.csv")
    write_table([ROW], tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "table.csv").is_file()


@posix
def test_where_no_table_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HistoryError, match=r"no folder .*missing; create it"):
        check_destination(tmp_path / "missing" / "table.csv")
    with pytest.raises(HistoryError, match="not a file"):
        write_table([ROW], tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(HistoryError, match="not a file"):
        write_table([ROW], tmp_path / "pipe")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(HistoryError, match="may not write"):
        check_destination(tmp_path / "table.csv")
