"""Questions for a talk about STEM; facilitator/viva.md says how to write such lines."""

from __future__ import annotations

from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import MODEL

# To replace: six questions at least, on why and on what would change somebody's mind. Numbers in
# them come from the learner or from the model, never from your head.

DECISION = 3
EXAMPLES = {"user_costs": 30, "small": 20.5, "share_from": 20_000, "build_from": 500_000}


@about(1)
def a_cheaper_offer(a: Answers) -> Question:
    """Of one's own service: what a cheaper offer would have to leave out."""
    said = a.number("user_costs", 0.01, 1_000_000)
    true = float(MODEL(fixed=a.mine.fixed, each=a.mine.each).per_user(1_000))
    return Question(
        f"A user of yours costs {said:.2f} euros a month, you wrote. Somebody offers you half of "
        "it. What do you ask before you sign?",
        f"By the model {true:.2f} with 1,000 users. It asks which of the two parts is cheaper, as "
        "one falls with each user who comes, and the other does not.",
        f"The bill with ten times the users: "
        f"{float(MODEL(fixed=a.mine.fixed, each=a.mine.each).per_user(10_000)):.2f} for each.",
        CONTRADICTS if abs(said - true) > 0.01 else OWN,
    )


@about(2)
def what_a_large_company_halves(a: Answers) -> Question:
    """Of small and large: where a day of work helps most."""
    said = a.number("small", 0.01, 100_000)
    model = MODEL()
    many = float(model.per_user(1_000_000))
    return Question(
        f"With 1,000 users one costs {said:.2f} euros, you wrote. You have a month of work to make "
        "it cheaper. Which part do you take, and from how many users on the other one?",
        f"By the model {float(model.per_user(1_000)):.2f}, and {many:.2f} with a million. Both "
        f"parts are equal at {model.crossing:,.0f} users: below, the fixed part is worth the work.",
        f"The number of users at which the month is over: above {model.crossing:,.0f} the answer "
        "turns round.",
        OWN,
    )


@about(3)
def when_to_move(a: Answers) -> Question:
    """Of the decision: what an early and a late move cost."""
    share, build = a.number("share_from", 1, 1e8), a.number("build_from", 1, 1e8)
    rent = float(MODEL(fixed=1_000, each=2).per_user(share))
    shared = float(MODEL(fixed=20_000, each=0.5).per_user(share))
    return Question(
        f"You share from {share:,.0f} users on and build from {build:,.0f}. Growth stops just after "
        "the first move. Was it wrong, and which number would have told you?",
        f"At {share:,.0f} users renting costs {rent:.2f} euros for each and sharing {shared:.2f}. It "
        "names what the move itself costs, and how sure the growth was.",
        "The bill of the first month after the move, divided by the users: above "
        f"{rent:.2f} the move came too early.",
        CONTRADICTS if build < share else TELLING if share > 1_000_000 else OWN,
    )
