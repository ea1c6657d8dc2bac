// One question at a time, each answer sent as it is given; what is not sent yet is kept in this
// browser and sent again, so that neither a reload nor a lost connection takes anything.
"use strict";

const form = document.getElementById("questions");
const cards = [...form.querySelectorAll("section")];
const moves = form.querySelector(".moves");
const [back, next] = moves.children;
const status_ = form.querySelector(".answer");
const KEPT = `questions-${form.dataset.kept}`;
const PAUSE = 1500;  // milliseconds before the next try

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
const waiting = new Map(Object.entries(kept.waiting ?? {}));  // field by field, what is not sent yet
let at = kept.at ?? -1;
let ends = false;
let sending = false;

const chosen = (name) => form.querySelector(`input[name="${CSS.escape(name)}"]:checked`)?.value;
const keep = () => sessionStorage.setItem(KEPT, JSON.stringify({ at, waiting: Object.fromEntries(waiting) }));

function say(words, trouble = false) {
  if (status_.textContent !== words) status_.textContent = words;
  status_.classList.toggle("trouble", trouble && Boolean(words));
}

function show(place, moved = true) {
  at = Math.max(0, Math.min(cards.length - 1, place));
  cards.forEach((card, number) => { card.hidden = number !== at; });
  back.hidden = at === 0;
  next.hidden = at === cards.length - 1;
  const answered = cards.filter((card) => chosen(`answer-${card.dataset.item}`)).length;
  const count = form.querySelector(".count");
  count.textContent = `You answered ${answered} of ${cards.length - 1}.`;
  count.hidden = false;
  keep();
  if (!moved) return;
  scrollTo(0, 0);
  cards[at].querySelector("h2").focus();
}

async function send() {
  if (sending) return;
  sending = true;
  while (waiting.size || ends) {
    const now = new Map(waiting);
    const finishes = ends && !now.size;
    const body = new URLSearchParams([["when", form.elements.when.value], ...now.values()].flatMap(
      (one) => (typeof one[0] === "string" ? [one] : one)));
    if (finishes) body.append("do", "finish");
    try {
      const got = await fetch(form.action, {
        method: "POST", headers: { Accept: "application/json" }, body, signal: AbortSignal.timeout(20000),
      });
      const { trouble } = await got.json();
      if (got.status >= 500 || got.status === 429) throw new Error(trouble);
      for (const [item, fields] of now) if (waiting.get(item) === fields) waiting.delete(item);
      keep();
      say(trouble ?? "", Boolean(trouble));
      if (trouble) { ends = false; break; }
      if (finishes) { sessionStorage.removeItem(KEPT); location.assign("/"); break; }
    } catch {
      say("No connection to the room. Go on answering: what you chose is kept here, and sent as soon as there is one.", true);
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  }
  sending = false;
}

form.addEventListener("change", ({ target }) => {
  const item = target.closest("section").dataset.item;
  if (!item) return;
  const fields = ["answer", "sure"].map((what) => [`${what}-${item}`, chosen(`${what}-${item}`) ?? ""]);
  // How sure one is of nothing is not sent, and stays until an answer is chosen.
  if (fields[0][1] === "" && target.name.startsWith("sure")) return;
  waiting.set(item, fields);
  keep();
  send();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (at < cards.length - 1) { show(at + 1); return; }  // Enter on a question goes on
  ends = true;
  send();
});
back.addEventListener("click", () => show(at - 1));
next.addEventListener("click", () => show(at + 1));

for (const fields of waiting.values()) {
  for (const [name, value] of fields) {
    const one = form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (one) one.checked = true;
  }
}
if (at < 0) {
  const open = cards.findIndex((card) => card.dataset.item && chosen(`answer-${card.dataset.item}`) === undefined);
  at = open < 0 ? 0 : open;
}
moves.hidden = false;
show(at, false);
send();
