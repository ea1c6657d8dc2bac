// Says beside a guess what happened, in the words of thousandfold/teaching/guesses.py. typed.js reads its number.
"use strict";

const ASKED = /(?:\bwhich|\bhow many|:) (minute|hour|day|week|month|quarter|year)s?\b/i;
const INSIDE = /^(?:in |after )?(week|quarter|month|year) ?\d/i;
const COUNTED = /\bshare\b|\bhow (?:many|much)\b|% of|\(%\)/i;
const COUNTED_SHARE = /\bshare\b|% of|\(%\)/i;
const SHARE = /^(?:%.*|(?:in|of|out of) [\d,.]+)$/i;
const SIGNED = /\bminus\b|\brises?\b|\bfalls?\b|\blose\b/i;
const WON = /\bwin\b.*\bminus: lose\b/i;
const CLOCKS = [{ minute: 1, hour: 60 }, { month: 1, quarter: 3, year: 12 }];
const PERCENT = /(?:^|[^\d ]|(?:^|\D) )%/; // a "%" behind a number tells of that number alone
const MOST = 1e15;
const NOTHING = /^[.… \t]*(?:\?|none|-)?[.… \t]*$/i;

const written = (typed) => (NOTHING.test(typed.trim()) ? "" : typed.trim());

function inSpan(found, span) {
  for (const clock of CLOCKS) {
    if (found.span in clock && span in clock && found.span !== span) {
      const times = clock[found.span] / clock[span];
      return { ...found, low: found.low * times, high: found.high * times, span };
    }
  }
  return found;
}

// Ties go to the even digit, as in Python; only what is stored as one is a tie.
function toEven(value, places) {
  const scaled = Math.abs(value) * 10 ** places;
  const tie = places >= 0 && scaled % 1 === 0.5 && Number.isInteger(value * 2 ** (places + 1));
  return tie ? (Math.sign(value) * 2 * Math.round(scaled / 2)) / 10 ** places : value;
}

const precise = (value, digits) => toEven(value, digits - 1 - Math.floor(Math.log10(Math.abs(value)))).toPrecision(digits);

function whole(value) {
  const text = toEven(value, 0).toFixed(0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return text === "-0" ? "0" : text;
}

function short(value) {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return whole(value);
  const text = precise(value, 3);
  if (text.includes("e")) return text.replace(/\.?0+e/, "e").replace(/e([-+])(\d)$/, "e$10$2");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const quantityOf = (value, unit) => `${short(value)} ${unit}`.trim();

function times(factor) {
  const digits = factor > 1000 ? "more than a thousand" : factor < 10 ? String(Number(precise(factor, 2))) : whole(factor);
  const counted = /^\d+$/.test(digits) && Number(digits) <= 12 ? ONES[Number(digits)] : digits;
  return `${counted} times`;
}

function compared(said, happened, unit) {
  const nearest = Math.min(Math.max(happened, said.low), said.high);
  const percent = unit === "%";
  const positive = nearest > 0 && happened > 0 && !percent;
  const ratio = nearest / happened;
  const difference = nearest - happened;
  if (said.low < said.high && said.low <= happened && happened <= said.high) return "inside your range";
  if (short(nearest) === short(happened)) return "exactly right";
  if (positive ? ratio >= 0.75 && ratio <= 1 / 0.75 : percent && Math.abs(difference) <= 3) return "close";
  const way = difference > 0 ? "too high" : "too low";
  if (positive) return `${times(Math.max(ratio, 1 / ratio))} ${way}`;
  return `${quantityOf(Math.abs(difference), percent ? "points" : unit)} ${way}`;
}

function won(value, unit) {
  if (!value) return `no ${unit} won or lost`.replace("  ", " ");
  return `${quantityOf(Math.abs(value), unit)} ${value > 0 ? "won" : "lost"}`;
}

function wordsOf(found, question) {
  const unit = found.percent || (PERCENT.test(question) && !found.span) ? " %" : "";
  const [low, high] = [short(found.low), short(found.high)];
  const said = low === high ? `${low}${unit}` : `${low} to ${high}${unit}`;
  return found.span ? `${said} ${found.span}${said === "1" ? "" : "s"}` : said;
}

/** Read what was typed as the question asks for it; where it cannot be that, say why and how to write it. */
function asTyped(said, question) {
  const asked = question.match(ASKED)?.[1].toLowerCase() ?? "";
  let found = typedNumber(said);
  if (!found) return { problem: "which we cannot read as a number: write it in digits, such as 40 or 40-50" };
  if (found.percent && asked === "quarter" && !said.includes("%")) {
    found = { low: found.low / 25, high: found.high / 25, percent: false, span: asked }; // a quarter is no 25 % here
  }
  found = inSpan(found, asked);
  if (!(Math.max(Math.abs(found.low), Math.abs(found.high)) <= MOST)) return { problem: "but that is more than we can compare" };
  const inside = said.trim().match(INSIDE)?.[1].toLowerCase() ?? asked;
  if (asked && ((found.span || asked) !== asked || inside !== asked)) {
    return { problem: `but the question asks for ${asked}s: write the number in ${asked}s` };
  }
  const below = found.low < 0 && COUNTED.test(question) && !SIGNED.test(question);
  return below ? { problem: "but this cannot be less than zero" } : found;
}

function asksForAShare(question, unit) {
  if (unit) return SHARE.test(unit);
  return !question || PERCENT.test(question) || COUNTED_SHARE.test(question);
}

/** One sentence that says what was guessed, what happened, and how they compare. */
function sentence({ question, happened, unit }, typed) {
  const said = written(typed);
  if (typeof happened === "string") return chosenSentence(said, happened);
  const ofGain = WON.test(question);
  const was = ofGain ? won(happened, unit) : quantityOf(happened, unit);
  if (!said) return `It was ${was}. You made no guess this time.`;
  const found = asTyped(said, question);
  if (found.problem) return `It was ${was}. You wrote “${said.slice(0, 60)}”, ${found.problem}.`;
  const time = unit.replace(/s$/, "");
  const within = inSpan(found, time);
  if ((found.percent && !asksForAShare(question, unit)) || (unit && within.span && within.span !== time)) {
    const what = found.percent ? "per cent" : `${found.span}s`;
    return `You said ${wordsOf(found, question)}; it was ${was}. The question was not about ${what}, so we do not compare the two.`;
  }
  const words = compared(within, happened, unit);
  if (ofGain && Math.min(within.low, happened) < 0) {
    const [low, high] = [won(within.low, unit), won(within.high, unit)];
    const told = within.low === within.high ? low : `between ${low} and ${high}`;
    return `You said ${told}; it was ${was}: ${words.replace(/too high$/, "too hopeful").replace(/too low$/, "not hopeful enough")}.`;
  }
  return `You said ${wordsOf(found, question)}; it was ${was}: ${words}${meant(found, unit === "%")}.`;
}

/** A kind question where somebody writes 0.3 for 30 %; else nothing. */
function meant(found, share) {
  const said = short(100 * found.high);
  return share && found.high > 0 && found.high < 1 && !found.percent ? `; if you meant ${said} %, write ${said}` : "";
}

/** One sentence that says how a guess is read, before anything is answered. */
function heard({ question, happened }, typed) {
  const said = written(typed);
  if (!said || typeof happened === "string") return "";
  const found = asTyped(said, question);
  if (found.problem) return `You wrote “${said.slice(0, 60)}”, ${found.problem}.`;
  return `We read ${wordsOf(found, question)}${meant(found, PERCENT.test(question))}.`;
}

function chosenSentence(said, happened) {
  const plain = (words) => words.replace(/^["'“”` .]+|["'“”` .]+$/g, "").toLowerCase().replaceAll("_", " ");
  if (!said) return `It was ${happened}. You made no guess this time.`;
  if (plain(said) && plain(happened).startsWith(plain(said))) return `You said ${happened}, and so it was.`;
  return `You said ${said.slice(0, 60)}; it was ${happened}.`;
}

document.addEventListener("DOMContentLoaded", () => {
  for (const words of document.querySelectorAll("[data-guess]")) {
    const answer = JSON.parse(words.dataset.guess);
    const field = document.getElementById(answer.name);
    const read = Object.assign(document.createElement("span"), { className: "read" });
    read.setAttribute("role", "status");
    field?.after(" ", read);
    const tell = () => (words.firstElementChild.textContent = sentence(answer, field.value));
    field?.addEventListener("change", () => {
      read.textContent = heard(answer, field.value);
      tell(); // the answer may be open already
    });
    if (field) words.closest("details").addEventListener("toggle", tell);
  }
});
