"""Whether something bounds the memory that no limit of ours counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from boxgrader.box import cgroups


@pytest.mark.parametrize(
    ("own", "files", "bounded"),
    [
        ("0::/a/b", {"a/b/memory.max": "4294967296"}, True),
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": "4294967296"}, True),
        ("0::/a/b", {"a/b/memory.max": "max", "c/memory.max": "4294967296"}, False),
        ("0::/", {"memory.max": "4294967296"}, True),  # of a container
        ("0::/a", {}, False),
        ("4:memory:/a\n0::/", {"memory/a/memory.limit_in_bytes": "4294967296"}, True),
        ("4:memory:/a\n0::/", {"memory/a/memory.limit_in_bytes": "9223372036854771712"}, False),
        ("5:pids:/a", {"pids/a/memory.max": "1"}, False),
    ],
)
def test_a_bound_is_found_in_a_group_or_above_it(
    own: str, files: dict[str, str], bounded: bool, tmp_path: Path
) -> None:
    for name, content in files.items():
        file = tmp_path / "control" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content + "\n")
    (tmp_path / "own").write_text(own + "\n")
    said = cgroups.why_not(tmp_path / "control", tmp_path / "own")
    assert (said == "") == bounded


def test_where_there_are_no_control_groups_it_is_said(tmp_path: Path) -> None:
    assert "MemoryMax" in cgroups.why_not(tmp_path, tmp_path / "nothing")
