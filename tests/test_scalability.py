from __future__ import annotations

import numpy as np
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.scalability import ScalabilityLaw


def test_the_published_fit(published: Published) -> None:
    law = ScalabilityLaw()
    published.agrees("specsdm91_peak_load", law.peak_load)
    published.agrees("specsdm91_peak_throughput", law.throughput(law.peak_load))
    published.agrees("specsdm91_limit", law.limit)


def test_without_crosstalk_it_is_amdahls_law(published: Published) -> None:
    law = ScalabilityLaw(rate=1, contention=0.05, crosstalk=0)
    published.agrees("amdahl_95", law.throughput([8, 64, 1024]))
    assert law.peak_load == float("inf")
    assert law.throughput(1e9) < law.limit


@given(st.floats(0, 0.9), st.floats(1e-6, 0.1))
def test_the_peak_is_the_peak(contention: float, crosstalk: float) -> None:
    law = ScalabilityLaw(contention=contention, crosstalk=crosstalk)
    best = law.throughput(law.peak_load)
    assert (law.throughput(np.geomspace(1, 1e6, 200)) <= best * (1 + 1e-12)).all()
