// Reads a number as people type it, as thousandfold/teaching/typed.py does: "forty", "1.5k", "one in three", "40-50 %".
"use strict";

const LONGEST = 200;
const QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb";
const EMOJI = /[\u2600-\u27bf\ufe0f\u{1f000}-\u{1faff}]/gu;
const HEDGE = /^(?:[~≈<>=≤≥]+|(?:i|we) (?:think|guess|say|would say)|about|around|roughly|approximately|approx\.?|ca\.?|circa|maybe|perhaps|probably|nearly|almost|over|under|say|some|only|exactly|(?:more|less|fewer) than|at (?:least|most)|up to|(?:in |after )?(?:week|quarter|month|year|q)|in|after)(?=[^\w]|\d)\s*/;
const SCALES = { hundred: 1e2, k: 1e3, thousand: 1e3, m: 1e6, mio: 1e6, mn: 1e6, million: 1e6, millions: 1e6, b: 1e9, bn: 1e9, billion: 1e9, billions: 1e9, dozen: 12 };
const SPOKEN_SCALES = ["hundred", "thousand", "million", "billion", "dozen"];
const ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const WORDS = { none: 0, nobody: 0, nothing: 0 };
ONES.forEach((word, number) => (WORDS[word] = number));
TENS.forEach((word, number) => (WORDS[word] = 20 + 10 * number));
const PARTS = { half: 50, third: 100 / 3, quarter: 25, fifth: 20, tenth: 10 };

const anyOf = (words) => Object.keys(words).sort((a, b) => b.length - a.length).join("|");
// Spaces, lines and, of other keyboards, signs in numbers.
const SIGNS = { "[\u00a0\u2009\u202f]": " ", "[\u2212\u2013\u2014\uff0d]": "-", "[\uff0c\u066c]": ",", "[\uff0e\u066b]": ".", "[\uff05\u066a]": "%" };
const DIGITS = "(?:\\d(?:[\\d_]|[ ,.'\u2019](?=\\d))*|[.,]\\d+)(?:e[-+]?\\d{1,3}(?!\\d))?";
// What may stand behind a number: its unit, but no word that turns it round.
const UNIT = "(?:%|(?!.*\\b(?:less|fewer|lost|minus|below)\\b)[a-z€$£][a-z€$£ ./-]*%?)?(?: of \\D*)?";
const ONE = new RegExp(`^([-+]|minus|plus)? ?[€$£]? ?(${DIGITS}) ?(?:(${anyOf(SCALES)})\\b\\.?)? ?(${UNIT})$`);
const ONLY_UNIT = new RegExp(`^(?:${UNIT})$`);
const RANGE = /^(?:between |from )?(.+?) ?(?:-|\.\.+|…|\bto\b|\band\b|\bor\b) ?(.+)$/;
const COUNT = `(${DIGITS}|${anyOf(WORDS)}|(?:a |one )?hundred)`;
const OUT_OF = new RegExp(`^${COUNT} ?(?:in|of|out of|from) ${COUNT}(?: [a-z ]+)?$`);
const PART = new RegExp(`^(?:(an?|one|two|three|four|[1-4]) )?(${anyOf(PARTS)})s?(?: (?:of|the) .*)?$`);
const SPAN = /^(?:of )?(minute|min|hour|day|week|month|quarter|year)s?\b(?! (?:an?|per|each)\b)(?! ?\/)/;

const single = (value, percent, span = "") => ({ low: value, high: value, percent, span });
const isPercent = (unit) => /%$|^(?:%|percent|per cent|pct)/.test(unit);
const known = (words, word) => Object.hasOwn(words, word);

function spanOf(unit) {
  const span = unit.match(SPAN)?.[1] ?? "";
  return span === "min" ? "minute" : span;
}

/** The number in some digits, whichever marks their writer uses for thousands. */
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
  const part = text.match(PART);
  if (part) {
    const many = part[1] ?? "a";
    return single(PARTS[part[2]] * (/\d/.test(many) ? Number(many) : WORDS[many] ?? 1), true);
  }
  const found = text.match(ONE);
  if (!found) return spokenTyped(text);
  const digits = digitsOf(found[2]);
  if (digits === null) return null;
  const sign = found[1] === "-" || found[1] === "minus" ? -1 : 1;
  return single(sign * digits * (SCALES[found[3]] ?? 1), isPercent(found[4]), spanOf(found[4]));
}

/** The number in words such as "forty-five people" or "half a million". */
function spokenTyped(text) {
  const words = text.split(/[ -]/).filter((word) => word !== "and");
  const negative = words[0] === "minus";
  if (negative) words.shift();
  if (words[0] === "half" && words[1] === "a") words.splice(1, 1);
  let total = 0, current = 0, read = 0;
  for (const word of words) {
    if (known(WORDS, word)) current += WORDS[word];
    else if ((word === "a" || word === "an") && !read && words.length > 1) {
      if (!SPOKEN_SCALES.includes(words[1])) return null;
      current = 1;
    } else if (word === "half" && !read) current = 0.5;
    else if (SPOKEN_SCALES.includes(word) && read) {
      current *= SCALES[word];
      if (SCALES[word] >= 1e3) [total, current] = [total + current, 0];
    } else break;
    read += 1;
  }
  const left = words.slice(read);
  const rest = left.join(" ");
  if (!read || /\d/.test(rest) || left.some((word) => known(WORDS, word) || SPOKEN_SCALES.includes(word))) return null;
  return ONLY_UNIT.test(rest) ? single((negative ? -1 : 1) * (total + current), isPercent(rest), spanOf(rest)) : null;
}

const countOf = (text) => (text.endsWith("hundred") ? 100 : known(WORDS, text) ? WORDS[text] : digitsOf(text));

function outOfTyped(text) {
  const found = text.match(OUT_OF);
  const [part, whole] = found ? [countOf(found[1]), countOf(found[2])] : [null, null];
  return part === null || !whole ? null : single((100 * part) / whole, true);
}

function rangeTyped(text) {
  const found = text.match(RANGE);
  const first = found && oneTyped(found[1]);
  const last = found && oneTyped(found[2]);
  if (!first || !last) return null;
  const scale = found[2].match(ONE)?.[3];
  const start = scale && /^\d+$/.test(found[1].replaceAll(".", "")) ? first.low * SCALES[scale] : first.low; // 1-2 million
  const [low, high] = [start, last.low].sort((a, b) => a - b);
  return { low, high, percent: first.percent || last.percent, span: last.span || first.span };
}

/** What a sum such as "100 * 99 / 2" gives. */
function sumTyped(text) {
  if (!/^[\d .()+*/-]{3,60}$/.test(text) || !/[+*/]/.test(text)) return null;
  const signs = text.match(/\d+\.?\d*|\.\d+|\/\/|\*\*|[-+*/().]/g) ?? [];
  let at = 0;
  const number = () => {
    const sign = signs[at++];
    if (sign === "-") return -number();
    if (sign === "(") {
      const value = sum();
      return signs[at++] === ")" ? value : NaN;
    }
    return /\d/.test(sign ?? "") ? Number(sign) : NaN;
  };
  const product = () => {
    let value = number();
    while (["*", "/", "//"].includes(signs[at])) {
      const [sign, next] = [signs[at++], number()];
      value = sign === "*" ? value * next : sign === "/" ? value / next : Math.floor(value / next);
    }
    return value;
  };
  const sum = () => {
    let value = product();
    while (["+", "-"].includes(signs[at])) value += signs[at++] === "+" ? product() : -product();
    return value;
  };
  const value = sum();
  return at === signs.length && Number.isFinite(value) ? single(value, false) : null;
}

/** What a digit of any script stands for: each script has its ten in a row, from zero on. */
function digitOf(sign) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(sign.codePointAt(0) - before - 1))) before += 1;
  return String(before % 10);
}

/** Read a number that somebody typed, or return null where there is none, or more than one. */
function typedNumber(words) {
  if (words.length > LONGEST) return null;
  let text = words.toLowerCase();
  for (const [signs, sign] of Object.entries(SIGNS)) text = text.replace(new RegExp(signs, "g"), sign);
  text = text.replace(EMOJI, " ").replace(/\p{Nd}/gu, digitOf).replace(/\s+/g, " ");
  text = text.replace(new RegExp(`^[${QUOTES} ]+|[${QUOTES} ]+$`, "g"), "").replace(/[.,;!? ]+$/, "");
  if (text.startsWith("(") && text.endsWith(")")) text = text.slice(1, -1).trim();
  for (let hedge; (hedge = text.match(HEDGE)); ) text = text.slice(hedge[0].length);
  return outOfTyped(text) ?? oneTyped(text) ?? rangeTyped(text) ?? sumTyped(text);
}
