// A curve that the reader draws, and what happened beside it, in the words of thousandfold/teaching/curves.py.
"use strict";

const HOW = "Draw with a finger, a pen or a mouse; or press Tab and, at each point, the arrow keys.";
const BESIDE = "Dashed: what you drew. Solid: what happened.";

/** What stands so far up the axis, in two digits: nobody draws finer. */
function heightAt({ low, high, logarithmic }, share) {
  return Number(precise(logarithmic ? low * (high / low) ** share : low + (high - low) * share, 2));
}

/** Each place of the curve with the height that was drawn there. */
const drawnOf = (board, shares) =>
  board.places.map((place, number) => [place, shares[number]]).filter(([, share]) => share !== null)
    .map(([place, share]) => [place, heightAt(board.axes, share)]);

function highest(drawn) {
  const place = drawn.findIndex(([, height]) => height === Math.max(...drawn.map(([, one]) => one)));
  return place === drawn.length - 1 ? null : drawn[place][0];
}

/** One or two sentences that compare a drawn curve with what happened. */
function drawnSentence(board, shares) {
  const across = (value) => `${short(Number(precise(value, 2)))} ${board.across}`;
  const up = (value) => `${short(value)} ${board.up}`;
  const apart = (drew, was) => compared({ low: drew, high: drew }, was, "");
  const [last, end] = board.end;
  const happened = board.best === null ? "rises to the end" : `is highest at ${across(board.best)}`;
  const drawn = drawnOf(board, shares);
  if (!drawn.length) return `It ${happened}, and at ${across(last)} it is ${up(end)}. You drew no guess this time.`;
  const peak = highest(drawn);
  const [place, height] = drawn.at(-1);
  const far = place < last ? `as far as ${across(place)}` : "to the end";
  const said = peak === null ? `You drew it rising ${far}` : `You drew it highest at ${across(peak)}`;
  const how = peak !== null && board.best !== null ? `: ${apart(peak, board.best)}` : "";
  const first = `${said}; it ${happened}${how}.`;
  if (place < last) return `${first} At ${across(last)} it is ${up(end)}.`;
  return `${first} At ${across(last)} you drew ${up(height)}; it is ${short(end)}: ${apart(height, end)}.`;
}

/** The board once more, as a picture, with what happened in it. */
function beside(board, svg, sentence) {
  const picture = svg.cloneNode(true);
  for (const point of picture.querySelectorAll("circle")) {
    if (point.matches(".empty")) point.remove();
    else for (const name of point.getAttributeNames()) if (!["cx", "cy", "r"].includes(name)) point.removeAttribute(name);
  }
  const real = document.createElementNS(svg.namespaceURI, "polyline");
  real.setAttribute("class", "real");
  real.setAttribute("points", board.real.map(([right, up]) => `${drawBoard.x(right)},${drawBoard.y(up)}`).join(" "));
  picture.append(real);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${BESIDE} ${sentence}`);
  const caption = Object.assign(document.createElement("figcaption"), { textContent: BESIDE });
  caption.setAttribute("aria-hidden", "true");
  const figure = Object.assign(document.createElement("figure"), { className: "thousandfold-draw" });
  figure.append(picture, caption);
  return figure;
}

function draw(place) {
  const board = JSON.parse(place.dataset.board);
  const state = { axes: board.axes, heights: board.places.map(() => null) };
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const say = () => {
    const drawn = drawnOf(board, state.heights).map(([at, height]) => `${short(height)} at ${short(at)}`);
    said.textContent = drawn.length ? `You drew ${drawn.join(", ")}. It stays in this page.` : HOW;
    place.dispatchEvent(new Event("drawn"));
  };
  const el = document.createElement("div");
  place.replaceChildren(el, said);
  const model = { get: (name) => state[name], set: (name, value) => (state[name] = value), save_changes: say, on() {}, off() {} };
  drawBoard({ model, el });
  say();
  const svg = el.querySelector("svg");
  for (const words of document.querySelectorAll(`[data-drawn="${place.id}"]`)) {
    const tell = () => {
      const sentence = drawnSentence(board, state.heights);
      words.firstElementChild.textContent = sentence;
      if (words.nextElementSibling?.matches(".thousandfold-draw")) words.nextElementSibling.remove();
      if (state.heights.some((height) => height !== null)) words.after(beside(board, svg, sentence));
    };
    words.closest("details").addEventListener("toggle", tell);
    place.addEventListener("drawn", tell); // the answer may be open already
  }
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".drawn").forEach(draw));
