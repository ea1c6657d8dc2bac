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
            "A booking system was tested. With 10 requests at once it answered 370 a second, with "
            "20 at once 590, with 40 at once 750. Each has to be compared with every other one "
            "under way; nobody waits outside. A trade fair will bring 160 at once. Without any "
            "change, how many does it answer then?",
            ("About 3,000 a second", "About 1,400", "About 800", "About 500"),
            finders.load(
                ScalabilityLaw(rate=45, contention=0.02, crosstalk=0.0004),
                160,
                (3_000, 1_400, 800, 500),
            ),
        ),
        "B": Form(
            "A report service was tested. With 5 users at once it finished 46 reports a minute, "
            "with 10 it finished 80, with 20 it finished 107. Each report has to see every change "
            "that another one makes meanwhile; nobody waits outside. At the end of the quarter 80 "
            "users come at once. Without any change, how many does it finish then?",
            ("About 60 a minute", "About 430", "About 105", "About 210"),
            finders.load(
                ScalabilityLaw(rate=10, contention=0.01, crosstalk=0.0018), 80, (60, 430, 105, 210)
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
            "A team loses a quarter of its week to old code, and a day of new features adds a "
            "fifth of a day to it. A day of repair saves a quarter of a day in each quarter of a "
            "year that follows. From today on, 30 % of the time that is left goes into repair. A "
            "twin team repairs nothing. Counting all features from today: when is the first team "
            "ahead?",
            (
                "After about three months",
                "After about two years",
                "After about a year",
                "Not within ten years",
            ),
            finders.repair(Debt(repayment=0.3, wasted=0.25), (1, 8, 4, _NEVER)),
        ),
        "B": Form(
            "In a team, old code takes a fifth of the week, and a day of new features adds a fifth "
            "of a day to it. A day of repair saves a tenth of a day in each quarter of a year from "
            "then on. From now on, a quarter of the time that is left goes into repair. After how "
            "long has the team delivered more features, counted from now, than without repair?",
            (
                "After about half a year",
                "After about two and a half years",
                "After about five years",
                "Not within ten years",
            ),
            finders.repair(Debt(repayment=0.25, interest=0.1, wasted=0.2), (2, 10, 20, _NEVER)),
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
            "A team gave five of forty hours to better tools and skills, and delivered 35 pieces a "
            "week; 45 were asked for. So far these hours had paid for themselves. It now puts "
            "nearly all of them into orders, and keeps to this. Two months later it delivers 37. "
            "What does it deliver two years later?",
            ("Less than 30 a week", "About 37", "More than 40", "About 35"),
            finders.pressed(_PRESSED.replace(smarter=0.1), 24, (20, 37, 45, 35)),
        ),
        "B": Form(
            "A team gave five of forty hours to better tools and skills, and delivered 35 pieces a "
            "week; 45 were asked for. So far, each further hour a week for them brought back three "
            "hours' worth within two years. It now takes more hours from orders for them, and "
            "keeps to this. Three months later it delivers 33. What does it deliver two years "
            "later?",
            ("Less than 30 a week", "About 33", "About 35", "More than 37"),
            finders.pressed(_PRESSED.replace(smarter=0.9), 24, (27, 33, 35, 42)),
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
            "A team makes 20 changes a week in one program. A release takes ten hours, so seven "
            "changes go out together; one release in eight breaks something, which takes five "
            "hours to mend. You may pay for one thing. After which is a change in use soonest, "
            "each with the best number of changes in a release?",
            (
                "Four services, each with people of its own and its own releases of ten hours",
                "Half as many changes that break something",
                "Whatever breaks is found and mended ten times faster",
                "A release of the same program takes one hour",
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
            "In one program, 40 changes become ready each week. A release takes six hours, and "
            "nine changes go out together; one release in six breaks something, which takes half a "
            "day to put right. One thing can be paid for. After which is a change in use soonest, "
            "if each then has the size of release that suits it best?",
            (
                "Reviews that let through half as many faults",
                "Releases of the same program that take half an hour",
                "Three services, each with its own people and its own six hours for a release",
                "Faults are found and put right ten times faster",
            ),
            finders.release(
                (
                    _LARGER.replace(risk=0.01),
                    _LARGER.replace(release_hours=0.5),
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
            ("About 18 hours", "About 1 hour", "About 20 minutes", "About 4 hours"),
            finders.chain(50, 0.9995, (18, 1, 1 / 3, 4)),
        ),
    },
)

_SLOWEST = Item(
    "slowest",
    "how many requests wait for one slow answer",
    ("03",),
    {
        "A": Form(
            "Of a server's answers, 1 in 50 is slow, each time by chance. A page asks 40 such "
            "servers and waits for the last of them. How many pages are slow?",
            ("About 2 in 100", "About 55 in 100", "About 80 in 100", "About 20 in 100"),
            finders.slowest(0.02, 40, (0.02, 0.55, 0.8, 0.2)),
        ),
        "B": Form(
            "A search asks 200 machines and needs every answer. Of a machine's answers, 1 in 200 "
            "is slow, each time by chance. How many searches are slow?",
            ("About 1 in 200", "About 1 in 4", "Nearly all", "About 2 in 3"),
            finders.slowest(0.005, 200, (0.005, 0.25, 0.99, 0.667)),
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
            "renew nearly always, others often leave, and nobody changes kind. Somebody expects "
            "217 after six years: each year 77.5 % of those before. What do you expect?",
            ("About 380", "About 550", "About 220", "About 280"),
            finders.segments(
                MixedCohort(loyal=0.5, loyal_stays=0.95, others_stay=0.6),
                6,
                (0.38, 0.55, 0.22, 0.28),
            ),
        ),
        "B": Form(
            "A service won 1,000 subscribers. After a year 540 are left, after two years 378. "
            "Some of them stay nearly always, others often leave, and nobody changes kind. With "
            "54 % each year, 46 would be left after five years. What do you expect?",
            ("About 370", "About 45", "About 240", "About 130"),
            finders.segments(
                MixedCohort(loyal=0.4, loyal_stays=0.9, others_stay=0.3),
                5,
                (0.37, 0.045, 0.24, 0.13),
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
            "Shops were asked when they would want to be on a new platform. If a fifth of all "
            "shops are there, or fewer: none. If 25 % are there, 16 % would; if 35 %, 40 %; if "
            "50 %, 58 %; if 70 %, 70 %. Who does not want to be there leaves. Your money brings "
            "25 % there, then it is spent. How many are there in the end?",
            ("About 70 %", "About 16 %", "About 25 %", "Hardly any"),
            finders.tipping(CriticalMass(strength=100, price=21), 0.25, (0.7, 0.16, 0.25, 0)),
        ),
        "B": Form(
            "Clinics were asked when they would want to be on an exchange. If a tenth of all "
            "clinics are there, or fewer: none. If 25 % are there, 36 % would; if 40 %, 60 %; if "
            "80 %, 80 %. Who does not want to be there leaves. A grant brings 25 % there, then it "
            "ends. How many are there in the end?",
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
            "A company has 8 people, and later 80. How many times as many pairs of people are "
            "there then who could talk with each other?",
            ("10 times", "About 110 times", "About 40 times", "About 1,000 times"),
            finders.pairs(8, 80, (10, 110, 40, 1_000)),
        ),
    },
)

_DAYS = (
    "It is done about 85 working days sooner",
    "It is done about 35 working days sooner",
    "It is done about 35 working days later",
    "It is done about 150 working days later",
)
_LATE_PROJECT = BrooksLaw(team=20, hired=10, talk=0.25, tolerance=13)

_LATE = Item(
    "late",
    "what people bring who are added to a late project",
    ("06",),
    {
        "A": Form(
            "A project of twenty people, one month old, will take 275 working days, not 200. Ten "
            "people join now. They learn for a month, and each takes a quarter of a day of "
            "somebody who teaches. Talking rises from a quarter of each person's day to two "
            "fifths. What do the ten do?",
            _DAYS,
            finders.late(_LATE_PROJECT.replace(talk_power=1.16), (85, 35, -35, -150)),
        ),
        "B": Form(
            "A project of twenty people, one month old, will take 275 working days, not 200. Ten "
            "people join now. They learn for a month, and each takes a quarter of a day of "
            "somebody who teaches. Everybody settles everything with everybody: talking rises from "
            "a quarter of each person's day to 56 %. What do the ten do?",
            _DAYS,
            finders.late(_LATE_PROJECT.replace(talk_power=2), (85, 35, -35, -150)),
        ),
    },
)

_APPROVER = Item(
    "approver",
    "how long an answer takes from somebody who is busy",
    ("07",),
    {
        "A": Form(
            "One person approves all changes, an hour of work each. This takes four fifths of that "
            "person's time; requests come at random, and an answer takes five working hours on "
            "average. Now an eighth more requests come, so it takes nine tenths of the time. How "
            "long does an answer take?",
            ("About 5.6 hours", "About 7 hours", "About 10 hours", "About 20 hours"),
            finders.approver(0.9, 1, (5.6, 7, 10, 20)),
        ),
        "B": Form(
            "A director signs discounts, half an hour of work each, and is busy with them 95 % of "
            "the time. Requests come at random; an answer takes ten working hours on average. A "
            "fifth of the requests may now be decided without her, so she is busy with the others "
            "76 % of the time. How long does an answer take?",
            ("About 8 hours", "About 4 hours", "About 1 hour", "About 2 hours"),
            finders.approver(0.76, 0.5, (8, 4, 1, 2)),
        ),
    },
)

_FREE = Item(
    "free",
    "how much more a team delivers when code is nearly free",
    ("10",),
    {
        "A": Form(
            "A team spends half of its week on writing code; the rest goes into finding out what "
            "to build, agreeing, reading, mending and releasing, as much for each change as "
            "before. Code is now written ten times faster, and the time that is saved goes into "
            "more changes. How much does the team deliver?",
            (
                "Ten times as much",
                "Five times as much",
                "About 80 % more",
                "About 10 % more",
            ),
            finders.free(TeamWeek(coding=0.5, faster=10, heavier=1), (10, 5, 1.8, 1.1)),
        ),
        "B": Form(
            "Writing code takes 40 % of a team's week. All other work on a change stays as it is. "
            "With new tools, code is written five times faster, and the time that is saved goes "
            "into more changes. How much does the team deliver?",
            (
                "About 50 % more",
                "Twice as much",
                "Five times as much",
                "About 8 % more",
            ),
            finders.free(TeamWeek(coding=0.4, faster=5, heavier=1), (1.5, 2, 5, 1.08)),
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
