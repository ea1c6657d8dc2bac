"""What the facilitator says in each kind of step, in a line."""

from __future__ import annotations

from thousandfold.room.programme import Step

_CUES = {
    "welcome": "Say when the breaks are, when the end is, and who helps with a laptop. "
    "Go on when the number fits.",
    "vote": "One answer each, in silence.",
    "again": "“Talk with somebody who chose otherwise, then answer once more.”",
    "shown": "“What changed your mind?” Ask somebody who changed, and somebody who did not.",
    "predict": "In silence, until the clock ends. Wrong guesses are the useful ones.",
    "expected": "Ask the extremes, if they want to speak.",
    "talk": "First in pairs, then all together. You ask, and wait.",
    "exercise": "Read the board aloud, without names: how many were told the same, and “where does "
    "that come from?” Whoever has only a phone works with a neighbour.",
    "teams": "One person of each team begins it with a name, and reads its word to the others.",
    "decide": "A decision, a forecast and a reason. Who hands in nothing goes on as before.",
    "came": "Ten seconds of silence. Then: “who was furthest off, and why?”",
    "landed": "Silence first. “Where did two lines part, and what had they decided before?”",
    "forecasts": "Ask whoever saw it best: “what did you look at?”",
    "loops": "“Which of these did you feel, and in which round?”",
    "skill": "“Would the same decisions win again?”",
    "break": "Say the time at which it goes on.",
    "buffer": "Time that belongs to nobody: if nobody needs it, go on.",
    "before": "“Twelve questions, without your name. Guess where you do not know; leave out what "
    "you like. We ask once more at the end, with other numbers.” Nobody helps anybody. Say no "
    "answer, now or later in the day.",
    "after": "“The same twelve, with other numbers, alone and in silence.” Nobody is told what was "
    "right before all are done.",
    "close": "“What changed in the decision that you brought?” Alone, on paper. In pairs: “what do "
    "you do on Monday, and what would tell you that you were wrong?” Who wants to reads aloud.",
}
_QUESTIONS = "On the phone: a mark, and one line of what stayed unclear."


def cue(step: Step) -> str:
    """Return what to say now; nothing where the lesson's own notes say it."""
    return _QUESTIONS if step.about else _CUES.get(step.kind, "")
