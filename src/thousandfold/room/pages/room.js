// Keeps the board up to date: only what has changed is replaced, so that nothing flashes, and
// whoever reads it with a screen reader stays where they are.
"use strict";

const EVERY = 3000;   // milliseconds between two looks
const QUIET = 15000;  // between two sentences for screen readers

const board = document.getElementById("board");
if (board) {
  const lost = document.getElementById("lost");
  const said = document.getElementById("said");
  let seen = new Date();
  let spoke = 0;

  const parts = (root) => new Map(
    [...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

  const put = (text) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = text;  // made by the room, with everything escaped
    const before = parts(board);
    const now = parts(fresh.content);
    if ([...before.keys()].join() !== [...now.keys()].join()) {
      board.replaceChildren(fresh.content);
      return true;
    }
    let changed = false;
    for (const [name, part] of now) {
      if (before.get(name).innerHTML !== part.innerHTML) {
        before.get(name).replaceChildren(...part.childNodes);
        changed = true;
      }
    }
    return changed;
  };

  const speak = () => {
    const numbers = [...board.querySelectorAll("dl > div")].map(
      (one) => `${one.querySelector("dd").textContent} ${one.querySelector("dt").textContent}`);
    const tasks = [...board.querySelectorAll("tbody tr")].map(
      (row, n) => `task ${n + 1}: ${row.querySelector("p").textContent.trim()}`);
    const text = [...numbers, ...tasks].join("; ");
    if (Date.now() - spoke > QUIET && said.textContent !== text) {
      said.textContent = text;
      spoke = Date.now();
    }
  };

  const look = async () => {
    try {
      const answer = await fetch("/board", { cache: "no-store" });
      if (answer.status === 403) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.statusText);
      put(await answer.text());
      speak();
      seen = new Date();
      lost.hidden = true;
    } catch {
      lost.querySelector("span").textContent = seen.toLocaleTimeString();
      lost.hidden = false;
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}

// Says at once that a file is too large, in place of sending it first.
const form = document.querySelector("form[data-most]");
if (form) {
  const file = form.elements.notebook;
  const button = form.querySelector("button");
  const check = () => {
    const large = file.files[0]?.size > Number(form.dataset.most);
    document.getElementById("size").hidden = !large;
    button.disabled = large;
  };
  file.addEventListener("change", check);
  form.addEventListener("submit", () => {
    button.disabled = true;
    button.textContent = "Sending";
  });
  addEventListener("pageshow", () => {  // also when somebody comes back to it
    button.textContent = "Hand in";
    check();
  });
}
