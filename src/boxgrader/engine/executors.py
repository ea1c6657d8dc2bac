"""What runs notebooks: threads that each talk to a process here, or a Dask cluster."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.errors import GraderError


@contextmanager
def executor(
    settings: Settings, workers: int, scheduler: str, ahead: int = 1
) -> Iterator[tuple[concurrent.futures.Executor, Callable[[], int]]]:
    """Give what runs notebooks, and what says how many at a time: a cluster may grow.

    Parameters
    ----------
    settings : Settings
    workers : int
        How many at a time on this machine.
    scheduler : str
        Address of a Dask scheduler, whose workers are used instead; or nothing.
    ahead : int
        How many notebooks there are to run: as many processes start to import what they need
        before anybody asks for them.

    Raises
    ------
    GraderError
        If there is no box here, or no cluster there.
    """
    try:
        if scheduler:
            with _cluster(scheduler) as client:

                def threads() -> int:
                    return sum(client.nthreads().values())

                if not threads():
                    raise GraderError(
                        f"The Dask scheduler at {scheduler} has no workers. Start some with "
                        f"`dask worker {scheduler}` (at least one, if it grows by itself), and run "
                        "this again."
                    )
                # A worker that is lost takes no submission with it.
                yield client.get_executor(pure=False, retries=2), threads
            return
        first, *others = [bench.take(settings) for _ in range(max(1, min(workers, ahead)))]
        for other in others:
            bench.give_back(other)
        first.wait()  # says at once if there is no box
        bench.give_back(first)
        pool = concurrent.futures.ThreadPoolExecutor(workers)
        try:
            yield pool, lambda: workers
        except BaseException:  # grading cannot go on: nobody waits for what runs
            pool.shutdown(wait=False, cancel_futures=True)
            bench.stop_all()
            raise
        finally:
            pool.shutdown()
    finally:
        bench.close_all()


def _cluster(address: str) -> Any:
    """Return a client of a Dask cluster.

    Raises
    ------
    GraderError
        If there is none.
    """
    try:
        import distributed

        connect: Any = distributed.Client
        return connect(address, set_as_default=False, timeout=20)
    except ImportError:
        raise GraderError(
            "Dask is not installed: run `pip install distributed`, here and on every worker."
        ) from None
    except (OSError, ValueError) as error:
        raise GraderError(
            f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, "
            "and name its address as it prints it."
        ) from None
