/* A small picture of rounds: lines with their names, and how far apart companies end. */
const PICTURE = { height: 134, left: 44, right: 10, top: 8, bottom: 16 };

/* From where to where the vertical axis of a picture goes, and which heights have a number. */
function heights(picture) {
  const values = picture.series.flatMap(line => [...line.y, ...(line.low ?? []), ...(line.high ?? [])]).filter(value => value !== null);
  if (picture.goal) {
    const [low, high] = [Math.max(1, Math.min(700, ...values)), Math.max(1.6 * picture.goal, ...values)];
    return { at: value => Math.log(Math.max(value, low) / low) / Math.log(high / low), ticks: [1e3, 1e4, 1e5, picture.goal] };
  }
  const [low, most] = [Math.min(0, ...values), Math.max(0, ...values) || 1];
  const step = 10 ** Math.floor(Math.log10(most - low));
  const high = Math.ceil(most / step) * step;
  return { at: value => (value - low) / (high - low), ticks: low < 0 ? [low, 0, high] : [0, high] };
}

function drawPicture(figure, picture, rounds) {
  const width = figure.clientWidth;
  const { height, left, right, top, bottom } = PICTURE;
  figure.querySelector("svg")?.remove();
  const svg = make("svg", { width, height, role: "img", "aria-label": picture.sentence });
  figure.append(svg);
  const { at, ticks } = heights(picture);
  const x = round => left + (width - left - right) * round / rounds;
  const y = value => height - bottom - at(value) * (height - top - bottom);
  for (const tick of ticks) {
    make("line", { class: tick === picture.goal ? "goal" : "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }, svg);
    make("text", { class: "tick", x: left - 5, y: y(tick) + 4, "text-anchor": "end" }, svg, short(tick));
  }
  for (const round of [0, rounds / 2, rounds])
    make("text", { class: "tick", x: x(round), y: height - 2, "text-anchor": "middle" }, svg, round);
  let free = -Infinity;  // below which a name may stand
  const lines = picture.series.map((line, place) => ({ ...line, place })).filter(line => line.y.length);
  for (const { x: at, low, high, place } of lines.filter(line => line.low)) {
    const edges = [...at.map((round, n) => [x(round), y(low[n])]), ...at.map((round, n) => [x(round), y(high[n])]).reverse()];
    make("polygon", { class: `band line-${place}`, points: edges.map(spot => spot.join()).join(" ") }, svg);
  }
  for (const { x: at, y: values, points, place } of lines) {
    const spots = at.map((round, n) => [x(round), y(values[n])]);
    if (points) for (const [across, up] of spots) make("path", { class: "forecast", d: `M${across} ${up - 4}l4 4l-4 4l-4 -4z` }, svg);
    else make("polyline", { class: `line line-${place}`, points: spots.map(spot => spot.join()).join(" ") }, svg);
    if (!points) make("circle", { class: `end line-${place}`, r: 3.5, cx: spots.at(-1)[0], cy: spots.at(-1)[1] }, svg);
  }
  const named = lines.filter(line => line.label).sort((one, other) => y(one.y.at(-1)) - y(other.y.at(-1)));
  for (const { x: at, y: values, label } of named) {
    const across = x(at.at(-1)), behind = across > width - 90;
    const up = Math.min(height - bottom - 2, Math.max(free + 12, y(values.at(-1)) + (behind ? -6 : 4), top + 8));
    make("text", { class: "name", x: across + (behind ? -7 : 8), y: up, "text-anchor": behind ? "end" : "start" }, svg, label);
    free = up;
  }
}
