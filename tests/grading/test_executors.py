"""What runs notebooks is ready before it is needed."""

from __future__ import annotations

import pytest

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine.executors import executor

pytestmark = pytest.mark.usefixtures("boxes")


@pytest.mark.parametrize(("workers", "notebooks", "started"), [(2, 5, 2), (2, 1, 1), (1, 0, 1)])
def test_as_many_processes_start_as_there_is_use_for(
    workers: int, notebooks: int, started: int
) -> None:
    with executor(Settings(), workers, "", notebooks):
        assert len(bench._started) == started
        first, *_ = reversed(bench._idle[Settings()])
        assert first._ready  # whoever asks first waits for nobody
    assert not bench._started
