"""What people say after a round: each sees something true in the numbers, and wants something.

The people are those of the lessons. Each sentence names what is at stake and never what to do. No
sentence comes back within four rounds, and nobody speaks twice in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import Flight

_SILENT_ROUNDS = 4
_MOST_VOICES = 4
_MINUTES_A_WEEK = 7 * 24 * 60
_EASY = 0.3  # share of the time that debt may cost where nobody complains of it
_EASY_START = 0.65  # share of teachers who take it, above which nobody asks how to begin
_FERRY = {name: q.default for name, q in Flight.quantities().items()}
_MARKET = _FERRY["casual_market"] + _FERRY["power_market"]
_HELPING, _PROMISE = _FERRY["helping"], _FERRY["promise"]
_MUCH_CLOSED = 30  # % of all who may come: fewer are not what holds Ferry back

Told = Mapping[str, float]


@dataclass(frozen=True)
class _Concern:
    """What somebody cares about, how loud it is now and before, and the ways to say it."""

    who: str
    loud: Callable[[Told, Told], float]
    sayings: tuple[str, ...]


_TEACHER, _CHAIN, _PARTNER = "Lena, piano teacher", "Marco, fifty climbing halls", "Tariq, partner"
_CODE, _NIGHT, _BOARD, _SALES = "Amara, engineer", "Jonas, on call", "Ruth, board", "Sales"

_CONCERNS = (
    _Concern(
        _TEACHER,
        lambda now, _: 0.6 - now["casual_uptake"],
        (
            "I could not find out how to begin, so I went back to paper.",
            "There is so much in it. Where do I enter my Tuesday class?",
            "My neighbour asked me how it works. I could not say.",
            "Of a hundred teachers who look at you, {teachers_lost:.0f} go away again.",
            "I have a minute between two lessons. It takes me five.",
        ),
    ),
    _Concern(
        _TEACHER,
        lambda now, _: now["casual_uptake"] - 0.65,
        (
            "My first class was online within ten minutes.",
            "I told my neighbour about it. It is easy.",
            "A booking between two lessons: one minute. Thank you.",
        ),
    ),
    _Concern(
        _CHAIN,
        lambda now, _: 0.5 - now["power_uptake"],
        (
            "It lacks what we need for fifty halls.",
            "Nice for one studio. We have fifty.",
            "My halls ask me each month when it can do more. What do I tell them?",
            "Of a hundred chains like mine, {chains_lost:.0f} look at you and take another.",
            "I still keep half of my halls in a spreadsheet.",
        ),
    ),
    _Concern(
        _CHAIN,
        lambda now, _: now["power_uptake"] - 0.7,
        (
            "It does all we need.",
            "We moved the last of our halls to you.",
            "My people stopped asking for another system.",
        ),
    ),
    _Concern(
        _CHAIN,
        lambda now, _: 200 * (0.999 - now["availability"]),
        (
            "It was down on Saturday. We were open.",
            "Fifty queues at fifty desks, and nobody could see who had paid.",
            "{down:.0f} minutes a week, it says in your report. You promised ten.",
            "I print the lists on Friday now, for when you are down on Saturday.",
            "Another supplier asked me how satisfied I am. I did not answer yet.",
        ),
    ),
    _Concern(
        _CODE,
        lambda now, _: now["lost"] - 0.22,
        (
            "Every change runs into something old first.",
            "A change of a day takes a week, because nobody knows where to begin.",
            "{hours_lost:.0f} hours of a hundred go into working around old code.",
            "I wrote that part. I would not touch it today either.",
            "Somebody new asked me whether it is like this everywhere.",
        ),
    ),
    _Concern(
        _CODE,
        lambda now, before: (before["lost"] - now["lost"] - 0.02) * 4 * (now["lost"] < _EASY),
        (
            "I changed the price list in an afternoon. Half a year ago I would not have dared.",
            "There is less of the code that frightens us. What do we do with the time?",
            "It takes me less time to find out where to begin.",
        ),
    ),
    _Concern(
        "An analyst",
        lambda now, _: min(0.12, abs(now["helped"] - _HELPING)),
        (
            "Of a hundred days of work on the product, {helped_hundred:.0f} helped anybody.",
            "I counted before and after: {helped_hundred:.0f} of a hundred days were worth it.",
            "I switched off what nobody uses. Nobody wrote to us.",
            "Every feature had a reason. {helped_hundred:.0f} of a hundred had an effect, too.",
        ),
    ),
    _Concern(
        "Support",
        lambda now, _: (0.5 - now["known"]) * (now["casual_uptake"] < _EASY_START),
        (
            "I used to phone every new teacher. Now I can phone {known_hundred:.0f} of a hundred.",
            "I explain the same first steps all day, to a smaller part of them each month.",
            "Teachers ask me how to begin. I show it to one, and the next ones wait.",
            "At the start I set it up for each of them. Now most are on their own.",
        ),
    ),
    _Concern(
        "A squad",
        lambda now, before: now["guided"] - before["guided"],
        (
            "{writing:.0f} of us wrote down what squads may decide, and built nothing else.",
            "We are writing again what we may decide alone. It takes {writing:.0f} people.",
        ),
    ),
    _Concern(
        "A squad",
        lambda now, _: 0.3 * now["guided"] * (now["squads"] > 4),
        (
            "One of us spends half of each week on keeping our goals known.",
            "We say no to ideas ourselves now. You used to.",
            "{explaining:.0f} people's work goes into keeping our goals alive.",
        ),
    ),
    _Concern(
        "A squad",
        lambda now, _: now["waited"] - 0.14,
        (
            "We are ready, and wait for an answer.",
            "Our question is on the pile. We stopped asking the small ones.",
            "{hours_waited:.0f} of a hundred hours we wait for somebody who may say yes.",
            "Yesterday I decided it myself and told nobody. It was right, by luck.",
        ),
    ),
    _Concern(
        _NIGHT,
        lambda now, _: (now["crossing"] - 0.4) * (now["squads"] > 2),
        (
            "My change was ready on Monday. It waited until two other squads had theirs.",
            "We are {squads:.0f} squads. Of a hundred changes {crossed:.0f} need more than one.",
            "Too many of my changes need another squad.",
            "What belongs to whom? I asked four people, and have four answers.",
        ),
    ),
    _Concern(
        _NIGHT,
        lambda now, before: 8 * (before["crossing"] - now["crossing"]) * (now["squads"] > 1),
        (
            "We released on our own today. Nobody had to wait for us.",
            "Another squad broke its part tonight, and I slept.",
            "I need other squads for fewer of my changes than half a year ago.",
        ),
    ),
    _Concern(
        _NIGHT,
        lambda now, before: (
            (now["releases"] / before["releases"] - 1.2)
            * (now["availability"] < min(_PROMISE, before["availability"]))
        ),
        (
            "We release {releases:.0f} times a week now. Each time something can break.",
            "More releases, and more nights on the phone.",
            "It goes out faster than I can look at it.",
        ),
    ),
    _Concern(
        _CODE,
        lambda now, _: (now["squad"] - 15) / 30,
        (
            "I came here to build, and mostly I talk.",
            "I no longer know who works on what.",
            "We are {squad:.0f} in one squad. At ten I knew what each of them did.",
            "Whoever talks least gets most done, so people talk less.",
        ),
    ),
    _Concern(
        _SALES,
        lambda now, _: now["apart"] / 4,
        (
            "Two squads showed the customer two different products.",
            "Each squad is fast. Is it still the same company?",
            "Every squad has a roadmap, and each says that it is the one.",
            "A customer asked where Ferry is going. I asked around, and did not answer him.",
        ),
    ),
    _Concern(
        "A squad",
        lambda now, _: 2 * now["quit"] / now["people"] * (now["hired"] == 0),
        (
            "{quit:.0f} of us left this half-year, and nobody came.",
            "Whoever leaves takes along what they know, and nobody is here to learn it.",
            "We are {people:.0f} now. What do we stop doing?",
        ),
    ),
    _Concern(
        "Somebody new",
        lambda now, _: now["new"] / max(1.0, now["people"]) - 0.22,
        (
            "Nobody has had time for me yet.",
            "They explain all day and build in the evening. I am sorry to ask.",
            "{new:.0f} of us are new. We ask each other.",
            "I have sat here for months, and have finished nothing yet.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, _: (now["partners"] == 0) * min(1.0, now["customers"] / 40_000) / 3,
        (
            "I would build on Ferry. So far nobody does.",
            "Your customers want their bookkeeping connected. I send them away.",
            "Marco asked me for something that you will never build.",
            "At the fair I was asked where your partners stand. You had none.",
            "I sell to your customers all the same. They type everything twice.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, _: 0.6 * (now["partners"] < 5) * (now["users"] > 0),
        (
            "Your door is open. What I would keep of so few sales does not feed one of us.",
            "I did the sum again: what I keep, times those who would buy. Not yet.",
            "I read your terms, and those of another. I build for the other.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, _: (0.25 - now["users"]) * (now["partners"] > 0),
        (
            "For what I keep, I cannot build all that your customers ask me for.",
            "We will look again at the end of the year whether this pays.",
            "{partners:.0f} of us, and {extensions:.0f} of a hundred customers use any of it.",
            "I still build mostly for others.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, _: (now["taken"] - 0.5) * (now["closed"] > _MUCH_CLOSED),
        (
            "Of a hundred studios that might come, {closed:.0f} need something that you lack.",
            "Most teachers whom Ferry suits have it. The others ask me for what is missing.",
            "I met a studio that would pay you. It needs its tills connected first.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, before: 3 * now["fewer"] / max(1.0, before["partners"]),
        (
            "{fewer:.0f} of us left. It did not pay for them.",
            "I stay for now. My neighbours at the fair did not.",
            "We were more of us half a year ago.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, before: 0.3 * now["more"] / max(5.0, before["partners"]),
        (
            "{more:.0f} more of us build on Ferry now.",
            "Three people at the fair asked me how to join.",
            "We met, all who build on you. The room was full.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, _: now["users"] - 0.5,
        (
            "There is an extension for most of what your customers ask for.",
            "We live on what your customers buy.",
            "I hired two people, because of you.",
        ),
    ),
    _Concern(
        _PARTNER,
        lambda now, before: 0.5 * (now["rival"] - before["rival"]),
        ("Another one has opened its doors. I had coffee with them.",),
    ),
    _Concern(
        _BOARD,
        lambda now, _: (abs(now["forecast_error"]) - 0.25) * (now["forecast_error"] != 0),
        (
            "You forecast {forecast:,.0f}, and {customers:,.0f} came. What did you not see?",
            "Your forecast was off by {error:.0f} per cent. By which number would you have known?",
            "I do not mind a bad number. I mind that I cannot plan with yours.",
        ),
    ),
    _Concern(
        _BOARD,
        lambda now, _: now["idle"] - 1,
        (
            "{bank:,.1f} million lie in the bank. What are they for?",
            "You could pay everybody to the end. Is that the plan?",
            "What would you do with ten million more?",
        ),
    ),
    _Concern(
        _BOARD,
        lambda now, _: (2 - now["runway"]) / 2,
        (
            "At this speed the bank is empty within the year. Who tells the people?",
            "How long will the money last?",
            "Nobody will lend us more before you earn more.",
        ),
    ),
    _Concern(
        _BOARD,
        lambda now, before: 1.25 - now["customers"] / max(1.0, before["customers"]),
        (
            "{customers:,.0f} customers, after {before:,.0f}. That is not on the way to a million.",
            "Growth is slow. Is it the market, or is it us?",
            "The people whose money it is ask me when we shall be there.",
        ),
    ),
    _Concern(
        _BOARD,
        lambda now, before: now["customers"] / max(1.0, before["customers"]) / 2 - 0.75,
        (
            "{customers:,.0f} customers, after {before:,.0f}. Can it carry as many again?",
            "Good. How much of it was us, and how much was luck?",
            "I shall report this with pleasure. What breaks first if it goes on?",
        ),
    ),
)  # fmt: skip


def voices(rounds: Sequence[Told], forecasts: Sequence[float | None] = ()) -> tuple[str, ...]:
    """Return what people say after the last of some rounds; loudest first, at most four.

    Parameters
    ----------
    rounds : sequence of mapping of str to float
        All that the engine tells of each round, from the start on.
    forecasts : sequence of float or None
        Customers that the team expected after each round, where it wrote them down.
    """
    told = [_counted(at, rounds, forecasts) for at in range(len(rounds))]
    said: list[dict[str, str]] = []
    for before, now in pairwise(told):
        lately = {saying for lines in said[1 - _SILENT_ROUNDS :] for saying in lines}
        said.append(dict(_speaking(now, before, lately)))
    return tuple(said[-1].values()) if said else ()


def _speaking(now: Told, before: Told, lately: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each saying of one round, and as it is heard; none that was said lately."""
    spoken: set[str] = set()
    for concern in sorted(_CONCERNS, key=lambda concern: -concern.loud(now, before)):
        if len(spoken) == _MOST_VOICES or concern.loud(now, before) <= 0:
            return
        fresh = [saying for saying in concern.sayings if saying not in lately]
        if fresh and concern.who not in spoken:
            spoken.add(concern.who)
            yield fresh[0], f"{concern.who}: “{fresh[0].format(**now)}”"


def _counted(
    at: int, rounds: Sequence[Told], forecasts: Sequence[float | None]
) -> dict[str, float]:
    """Return a round with what people count in it, as they would say it."""
    now, before = rounds[at], rounds[max(0, at - 1)]
    expected = (forecasts[at - 1] if 0 < at <= len(forecasts) else None) or now["customers"]
    error = expected / max(1.0, now["customers"]) - 1
    spent, costs = before["cash"] - now["cash"], now["wages"] + now["partner_costs"]
    return {
        **now,
        "before": before["customers"],
        "teachers_lost": 100 * (1 - now["casual_uptake"]),
        "chains_lost": 100 * (1 - now["power_uptake"]),
        "down": _MINUTES_A_WEEK * (1 - now["availability"]),
        "hours_lost": 100 * now["lost"],
        "hours_waited": 100 * now["waited"],
        "squad": now["people"] / max(1.0, now["squads"]),
        "helped_hundred": 100 * now["helped"],
        "known": _FERRY["known"] / (_FERRY["known"] + now["customers"]),
        "known_hundred": 100 * _FERRY["known"] / (_FERRY["known"] + now["customers"]),
        "taken": now["casual"] / max(1.0, now["casual_reachable"]),
        "closed": 100 - 100 * (now["casual_reachable"] + now["power_reachable"]) / _MARKET,
        "crossed": 100 * now["crossing"],
        "writing": _FERRY["writing"],
        "explaining": _FERRY["explaining"] * now["squads"],
        "extensions": 100 * now["users"],
        "more": now["partners"] - before["partners"],
        "fewer": before["partners"] - now["partners"],
        "forecast": expected,
        "forecast_error": error,
        "error": 100 * abs(error),
        "bank": now["cash"] / 1e6,
        "idle": now["cash"] / max(1.0, (ROUNDS - at) * costs) if at < ROUNDS else 0.0,
        "runway": now["cash"] / spent if spent > 0 else float(ROUNDS),
    }
