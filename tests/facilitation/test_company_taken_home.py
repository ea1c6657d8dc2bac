"""The takeaway prints the numbers of a learner's company, and believes nothing in their file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from thousandfold.facilitation.takeaway import collect, html
from thousandfold.teaching.company import FILE


def put_lesson(folder: Path) -> None:
    guess = {
        "cell_type": "code",
        "metadata": {},
        "source": "my_guess_paths = 40  # how many pairs?",
    }
    content = json.dumps({"nbformat": 4, "cells": [guess]})
    (folder / "06_communication.ipynb").write_text(content, "utf-8")


def test_the_numbers_of_a_company_are_printed(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    put_lesson(tmp_path / "notebooks")
    assert "My company" not in html(collect(tmp_path))
    (tmp_path / "notebooks" / FILE).write_text('people = 40\nlost = "20 %"\n', "utf-8")
    page = html(collect(tmp_path))
    assert "<h2>My company</h2>" in page
    assert "<li>40 people</li>" in page
    assert "<li>20 % of the time lost to old code</li>" in page
    assert collect(tmp_path / "notebooks").company.people == 40


@pytest.mark.parametrize(
    "content",
    [
        b'people = "<script>alert(1)</script>"',
        b'"<script>" = 1',
        b"people = 1\x1b[2J",
        b"\xff",
        b"people = " + b"9" * 60_000,
        b"#" * 1_000_000,
        b"a = " + b"[" * 30_000,
    ],
)
def test_a_file_of_a_company_that_means_harm_is_named_and_left_out(
    content: bytes, tmp_path: Path
) -> None:
    put_lesson(tmp_path)
    (tmp_path / FILE).write_bytes(content)
    found = collect(tmp_path)
    assert not found.company.known()
    assert any("my_company.toml" in sentence for sentence in found.refused)
    page = html(found)
    assert "<script>" not in page
    assert "\x1b" not in page


def test_a_company_behind_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FILE).write_text("people = 40\n", "utf-8")
    mine = tmp_path / "mine"
    mine.mkdir()
    put_lesson(mine)
    (mine / FILE).symlink_to(tmp_path / "other" / FILE)
    assert not collect(mine).company.known()
