/* What this browser keeps of a room, and how it talks with it. */
const KEY = "thousandfold:room";
const SECONDS = 30;  // after which a room that says nothing does not answer

let kept = null;

/* Address, password and name as they were typed, and the word by which the room knows this browser. */
export function remembered() {
  if (!kept) {
    try { kept = JSON.parse(localStorage.getItem(KEY)); } catch { /* a browser that keeps nothing */ }
    kept ??= {};
  }
  return kept;
}

export function remember(typed) {
  const random = () => [...crypto.getRandomValues(new Uint8Array(20))]
    .map(byte => byte.toString(16).padStart(2, "0")).join("");
  kept = { browser: random(), ...remembered(), ...typed };
  try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* for as long as this page is open */ }
  return kept;
}

/* A room says its port, but behind a proxy, and there it is encrypted. It throws at what is none. */
export function addressOf(typed) {
  const text = typed.trim();
  if (/\s/.test(text)) throw new TypeError("an address has no spaces");
  const scheme = /^https?:\/\//i.test(text) ? "" : /:\d/.test(text) ? "http://" : "https://";
  return new URL(scheme + text).origin;
}

/* Whether a room serves this page: then nobody has to type where it is. */
export async function isHere() {
  if (!location.pathname.startsWith("/workshop/")) return false;
  try {
    return Boolean((await (await fetch("/api/hand-in", { credentials: "omit" })).json()).room);
  } catch {
    return false;
  }
}

/* What a room answers; it throws where there is no room. */
export async function ask(address, body) {
  const answer = await fetch(`${address}/api/hand-in`, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  return answer.json();
}

/* Why a room may not have answered, and what to do. */
export function noAnswer(address) {
  if (location.protocol === "https:" && address.startsWith("http:")) {
    return "This page came over https, and a browser lets such a page send nothing to a room at "
      + "http. Download the notebook, open the room's page and choose the file there.";
  }
  return `No room answers at ${address}. Look whether the address is the one on the projector, with `
    + "the number behind the colon, and whether this computer is in the same wi-fi. If it is: "
    + "download the notebook, open the room's page and choose the file there.";
}
