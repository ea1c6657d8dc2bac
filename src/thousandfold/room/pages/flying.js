// Puts the cockpit of the notebook on the page of a team: what it asks for goes to the room.
//
// It has a tree of its own, so that it looks as it does in a notebook, whatever this page looks like.
import cockpit from "/flight/cockpit.js";

const WAIT = 30000;  // milliseconds after which an answer has been lost on its way
const place = document.getElementById("cockpit");
const dark = matchMedia("(prefers-color-scheme: dark)");
const NOT_SENT = "Not sent: there is no connection to the room. What you entered is still here; press once more in a moment.";
const NO_PRICE = "No connection to the room; the price comes when it is back.";

/* What a cockpit knows, and whom it tells of changes. */
class Model {
  constructor(state) {
    this.state = state;
    this.listeners = {};
    this.sending = false;
    this.waiting = null;  // a price that was asked for while another one was on its way
    this.news = null;     // what the room told while a decision was on its way
  }

  get(name) { return this.state[name]; }

  on(name, listener) { (this.listeners[name] ??= []).push(listener); }

  tell(told) {
    Object.assign(this.state, told);
    for (const name of Object.keys(told)) for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }

  hear(told) {
    if (this.sending) this.news = told;
    else this.tell(told);
  }

  async send(content) {
    if (this.sending && content.do === "price") { this.waiting = content; return; }
    while (this.sending) await this.sending;
    let done;
    this.sending = new Promise(go => { done = go; });
    const told = await this.ask(content);
    this.sending = false;
    done();
    this.tell(told);
    if (this.news) this.tell(this.news);
    const next = this.waiting;
    this.news = this.waiting = null;
    if (next) this.send(next);
  }

  async ask(content) {
    const lost = said => content.do === "price"
      ? { bill: { sentences: [said === NOT_SENT ? NO_PRICE : said], alarm: true } }
      : { view: { ...this.state.view, said, alarm: true, question: false, done: false } };
    try {
      const answer = await fetch(place.dataset.ask, {
        method: "POST", body: JSON.stringify(content), signal: AbortSignal.timeout(WAIT),
        headers: { Accept: "application/json", "Content-Type": "application/json" },
      });
      const told = await answer.json();
      return told.trouble ? lost(told.trouble) : told;
    } catch {
      return lost(NOT_SENT);
    }
  }
}

let model = null, team = null, leave = null, last = "";

function sheet(address, root) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  root.append(link);
  return new Promise(go => { link.onload = link.onerror = go; });
}

async function sit(state) {
  const host = document.createElement("div");
  place.replaceChildren(host);
  const root = host.attachShadow({ mode: "open" });
  const around = document.createElement("div");
  const show = () => { around.dataset.jpThemeLight = String(!dark.matches); };
  show();
  dark.addEventListener("change", show);
  model = new Model(state);
  const mine = model;
  await sheet("/flight/cockpit.css", root);
  if (model !== mine) return;  // another team meanwhile
  root.append(around);
  const el = document.createElement("div");
  around.append(el);
  const gone = cockpit.render({ model, el });
  leave = () => { gone(); dark.removeEventListener("change", show); };
}

function look() {
  const text = document.getElementById("state")?.textContent ?? "null";
  if (text === last) return;
  last = text;
  const state = JSON.parse(text);
  if (state && team === state.team) {
    model.hear({ view: state.view, bill: state.bill });
    return;
  }
  leave?.();
  leave = model = null;
  team = state?.team ?? null;
  place.replaceChildren();
  if (state) sit(state);
}

document.addEventListener("news", look);
look();
