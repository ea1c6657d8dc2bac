"""The form of a policy in a real browser: by keyboard, on a phone, and what it hands out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fetch_for_tests
import pytest
from conftest import PICTURES
from plain_page import DARK, PHONE, drawn
from playwright.sync_api import Browser, Page, ViewportSize, expect

from thousandfold import companies
from thousandfold.flight import STEADY, Decision, Flight, read_policy
from thousandfold.flight.policies import Rules
from thousandfold.flight.policy_form import PolicyForm
from thousandfold.flight.policy_preview import companies_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("policy-form")]

LAPTOP: ViewportSize = {"width": 1000, "height": 647}
TWO = Rules(Decision(hire=5), ("when round above 3: hire 30 %", "when debt above 20: debt 40"))

RULE = re.compile("cash below 2,000,000 and customers above 3,000: hire 2, decides guardrails")
ROUND = re.compile("when round above 3: hire 30 %")
MENDED = re.compile(r'"hire": 6,.*when round above 3: hire 20 %', re.DOTALL)
SHARED = re.compile('"features": 0, "onboarding": 30, "debt": 60,\\s+"reliability": 10')
CLIPBOARD = """allowed => {
    const writeText = async text => { if (!allowed) throw Error("refused"); window.copied = text; };
    Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
}"""
ANSWER = """() => tell("view", {
    view: asked[0].view, said: "", start_slip: "", slips: [], applied: [], cell: "x", sentence: "",
})"""
ELSEWHERE = """async () => {
    const rows = [{ when: [{ measure: "round", side: "above", number: "7" }],
        then: [{ what: "hire", value: "1" }] }];
    const start = { features: 40, onboarding: 30, debt: 20, reliability: 10, platform: 0, hire: 0,
        squads: 1, decides: "approver", api: "closed", keep: 70 };
    await window.heard({ view: "another", start, rows });
}"""


@contextmanager
def shown(
    browser: Browser, policy: Any = ..., size: ViewportSize = LAPTOP, look: str = ""
) -> Iterator[Page]:
    form = PolicyForm(policy, companies_of(companies(Flight(), 10, only=["interest"]).models))
    with drawn(browser, form.canvas, form.hear, ("draft", "view"), size, look) as page:
        yield page


def handed_out(page: Page) -> Any:
    """Return the policy that the text for the answer cell gives."""
    given: dict[str, Any] = {}
    exec(page.get_by_label("For the answer cell").input_value(), given)  # noqa: S102
    return read_policy(given["policy"])


@pytest.mark.parametrize(
    ("name", "size", "look"), [("laptop", LAPTOP, ""), ("dark", LAPTOP, DARK), ("phone", PHONE, "")]
)
def test_it_fits_and_axe_finds_nothing(
    browser: Browser, name: str, size: ViewportSize, look: str
) -> None:
    slipped = {"start": STEADY.start, "rules": [*STEADY.rules, "when mood above 3: hire 1"]}
    with shown(browser, slipped, size, look) as page:
        page.screenshot(path=PICTURES / f"policy-form-{name}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]
        fields = page.locator("main :is(button, input, select, textarea)")
        kept = page.locator("main [data-lm-suppress-shortcuts]")
        assert fields.count() == kept.count() > 30, "JupyterLab takes keys of a field for its cells"
        if not fetch_for_tests.AXE.is_file():
            pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
        page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
        found = page.evaluate("async () => (await axe.run('main')).violations")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_policy_is_written_by_keyboard_without_knowing_how(browser: Browser) -> None:
    with shown(browser) as page:
        page.get_by_role("button", name="+ Add a rule").press("Enter")
        measure = page.get_by_label("Rule 1, condition 1: what is looked at")
        expect(measure).to_be_focused()
        expect(page.locator(".slip").last).to_contain_text("The round: write a number.")
        measure.select_option("cash in the bank")
        expect(measure).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("b")  # below
        page.keyboard.press("Tab")
        page.keyboard.type("2 million")
        what = page.get_by_label("Rule 1, setting 1: what is set")
        what.select_option("people to hire")
        page.get_by_label("Rule 1, setting 1: number people a round").fill("2")
        page.get_by_role("button", name="Rule 1: add a setting").press("Enter")
        page.get_by_label("Rule 1, setting 2: what is set").select_option("who decides")
        page.get_by_label("Rule 1, setting 2: which").select_option("guardrails")
        page.get_by_role("button", name="Rule 1: add a condition").press("Enter")
        expect(page.get_by_label("Rule 1, condition 2: what is looked at")).to_be_focused()
        page.get_by_label("Rule 1, condition 2: number").fill("3,000")
        text = page.get_by_label("For the answer cell")
        expect(text).to_have_value(RULE)
        assert handed_out(page).rules == (
            "when cash below 2,000,000 and customers above 3,000: hire 2, decides guardrails",
        )
        expect(page.locator(".slip").last).to_be_hidden()
        expect(page.get_by_role("img", name="Applies in no round")).to_be_visible()


def test_rules_move_and_come_back_and_the_focus_stays(browser: Browser) -> None:
    with shown(browser, TWO) as page:
        up = page.get_by_role("button", name="Move rule 2 up")
        up.press("Enter")
        moved = page.get_by_role("button", name="Move rule 1 up")
        expect(moved).to_be_focused()
        expect(page.locator(".policy .said")).to_have_text("Rule 2 is now rule 1.")
        first = page.get_by_label("Rule 1, condition 1: number % of the time")
        expect(first).to_have_value("20")
        moved.press("Enter")
        expect(moved).to_be_focused()
        expect(page.locator(".policy .said")).to_have_text("Rule 1 is the first already.")
        page.get_by_role("button", name="Remove rule 1").press("Enter")
        expect(page.get_by_role("button", name="Remove rule 1")).to_be_focused()
        expect(page.locator(".rule")).to_have_count(1)
        page.get_by_role("button", name="Remove rule 1").press("Enter")
        expect(page.get_by_role("button", name="+ Add a rule")).to_be_focused()
        page.get_by_role("button", name="Put rule 1 back").press("Enter")
        expect(page.get_by_label("Rule 1, condition 1: number")).to_have_value("3")
        expect(page.get_by_label("For the answer cell")).to_have_value(ROUND)


def test_what_is_wrong_is_told_in_its_place_and_stays(browser: Browser) -> None:
    with shown(browser, TWO) as page:
        number = page.get_by_label("Rule 1, setting 1: number % of all people")
        number.fill("lots")
        slip = page.locator(".rule").first.locator(".slip")
        expect(slip).to_contain_text("'lots' cannot be read")
        expect(number).to_be_focused()
        expect(number).to_have_value("lots")
        expect(page.locator(".open")).to_contain_text("One rule is not finished")
        page.get_by_label("people to hire", exact=True).fill("500")
        expect(page.locator(".start + .slip")).to_contain_text("a whole number from 0 to 200")
        expect(page.locator(".sentence")).to_contain_text("Mend the start")
        expect(page.get_by_label("For the answer cell")).to_have_value("")
        page.get_by_label("people to hire", exact=True).fill("6")
        number.fill("20")
        expect(page.locator(".open")).to_have_text("")
        expect(page.get_by_label("For the answer cell")).to_have_value(MENDED)


def test_shares_always_add_up_to_a_hundred(browser: Browser) -> None:
    with shown(browser) as page:
        page.get_by_role("slider", name="debt", exact=True).fill("90")
        expect(page.get_by_role("slider", name="debt", exact=True)).to_have_value("60")
        expect(page.get_by_label("For the answer cell")).to_have_value(SHARED)
        expect(page.locator(".start + .slip")).to_contain_text("All is given out")
        page.get_by_role("slider", name="debt", exact=True).press("ArrowLeft")
        expect(page.locator(".start + .slip")).to_be_hidden()


def test_the_text_is_copied_or_selected_where_that_is_refused(browser: Browser) -> None:
    with shown(browser) as page:
        text = page.get_by_label("For the answer cell")
        page.evaluate(CLIPBOARD, True)
        page.get_by_role("button", name="Copy").press("Enter")
        expect(page.locator(".seen .said")).to_contain_text("Copied.")
        assert page.evaluate("window.copied") == text.input_value()
        page.evaluate(CLIPBOARD, False)
        page.get_by_role("button", name="Copy").press("Enter")
        expect(page.locator(".seen .said")).to_contain_text("copy it with Ctrl + C")
        expect(text).to_be_focused()
        selected = text.evaluate("text => [text.selectionStart, text.selectionEnd]")
        assert selected == [0, len(text.input_value())]


def test_while_an_answer_is_awaited_only_the_newest_change_is_sent(browser: Browser) -> None:
    with shown(browser, TWO) as page:
        page.evaluate(
            "window.asked = []; window.heard = content => asked.push(structuredClone(content)); 0"
        )
        number = page.get_by_label("Rule 1, condition 1: number")
        number.fill("")
        number.press_sequentially("456")
        assert page.evaluate("asked.length") == 1
        page.evaluate(ANSWER)
        assert page.evaluate("asked.map(one => one.rows[0].when[0].number)") == ["", "456"]


def test_a_form_without_python_says_so_and_asks_again(browser: Browser) -> None:
    with shown(browser, TWO) as page:
        page.clock.install()
        page.evaluate(
            "window.asked = []; window.heard = content => asked.push(structuredClone(content)); 0"
        )
        page.get_by_label("Rule 1, condition 1: number").fill("4")
        page.clock.run_for(10_000)
        expect(page.locator(".policy .said")).to_contain_text("run the cell of the form again")
        page.get_by_label("Rule 1, condition 1: number").fill("5")
        assert page.evaluate("asked.length") == 2
        page.clock.run_for(10_000)
        page.evaluate(ANSWER)
        expect(page.locator(".policy .said")).to_have_text("")


def test_another_view_of_the_form_shows_what_was_changed(browser: Browser) -> None:
    with shown(browser, TWO) as page:
        page.evaluate(ELSEWHERE)
        expect(page.get_by_label("Rule 1, condition 1: number")).to_have_value("7")
