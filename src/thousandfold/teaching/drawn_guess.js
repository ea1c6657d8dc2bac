/* Empty axes on which a curve is drawn: by hand, or point by point with the keyboard. */
const [WIDTH, HEIGHT] = [800, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 775, 40, 360];
const STEP = 0.02;
const REACH = 0.03;  // a hand need not end exactly on a point

function make(name, attributes, parent, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  parent.append(node);
  return node;
}

const x = share => LEFT + share * (RIGHT - LEFT);
const y = share => BOTTOM - share * (BOTTOM - TOP);
const inside = share => Math.min(1, Math.max(0, share));

function number(axes, share) {
  const value = axes.logarithmic ? axes.low * (axes.high / axes.low) ** share : axes.low + share * (axes.high - axes.low);
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 2 }).format(value);
}

function emptyAxes(svg, axes) {
  for (const [share, words] of axes.places) {
    make("line", { class: "grid", x1: x(share), x2: x(share), y1: TOP, y2: BOTTOM }, svg);
    make("text", { x: x(share), y: BOTTOM + 24, "text-anchor": "middle" }, svg, words);
  }
  for (const [share, words] of axes.heights) {
    make("line", { class: "grid", x1: LEFT, x2: RIGHT, y1: y(share), y2: y(share) }, svg);
    make("text", { x: LEFT - 14, y: y(share) + 5, "text-anchor": "end" }, svg, words);
  }
  make("text", { x: RIGHT, y: BOTTOM + 50, "text-anchor": "end" }, svg, axes.across);
  make("text", { x: LEFT, y: TOP - 18 }, svg, `↑ ${axes.up}`);
}

function render({ model, el }) {
  const axes = model.get("axes");
  let heights = [...model.get("heights")];
  el.classList.add("thousandfold-draw");
  const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": axes.name }, el);
  emptyAxes(svg, axes);
  const curve = make("polyline", {}, svg);
  const points = axes.places.map(([share, words]) => make("circle", {
    // JupyterLab would take its keys for cells; it looks at the element that has the focus.
    "data-lm-suppress-shortcuts": "true", r: 9, cx: x(share), tabindex: 0, role: "slider", "aria-orientation": "vertical",
    "aria-label": `${axes.up} at ${words}, ${axes.across}`, "aria-valuemin": 0, "aria-valuemax": 100,
  }, svg));

  function show() {
    const drawn = axes.places.map(([share], place) => [share, heights[place]]).filter(([, height]) => height !== null);
    curve.setAttribute("points", drawn.map(([share, height]) => `${x(share)},${y(height)}`).join(" "));
    points.forEach((point, place) => {
      const height = heights[place];
      point.setAttribute("cy", y(height ?? 0));
      point.classList.toggle("empty", height === null);
      point.setAttribute("aria-valuenow", Math.round(100 * (height ?? 0)));
      point.setAttribute("aria-valuetext", height === null ? "nothing drawn yet" : number(axes, height));
    });
  }

  function save() {
    model.set("heights", heights.map(height => height === null ? null : Math.round(1e4 * height) / 1e4));
    model.save_changes();
  }

  points.forEach((point, place) => point.addEventListener("keydown", event => {
    const before = heights.slice(0, place).findLast(height => height !== null) ?? 0;
    const height = heights[place] ?? before;
    const to = {
      ArrowUp: height + STEP, ArrowRight: height + STEP, ArrowDown: height - STEP, ArrowLeft: height - STEP,
      PageUp: height + 5 * STEP, PageDown: height - 5 * STEP, Home: 0, End: 1, Delete: null, Backspace: null,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    heights[place] = to === null ? null : inside(to);
    show();
    save();
  }));

  let pen = null;  // where the hand was last, as shares of both axes
  function at(event) {
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [inside((spot.x - LEFT) / (RIGHT - LEFT)), inside((BOTTOM - spot.y) / (BOTTOM - TOP))];
  }
  function draw(event) {
    const now = at(event);
    const [from, to] = now[0] < pen[0] ? [now, pen] : [pen, now];
    axes.places.forEach(([share], place) => {
      // A quick hand passes several points between two events.
      if (share < from[0] - REACH || share > to[0] + REACH) return;
      const part = to[0] > from[0] ? inside((share - from[0]) / (to[0] - from[0])) : 1;
      heights[place] = from[1] + part * (to[1] - from[1]);
    });
    pen = now;
    show();
  }
  svg.addEventListener("pointerdown", event => {
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    pen = at(event);
    // A click sets the nearest point, and a curve begins there.
    const gaps = axes.places.map(([share]) => Math.abs(share - pen[0]));
    const nearest = gaps.indexOf(Math.min(...gaps));
    heights[nearest] = pen[1];
    points[nearest].focus();
    show();
  });
  svg.addEventListener("pointermove", event => pen && draw(event));
  for (const end of ["pointerup", "pointercancel"]) {
    svg.addEventListener(end, () => {
      if (pen) save();
      pen = null;
    });
  }

  const changed = () => {
    if (pen) return;
    heights = [...model.get("heights")];
    show();
  };
  model.on("change:heights", changed);
  show();
  return () => model.off("change:heights", changed);
}

export default { render };
