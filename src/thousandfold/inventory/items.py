"""The twelve questions, each in two forms.

What is asked can be answered by somebody who was never here: a lesson's own words, companies and
numbers do not stand in it. The letters of the right answers are spread, so that none pays.
"""

from __future__ import annotations

from thousandfold.inventory import finders
from thousandfold.inventory.item import Form, Item
from thousandfold.models import (
    BrooksLaw,
    CapabilityTrap,
    CriticalMass,
    Debt,
    MixedCohort,
    ReleaseTrain,
    ScalabilityLaw,
    TeamWeek,
)

_NEVER = float("inf")

_LOAD = Item(
    "load",
    "what a system delivers at more load than was tested",
    ("00",),
    {
        "A": Form(
            "A booking system was tested. With 10 people at once it answered 370 requests a "
            "second, with 20 it answered 590, with 40 it answered 750. Each request has to be kept "
            "in agreement with every other one that is under way. A fair will bring 160 people at "
            "once. Without any change, what does it answer then?",
            (
                "About 3,000 requests a second",
                "About 1,400",
                "About 800",
                "About 500",
            ),
            finders.load(
                ScalabilityLaw(rate=45, contention=0.02, crosstalk=0.0004),
                160,
                (3_000, 1_400, 800, 500),
            ),
        ),
        "B": Form(
            "A report service was tested. With 5 users at once it finished 47 reports a minute, "
            "with 10 it finished 83, with 20 it finished 122. Each report has to see every change "
            "that another one makes meanwhile. At the end of the quarter 80 users come at once. "
            "Without any change, what does it finish then?",
            (
                "About 85 reports a minute",
                "About 490",
                "About 125",
                "About 250",
            ),
            finders.load(
                ScalabilityLaw(rate=10, contention=0.01, crosstalk=0.0012), 80, (85, 490, 125, 250)
            ),
        ),
    },
)

_REPAIR = Item(
    "repair",
    "when repairing old code has paid back in features",
    ("01",),
    {
        "A": Form(
            "A team loses a quarter of its week to old code: each day of work that is waiting to "
            "be repaired costs a quarter of a day in every quarter of a year. From today on it "
            "gives 30 % of what is left to repair. A twin team gives nothing. When has the team "
            "that repairs delivered more features than its twin, counted from today?",
            (
                "After about three months",
                "After about two years",
                "After about eight months",
                "Never within ten years",
            ),
            finders.repair(Debt(repayment=0.3, wasted=0.25), (1, 9, 2.7, _NEVER)),
        ),
        "B": Form(
            "In a team, each day of repair that was put off costs a tenth of a day in every "
            "quarter of a year; today that takes a fifth of the week. From now on 25 % of what is "
            "left goes into repair. How long until it has delivered more features, counted from "
            "now, than it would have without any repair?",
            (
                "About half a year",
                "About one and a half years",
                "About five years",
                "It never gets there",
            ),
            finders.repair(Debt(repayment=0.25, interest=0.1, wasted=0.2), (2, 6, 19, _NEVER)),
        ),
    },
)

_PRESSED = CapabilityTrap(habit=5, target=45)

_PRESSURE = Item(
    "pressure",
    "what working harder and working smarter do, soon and late",
    ("01",),
    {
        "A": Form(
            "Two equal teams fall short of their target. Each spends five of forty hours on "
            "improving how it works. One now drops most of that and works on orders instead. The "
            "other takes even more hours from orders for improving. Who delivers more in the "
            "second month, and who after two years?",
            (
                "In the second month the one that drops improving; after two years the other",
                "Both times the one that drops improving",
                "Both times the one that improves more",
                "In the second month the one that improves more; after two years the other",
            ),
            finders.pressure(
                _PRESSED,
                2,
                (
                    ("harder", "smarter"),
                    ("harder", "harder"),
                    ("smarter", "smarter"),
                    ("smarter", "harder"),
                ),
            ),
        ),
        "B": Form(
            "A team delivered 35 pieces a week and should deliver 45. It moved hours from orders "
            "to improving how it works. Three months later it delivers 33. Nothing else changed. "
            "It keeps to this. How many pieces a week do you expect two years after the start?",
            ("About 20", "About 27", "About 33", "About 42"),
            finders.recovers(_PRESSED, 24, (20, 27, 33, 42)),
        ),
    },
)

_BY_HAND = ReleaseTrain(changes=20, release_hours=10)
_LARGER = ReleaseTrain(changes=40, release_hours=6)

_RELEASE = Item(
    "release",
    "what brings changes into use sooner",
    ("02",),
    {
        "A": Form(
            "A team makes 20 changes a week in one program. Each release takes ten hours of "
            "testing and signing, so seven changes wait for each other. What brings a change into "
            "use soonest, if each release then holds as many changes as is best?",
            (
                "Four services that are released apart, each by the same ten hours of testing "
                "and signing, by its own people",
                "Half as many changes that break something",
                "A tenth of the time to find and repair what a release broke",
                "One program as today, of which a release takes one hour",
            ),
            finders.release(
                (
                    _BY_HAND.replace(changes=5),
                    _BY_HAND.replace(risk=0.01),
                    _BY_HAND.replace(repair=0.2, search=0.04),
                    _BY_HAND.replace(release_hours=1),
                )
            ),
        ),
        "B": Form(
            "In one program, 40 changes become ready each week. A release costs six hours, mostly "
            "by hand; nine changes go out together. You may pay for one thing. After which is a "
            "change in use soonest, each with the size of release that suits it best?",
            (
                "Reviews that let through half as many faults",
                "Releases of the same program that cost three hours",
                "A split into three services, each with its own people and its own six hours",
                "Faults are found and taken back ten times faster",
            ),
            finders.release(
                (
                    _LARGER.replace(risk=0.01),
                    _LARGER.replace(release_hours=3),
                    _LARGER.replace(changes=40 / 3),
                    _LARGER.replace(repair=0.2, search=0.04),
                )
            ),
        ),
    },
)

_CHAIN = Item(
    "chain",
    "how often a row of reliable services is down",
    ("03",),
    {
        "A": Form(
            "A payment needs all of 20 services. Each is there 99.9 % of the time, and they fail "
            "independently of each other. For how long can nobody pay, in a month of 30 days?",
            ("About 45 minutes", "About 3 hours", "About 14 hours", "About 3 days"),
            finders.chain(20, 0.999, (0.75, 3, 14, 72)),
        ),
        "B": Form(
            "A page is shown only if 50 services answer. Each of them answers 99.95 % of the "
            "time, whatever the others do. For how long is the page missing, in 30 days?",
            ("About 18 hours", "About 4 days", "About 20 minutes", "About 3 hours"),
            finders.chain(50, 0.9995, (18, 96, 1 / 3, 3)),
        ),
    },
)

_SLOWEST = Item(
    "slowest",
    "how many requests wait for one slow answer",
    ("03",),
    {
        "A": Form(
            "One answer in 50 of a server is slow. A page asks 40 such servers and waits for the "
            "last of them. How many pages are slow?",
            ("About 2 in 100", "About 55 in 100", "About 20 in 100", "About 98 in 100"),
            finders.slowest(0.02, 40, (0.02, 0.55, 0.2, 0.98)),
        ),
        "B": Form(
            "A search asks 200 machines and needs every answer. One answer in 200 of a machine is "
            "slow, each time by chance. How many searches are slow?",
            ("About 1 in 200", "About 1 in 20", "About 1 in 4", "About 2 in 3"),
            finders.slowest(0.005, 200, (0.005, 0.05, 0.25, 0.667)),
        ),
    },
)

_SEGMENTS = Item(
    "segments",
    "what a forecast overlooks that takes all customers as alike",
    ("04",),
    {
        "A": Form(
            "Of 1,000 customers, 775 were there after one year and 631 after two. Some of them "
            "renew nearly always, others often leave, and no one changes. Somebody expects 217 "
            "after six years: each year 77.5 % of those before. How many will it be?",
            ("About 390", "About 100", "About 220", "About 290"),
            finders.segments(
                MixedCohort(loyal=0.5, loyal_stays=0.95, others_stay=0.6),
                6,
                (0.39, 0.1, 0.22, 0.29),
            ),
        ),
        "B": Form(
            "A service won 1,000 subscribers. After a year 540 are left, after two years 378. "
            "There are loyal ones and others, and each stays as he or she is. With 54 % each year, "
            "46 would be left after five years. What do you expect?",
            ("About 20", "About 45", "About 240", "About 110"),
            finders.segments(
                MixedCohort(loyal=0.4, loyal_stays=0.9, others_stay=0.3),
                5,
                (0.02, 0.045, 0.24, 0.11),
            ),
        ),
    },
)

_TIPPING = Item(
    "tipping",
    "whether a platform goes on by itself when the money ends",
    ("05",),
    {
        "A": Form(
            "Shops were asked whether they would use a new platform. If 25 % of all shops are "
            "there, 16 % would want to be. If 35 % are there, 40 % would; if 50 %, 58 %; if 70 %, "
            "70 %. Your money brings 25 % there, then it is spent. How many shops are there in "
            "the end?",
            ("About 70 %", "About 40 %", "About 25 %", "Hardly any"),
            finders.tipping(CriticalMass(strength=100, price=21), 0.25, (0.7, 0.4, 0.25, 0)),
        ),
        "B": Form(
            "Clinics were asked. If 10 % of all clinics use the exchange, none would want to pay "
            "for it; if 25 % use it, 36 % would; if 40 %, 60 %; if 80 %, 80 %. A grant pays until "
            "25 % use it, then it ends. How many use it in the end?",
            ("About 25 %", "About 80 %", "Hardly any", "About 36 %"),
            finders.tipping(CriticalMass(strength=100, price=16), 0.25, (0.25, 0.8, 0, 0.36)),
        ),
    },
)

_PAIRS = Item(
    "pairs",
    "how fast the pairs grow who could talk",
    ("06",),
    {
        "A": Form(
            "A company grows from 12 people to 60. How many times as many pairs of people are "
            "there who could talk with each other?",
            ("About 27 times", "5 times", "About 12 times", "About 125 times"),
            finders.pairs(12, 60, (27, 5, 12, 125)),
        ),
        "B": Form(
            "Eight people know how each pair of them works together. The company grows to 80. By "
            "how many times does the number of pairs grow?",
            ("10 times", "About 113 times", "About 40 times", "About 1,000 times"),
            finders.pairs(8, 80, (10, 113, 40, 1_000)),
        ),
    },
)

_LATE = Item(
    "late",
    "what people bring who are added to a late project",
    ("06",),
    {
        "A": Form(
            "Twenty people are late: without help they need about 75 working days more than the "
            "200 planned. Ten join early. They need a month to learn, and each of them takes a "
            "quarter of a day of somebody who teaches. Talking takes a quarter of the day; for "
            "each person it grows as fast as the team. When is the project done?",
            (
                "About 90 working days sooner: half as many people again do half as much again",
                "About 30 working days sooner",
                "About 20 working days later",
                "About 90 working days later",
            ),
            finders.late(BrooksLaw(team=20, hired=10, talk_power=1), (90, 30, -20, -90)),
        ),
        "B": Form(
            "A project of twenty people falls behind, and will take 275 working days in place of "
            "200. You add ten people early. They learn for a month, and others teach them. "
            "Everybody settles everything with everybody: talking takes a quarter of the day, and "
            "half as many people again make it more than twice as long. What do the ten do?",
            (
                "It is done about 90 working days sooner",
                "It is done about 30 working days sooner",
                "It is done about 20 working days later",
                "It is done about 100 working days later",
            ),
            finders.late(BrooksLaw(team=20, hired=10, talk_power=2), (90, 30, -20, -100)),
        ),
    },
)

_APPROVER = Item(
    "approver",
    "how long an answer takes from somebody who is busy",
    ("07",),
    {
        "A": Form(
            "One person approves all changes, an hour of work each. Four fifths of that person's "
            "time goes into it, requests come at random, and an answer takes five hours on "
            "average. Now an eighth more requests come: nine tenths of the time. How long does an "
            "answer take?",
            ("About 5.6 hours", "About 7 hours", "About 10 hours", "About 20 hours"),
            finders.approver(0.9, 1, (5.6, 7, 10, 20)),
        ),
        "B": Form(
            "A director signs discounts, half an hour of work each, and is busy with them 95 % of "
            "the time. Requests come at random; an answer takes ten hours. A fifth of the requests "
            "may now be decided without her, so she is busy 76 % of the time. How long does an "
            "answer take?",
            ("About 8 hours", "About 6 hours", "About 4 hours", "About 2 hours"),
            finders.approver(0.76, 0.5, (8, 6, 4, 2)),
        ),
    },
)

_FREE = Item(
    "free",
    "how much more a team delivers when code is nearly free",
    ("10",),
    {
        "A": Form(
            "A team spends 35 % of its week on writing code; the rest goes into finding out what "
            "to build, agreeing, reading, mending and releasing, as much for each change as "
            "before. Assistants now write code ten times faster. How much does the team deliver?",
            (
                "Ten times as much",
                "About three and a half times as much",
                "About half as much again",
                "About a tenth more",
            ),
            finders.free(TeamWeek(coding=0.35, faster=10, heavier=1), (10, 3.5, 1.5, 1.1)),
        ),
        "B": Form(
            "Writing code is a quarter of a team's week. All other work on a change stays as it "
            "is. With new tools, code is written five times faster, and the time goes into more "
            "changes. How much does the team deliver?",
            (
                "About a quarter more",
                "Twice as much",
                "Five times as much",
                "About 3 % more",
            ),
            finders.free(TeamWeek(coding=0.25, faster=5, heavier=1), (1.25, 2, 5, 1.03)),
        ),
    },
)

ITEMS = (
    _LOAD,
    _REPAIR,
    _PRESSURE,
    _RELEASE,
    _CHAIN,
    _SLOWEST,
    _SEGMENTS,
    _TIPPING,
    _PAIRS,
    _LATE,
    _APPROVER,
    _FREE,
)
"""The questions of the inventory, in the order in which they are asked."""
