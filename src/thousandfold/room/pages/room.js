// Keeps a page up to date, and sends its forms without leaving it.
//
// One request waits at the room until something changes. Only the parts that differ are replaced, so
// that nothing flashes, what somebody types stays, and a screen reader stays where it is.
"use strict";

const WAIT = 40000;   // milliseconds after which a request that waits has been lost on its way
const AGAIN = 1500;   // before the next try
const HEADERS = { Accept: "application/json" };

const live = document.getElementById("live");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
let seen = new Date();

const parts = (root) => new Map(
  [...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

// What was there when the room last sent it: what somebody has typed since is not a difference.
const sent = new Map([...parts(document)].map(([name, part]) => [name, part.innerHTML]));

// Who writes a line at this moment keeps it; it is brought up to date with the next news.
const writes = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea");

function put(text) {
  const fresh = document.createElement("template");
  fresh.innerHTML = text;  // made by the room, with everything escaped
  const before = parts(live);
  const now = parts(fresh.content);
  const same = [...before.keys()].join("\n") === [...now.keys()].join("\n");
  if (!same) {
    const kept = [...now].filter(([name, part]) => sent.get(name) === part.innerHTML && before.has(name));
    for (const [name, part] of now) if (!kept.some(([one]) => one === name)) {
      sent.set(name, part.innerHTML);
      if (before.has(name)) keepTicks(before.get(name), part);
    }
    for (const [name, part] of kept) part.replaceWith(before.get(name));
    live.replaceChildren(fresh.content);
    const title = live.querySelector("h1");
    if (title && said.textContent !== title.textContent) said.textContent = title.textContent;
    tick();
    return;
  }
  for (const [name, part] of now) {
    const html = part.innerHTML;
    if (sent.get(name) === html || writes(before.get(name))) continue;
    sent.set(name, html);
    replace(before.get(name), part);
  }
  tick();
}

// What somebody has ticked or unticked stays as it is, also where the words beside it change.
function keepTicks(part, fresh) {
  for (const box of part.querySelectorAll("input[type=checkbox]")) {
    const same = fresh.querySelector(`input[type=checkbox][name="${CSS.escape(box.name)}"]`);
    if (same && box.checked !== box.defaultChecked) same.checked = box.checked;
  }
}

// What was answered last stays, and so does the place of the keyboard.
function replace(part, fresh) {
  keepTicks(part, fresh);
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const answer = part.querySelector(".answer");
  part.replaceChildren(...fresh.childNodes);
  const now = part.querySelector(".answer");
  if (answer?.textContent && now && !now.textContent) now.replaceWith(answer);
  if (!focused) return;
  const same = focused.id ? part.querySelector(`#${CSS.escape(focused.id)}`)
    : [...part.querySelectorAll(focused.tagName)].find((one) => one.textContent === focused.textContent);
  same?.focus();
}

async function follow() {
  for (;;) {
    try {
      const address = `${location.pathname}?seen=${encodeURIComponent(live.dataset.version)}${"stays" in live.dataset ? "&stays=" : ""}`;
      const answer = await fetch(address, { cache: "no-store", headers: HEADERS, signal: AbortSignal.timeout(WAIT) });
      if (answer.status === 403) { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.statusText);
      const { version, html, moved } = await answer.json();
      if (moved) { location.replace(moved); return; }
      live.dataset.version = version;
      put(html);
      const go = live.querySelector("[data-go]")?.dataset.go;  // a team goes to its cockpit, and back from it
      if (go && go !== location.pathname) { location.assign(go); return; }
      document.dispatchEvent(new Event("news"));
      seen = new Date();
      if (lost) lost.hidden = true;
    } catch {
      if (lost) {
        lost.querySelector("span").textContent = seen.toLocaleTimeString([], { hourCycle: "h23" });
        lost.hidden = false;
      }
      await new Promise((go) => setTimeout(go, AGAIN));
    }
  }
}

// Clocks are counted here, from what the room says is left: no clock of any computer is believed.
const began = new WeakMap();
function tick() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    const told = `${clock.dataset.left} ${live.dataset.version}`;
    if (began.get(clock)?.told !== told) began.set(clock, { told, at: performance.now() });
    const gone = "paused" in clock.dataset ? 0 : (performance.now() - began.get(clock).at) / 1000;
    const left = Math.max(0, Math.round(clock.dataset.left - gone));
    const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("over", left === 0);
  }
}

async function send(form, pressed) {
  const button = pressed ?? form.querySelector("button");
  if (button?.getAttribute("aria-disabled") === "true") return;
  button?.setAttribute("aria-disabled", "true");  // what is truly disabled loses the focus
  const say = (text, trouble) => {
    // What stood here when it was sent may have been replaced by what the room told meanwhile.
    const answer = form.querySelector(".answer");
    answer.textContent = text;
    answer.classList.toggle("trouble", trouble && Boolean(text));
  };
  try {
    const filled = new FormData(form);
    if (button?.name) filled.append(button.name, button.value);  // which of two was pressed
    const body = form.enctype === "multipart/form-data" ? filled : new URLSearchParams(filled);
    const got = await fetch(form.action, { method: "POST", headers: HEADERS, body, signal: AbortSignal.timeout(WAIT) });
    const { said: done, trouble } = await got.json();
    say(trouble ?? done, Boolean(trouble));
  } catch {
    say("Not sent: there is no connection to the room. What you entered is still here; press once more in a moment.", true);
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

// The room goes on with another laptop, and this one is gone: people type what they are shown.
const elsewhere = document.getElementById("elsewhere");
elsewhere?.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = elsewhere.querySelector("input").value.trim().replace(/\/+$/, "");
  const address = new URL(/^https?:\/\//.test(typed) ? typed : `http://${typed}`);
  if (address.protocol === "http:" && !/:\d+$/.test(typed)) address.port = location.port;  // most likely the same
  location.href = `${address.origin}/come?ticket=${encodeURIComponent(elsewhere.dataset.ticket)}&to=${location.pathname}`;
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-send]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

const clicker = { PageDown: "ArrowRight", PageUp: "ArrowLeft" };

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const paged = clicker[event.key];
  // A clicker pages, also where a slider or a field has the keyboard; of longer texts it is the key.
  if (event.target.matches(`${paged ? "" : "input, "}textarea, select, [contenteditable]`)) return;
  const form = document.querySelector(`form[data-key="${CSS.escape(paged ?? event.key)}"]`);
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

if (live) {
  tick();
  setInterval(tick, 250);
  follow();
}
