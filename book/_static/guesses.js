// Says beside a guess what happened, in the words of thousandfold/teaching/guesses.py. Numbers are
// read as people type them most: digits with their marks, a range, per cent, thousands and millions.
"use strict";

const SCALES = { hundred: 1e2, k: 1e3, thousand: 1e3, m: 1e6, mio: 1e6, million: 1e6, millions: 1e6, bn: 1e9, billion: 1e9 };
const DIGITS = "(?:\\d(?:[\\d_]|[ ,.'\u2019](?=\\d))*|[.,]\\d+)(?:e[-+]?\\d{1,3}(?!\\d))?";
const UNIT = "(?:%|(?!.*\\b(?:less|fewer|lost|minus|below)\\b)[a-z€$£][a-z€$£ ./-]*%?)?(?: of \\D*)?";
const ONE = new RegExp(
  `^([-+]|minus|plus)? ?[€$£]? ?(${DIGITS}) ?(?:(${Object.keys(SCALES).sort((a, b) => b.length - a.length).join("|")})\\b\\.?)? ?(${UNIT})$`
);
const RANGE = /^(?:between |from )?(.+?) ?(?:-|\.\.+|…|\bto\b|\band\b|\bor\b) ?(.+)$/;
const HEDGE = /^(?:[~≈<>=≤≥]+|(?:i|we) (?:think|guess|say)|about|around|roughly|approximately|approx\.?|ca\.?|circa|maybe|perhaps|probably|nearly|almost|over|under|say|some|only|exactly|(?:more|less|fewer) than|at (?:least|most)|up to)(?=[^\w]|\d)\s*/;
const SPAN = /^(?:of )?(minute|min|hour|day|week|month|quarter|year)s?\b(?! (?:an?|per|each)\b)(?! ?\/)/;
const ASKED = /(?:\bwhich|\bhow many|:) (minute|hour|day|week|month|quarter|year)s?\b/i;
const INSIDE = /^(?:in |after )?(week|quarter|month|year) ?\d/i;
const COUNTED = /\bshare\b|\bhow (?:many|much)\b|% of|\(%\)/i;
const COUNTED_SHARE = /\bshare\b|% of|\(%\)/i;
const SHARE = /^(?:%.*|(?:in|of|out of) [\d,.]+)$/i;
const SIGNED = /\bminus\b|\brises?\b|\bfalls?\b|\blose\b/i;
const WON = /\bwin\b.*\bminus: lose\b/i;
const ONES = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const CLOCKS = [{ minute: 1, hour: 60 }, { month: 1, quarter: 3, year: 12 }];
const MOST = 1e15;

function digitsOf(text) {
  let [number, power] = text.replaceAll("_", "").replaceAll("\u2019", "'").split("e");
  const grouped = number.match(/^([1-9]\d{0,2})(([ ,.'])\d{3}(?:\3\d{3})*)(?:([.,])(\d+))?$/);
  if (grouped && grouped[3] !== grouped[4]) {
    number = `${(grouped[1] + grouped[2]).replace(/\D/g, "")}.${grouped[5] ?? 0}`;
  } else if (/^[1-9]\d?(?:,\d\d)+,\d{3}$/.test(number)) number = number.replaceAll(",", "");
  else if (/^\d*[.,]\d+$/.test(number)) number = number.replaceAll(",", ".");
  else if (!/^\d+$/.test(number)) return null;
  return Number(`${number}e${power ?? 0}`);
}

function oneTyped(text) {
  const found = text.match(ONE);
  const digits = found ? digitsOf(found[2]) : null;
  if (digits === null) return null;
  const sign = found[1] === "-" || found[1] === "minus" ? -1 : 1;
  const value = sign * digits * (SCALES[found[3]] ?? 1);
  const span = found[4].match(SPAN)?.[1] ?? "";
  const percent = /%$|^(?:%|percent|per cent|pct)/.test(found[4]);
  return { low: value, high: value, percent, span: span === "min" ? "minute" : span };
}

function rangeTyped(text) {
  const found = text.match(RANGE);
  const first = found && oneTyped(found[1]);
  const last = found && oneTyped(found[2]);
  if (!first || !last) return null;
  const scale = found[2].match(ONE)?.[3];
  const start = scale && /^\d+$/.test(found[1].replaceAll(".", "")) ? first.low * SCALES[scale] : first.low;
  const [low, high] = [start, last.low].sort((a, b) => a - b);
  return { low, high, percent: first.percent || last.percent, span: last.span || first.span };
}

/** Read a number that somebody typed, or return null. */
function typedNumber(words) {
  let text = words.replace(/[\u00a0\u2009\u202f]/g, " ").replace(/[\u2212\u2013\u2014]/g, "-").toLowerCase();
  text = text.replace(/\s+/g, " ").replace(/^["'`\u2018\u2019\u201c\u201d ]+|["'`\u2018\u2019\u201c\u201d ]+$/g, "").replace(/[.,;!? ]+$/, "");
  for (let hedge; (hedge = text.match(HEDGE)); ) text = text.slice(hedge[0].length);
  return oneTyped(text) ?? rangeTyped(text);
}

function inSpan(found, span) {
  for (const clock of CLOCKS) {
    if (found.span in clock && span in clock && found.span !== span) {
      const times = clock[found.span] / clock[span];
      return { ...found, low: found.low * times, high: found.high * times, span };
    }
  }
  return found;
}

// Ties go to the even digit, and what is printed is the number that is stored, as in Python.
function fixed(value, places) {
  const scaled = Math.abs(value) * 10 ** places;
  const tie = places === 0 && scaled % 1 === 0.5;
  const text = tie ? String(2 * Math.round(scaled / 2)) : Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `-${text}` : text;
}

function short(value) {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) {
    return fixed(value, 0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }
  const text = value.toPrecision(3);
  if (text.includes("e")) return text.replace(/\.?0+e/, "e").replace(/e([-+])(\d)$/, "e$10$2");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const quantityOf = (value, unit) => `${short(value)} ${unit}`.trim();

function times(factor) {
  let digits = factor > 1000 ? "more than a thousand" : fixed(factor, 0).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  if (factor < 10) digits = String(Number(factor.toPrecision(2)));
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
  const unit = found.percent || (question.includes("%") && !found.span) ? " %" : "";
  const [low, high] = [short(found.low), short(found.high)];
  const said = low === high ? `${low}${unit}` : `${low} to ${high}${unit}`;
  return found.span ? `${said} ${found.span}${said === "1" ? "" : "s"}` : said;
}

/** Read what was typed as the question asks for it, or return null where it cannot be that. */
function asTyped(said, question) {
  const asked = question.match(ASKED)?.[1].toLowerCase() ?? "";
  let found = typedNumber(said);
  if (found?.percent && asked === "quarter" && !said.includes("%")) return null;
  if (!found) return null;
  found = inSpan(found, asked);
  const inside = said.trim().match(INSIDE)?.[1].toLowerCase() ?? asked;
  const other = asked && ((found.span || asked) !== asked || inside !== asked);
  const below = found.low < 0 && COUNTED.test(question) && !SIGNED.test(question);
  const much = !(Math.max(Math.abs(found.low), Math.abs(found.high)) <= MOST);
  return other || below || much ? null : found;
}

function asksForAShare(question, unit) {
  if (unit) return SHARE.test(unit);
  return !question || /(?:^|\D)%/.test(question) || COUNTED_SHARE.test(question);
}

/** One sentence that says what was guessed, what happened, and how they compare. */
function sentence({ question, happened, unit }, typed) {
  const said = typed.trim();
  if (typeof happened === "string") return chosenSentence(said, happened);
  const ofGain = WON.test(question);
  const was = ofGain ? won(happened, unit) : quantityOf(happened, unit);
  if (!said) return `It was ${was}. You made no guess this time.`;
  const found = asTyped(said, question);
  if (!found) return `It was ${was}. You wrote “${said.slice(0, 60)}”, which is no number that we can compare.`;
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
  const tiny = unit === "%" || question.includes("%") ? found.high > 0 && found.high < 1 && !found.percent : false;
  const meant = tiny ? `; if you meant ${short(100 * found.high)} %, write ${short(100 * found.high)}` : "";
  return `You said ${wordsOf(found, question)}; it was ${was}: ${words}${meant}.`;
}

function chosenSentence(said, happened) {
  const plain = (words) => words.trim().toLowerCase().replaceAll("_", " ");
  if (!said) return `It was ${happened}. You made no guess this time.`;
  if (plain(happened).startsWith(plain(said))) return `You said ${happened}, and so it was.`;
  return `You said ${said.slice(0, 60)}; it was ${happened}.`;
}

document.addEventListener("DOMContentLoaded", () => {
  for (const words of document.querySelectorAll("[data-guess]")) {
    const answer = JSON.parse(words.dataset.guess);
    const field = document.getElementById(answer.name);
    words.closest("details").addEventListener("toggle", () => {
      if (field) words.firstElementChild.textContent = sentence(answer, field.value);
    });
  }
});
