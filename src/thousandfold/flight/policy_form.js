/* A policy in words: a start, and rules as rows of lists and numbers, with what they come to.

   Python reads the rows and answers; here they are drawn, and what was changed is sent. */
const QUIET_SECONDS = 6;  // after which a change has been heard by nobody
const STRIP = { width: 24, height: 18, below: 14 };
const [MOST_CONDITIONS, MOST_SETTINGS] = [4, 10];

function makeChoice(parent, options, value, attributes) {
  const select = make("select", attributes, parent);
  for (const [name, words] of options) make("option", { value: name }, select, words);
  select.value = value;
  return select;
}

const makeButton = (parent, words, attributes = {}) => make("button", { type: "button", ...attributes }, parent, words);

/* In which of the rounds a rule applied: a bar for each, as high as the share of the flights. */
function drawApplied(place, applied) {
  place.replaceChildren();
  if (!applied) return;
  const { width, height, below } = STRIP;
  const across = width * applied.shares.length;
  const svg = make("svg", { viewBox: `0 0 ${across} ${height + below}`, class: "applied", role: "img", "aria-label": applied.sentence });
  place.append(svg);
  applied.shares.forEach((share, at) => {
    const left = at * width + 1, high = share && Math.max(2, height * share);  // a little is not nothing
    make("rect", { class: "round", x: left, y: 0, width: width - 2, height }, svg);
    make("rect", { class: "share", x: left, y: height - high, width: width - 2, height: high }, svg);
    make("text", { class: "tick", x: left + width / 2 - 1, y: height + below - 2, "text-anchor": "middle" }, svg, at + 1);
  });
  make("small", {}, place, applied.sentence);
}

function makeRules(choices, list, changed, announce) {
  const unit = Object.fromEntries(choices.measures.map(([name, , words]) => [name, words]));
  const setting = Object.fromEntries(choices.settings.map(([name, words, beside, options]) => [name, { words, beside, options }]));
  let rows = [], parts = [];

  const focus = key => list.querySelector(`[data-key="${key}"]`)?.focus();

  function rebuild(key, message = "") {
    draw();
    if (key) focus(key);
    announce(message);
    changed();
  }

  function drawCondition(line, at, place) {
    const one = rows[at].when[place], called = `Rule ${at + 1}, condition ${place + 1}`;
    const part = make("div", { class: "part" }, line);
    make("span", { class: "word" }, part, place ? "and" : "when");
    const measure = makeChoice(part, choices.measures, one.measure,
      { class: "what", "aria-label": `${called}: what is looked at`, "data-key": `${at}/when/${place}` });
    const side = makeChoice(part, [["above", "above"], ["below", "below"]], one.side, { class: "side", "aria-label": `${called}: above or below` });
    const number = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 60, class: "number" }, part);
    const beside = make("span", { class: "unit" }, part);
    const name = () => {
      beside.textContent = unit[one.measure];
      number.setAttribute("aria-label", `${called}: number ${unit[one.measure]}`.trim());
    };
    number.value = one.number;
    name();
    measure.addEventListener("change", () => { one.measure = measure.value; name(); changed(); });
    side.addEventListener("change", () => { one.side = side.value; changed(); });
    number.addEventListener("input", () => { one.number = number.value; changed(); });
    makeButton(part, "×", { class: "take", "aria-label": `${called}: take it away` }).addEventListener("click", () => {
      rows[at].when.splice(place, 1);
      rebuild(`${at}/and`, `Condition ${place + 1} of rule ${at + 1} is taken away.`);
    });
    return number;
  }

  function drawSetting(line, at, place) {
    const one = rows[at].then[place], called = `Rule ${at + 1}, setting ${place + 1}`;
    const part = make("div", { class: "part" }, line);
    make("span", { class: "word" }, part, place ? "and" : "set");
    const what = makeChoice(part, choices.settings, one.what,
      { class: "what", "aria-label": `${called}: what is set`, "data-key": `${at}/then/${place}` });
    const beside = make("span", { class: "unit" }, part);
    let value;
    const draw = () => {
      const { options, beside: words } = setting[one.what];
      value?.remove();
      value = options.length
        ? makeChoice(null, options, one.value, { class: "choice", "aria-label": `${called}: which` })
        : make("input", { type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 60, class: "number", "aria-label": `${called}: number ${words}` }, null);
      value.value = one.value;
      beside.before(value);
      beside.textContent = words;
      value.addEventListener(options.length ? "change" : "input", event => { one.value = event.target.value; changed(); });
    };
    draw();
    what.addEventListener("change", () => {
      const [was, now] = [setting[one.what].options, setting[what.value].options];
      one.what = what.value;
      if (was.length || now.length) one.value = now.length ? now[0][0] : "";
      draw();
      changed();
    });
    if (rows[at].then.length === 1) return;
    makeButton(part, "×", { class: "take", "aria-label": `${called}: take it away` }).addEventListener("click", () => {
      rows[at].then.splice(place, 1);
      rebuild(`${at}/more`, `Setting ${place + 1} of rule ${at + 1} is taken away.`);
    });
  }

  function move(at, by) {
    const to = at + by;
    if (!rows[to]) {
      announce(`Rule ${at + 1} is the ${by < 0 ? "first" : "last"} already.`);
      return;
    }
    [rows[at], rows[to]] = [rows[to], rows[at]];
    rebuild(`${to}/${by < 0 ? "up" : "down"}`, `Rule ${at + 1} is now rule ${to + 1}.`);
  }

  function drawRow(row, at) {
    const rule = make("div", { class: "rule", role: "group", "aria-label": `Rule ${at + 1}` }, make("li", {}, list));
    const head = make("div", { class: "head" }, rule);
    make("b", {}, head, `Rule ${at + 1}`);
    for (const [words, key, name, by] of [["↑", "up", "up", -1], ["↓", "down", "down", 1]])
      makeButton(head, words, { "aria-label": `Move rule ${at + 1} ${name}`, "data-key": `${at}/${key}`, "aria-disabled": String(!rows[at + by]) })
        .addEventListener("click", () => move(at, by));
    makeButton(head, "Remove", { "aria-label": `Remove rule ${at + 1}`, "data-key": `${at}/remove` }).addEventListener("click", () => remove(at));
    if ("text" in row) {
      const text = make("input", { type: "text", maxlength: 300, class: "text", "aria-label": `Rule ${at + 1} in words` }, rule);
      text.value = row.text;
      text.addEventListener("input", () => { row.text = text.value; changed(); });
    } else {
      const when = make("div", { class: "when" }, rule);
      if (!row.when.length) make("span", { class: "word" }, when, "always");
      row.when.forEach((_, place) => drawCondition(when, at, place));
      const then = make("div", { class: "then" }, rule);
      row.then.forEach((_, place) => drawSetting(then, at, place));
      const more = make("div", { class: "more" }, rule);
      if (row.when.length < MOST_CONDITIONS)
        makeButton(more, "+ condition", { "data-key": `${at}/and`, "aria-label": `Rule ${at + 1}: add a condition` }).addEventListener("click", () => {
          row.when.push({ measure: "customers", side: "above", number: "" });
          rebuild(`${at}/when/${row.when.length - 1}`);
        });
      if (row.then.length < MOST_SETTINGS)
        makeButton(more, "+ setting", { "data-key": `${at}/more`, "aria-label": `Rule ${at + 1}: add a setting` }).addEventListener("click", () => {
          const taken = row.then.map(one => one.what);
          const [what, , , options] = choices.settings.find(([name]) => !taken.includes(name));
          row.then.push({ what, value: options.length ? options[0][0] : "" });
          rebuild(`${at}/then/${row.then.length - 1}`);
        });
    }
    const slip = make("p", { class: "slip", id: `thousandfold-flight-${named++}` }, rule);
    for (const field of rule.querySelectorAll("input")) field.setAttribute("aria-describedby", slip.id);
    return { rule, slip, applied: make("div", { class: "when-applied" }, rule) };
  }

  function draw() {
    list.replaceChildren();
    parts = rows.map(drawRow);
  }

  let removed = null;
  const below = make("div", { class: "below" });
  list.after(below);
  const add = makeButton(below, "+ Add a rule", { class: "add" });
  const back = makeButton(below, "", { hidden: "" });

  function remove(at) {
    removed = { at, row: rows.splice(at, 1)[0] };
    back.textContent = `Put rule ${at + 1} back`;
    back.hidden = false;
    rebuild(rows.length ? `${Math.min(at, rows.length - 1)}/remove` : "", `Rule ${at + 1} is removed.`);
    if (!rows.length) add.focus();
  }

  add.addEventListener("click", () => {
    if (rows.length >= choices.most) {
      announce(`A policy has at most ${choices.most} rules: change one of these.`);
      return;
    }
    rows.push({ when: [{ measure: "round", side: "above", number: "" }], then: [{ what: "hire %", value: "" }] });
    rebuild(`${rows.length - 1}/when/0`, `Rule ${rows.length} is added.`);
  });
  back.addEventListener("click", () => {
    const { at, row } = removed;
    const to = Math.min(at, rows.length);
    rows.splice(to, 0, row);
    back.hidden = true;
    rebuild(`${to}/remove`, `Rule ${to + 1} is back.`);
  });

  return {
    rows: () => rows,
    set(given) {
      rows = structuredClone(given);
      draw();
    },
    setAnswers(slips, applied) {
      parts.forEach(({ rule, slip, applied: strip }, at) => {
        slip.textContent = slips[at] ?? "";
        rule.classList.toggle("slipped", Boolean(slips[at]));
        drawApplied(strip, applied[at]);
      });
    },
  };
}

function render({ model, el }) {
  el.classList.add("thousandfold-flight", "thousandfold-policy");
  const me = `view-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const choices = model.get("choices");
  const screen = make("section", { class: "screen", "aria-label": "Your policy" }, el);
  const form = make("div", { class: "policy" }, screen);
  make("h3", {}, form, "It starts with");
  const start = make("div", { class: "start", role: "group", "aria-label": "It starts with" }, form);
  const startSlip = make("p", { class: "slip" }, form);
  make("h3", {}, form, "Then these rules apply, round by round");
  make("p", { class: "reading" }, form, "Each round begins with the start. Rules apply from the first to the last, and a later one wins. Shares are scaled to 100 %.");
  const list = make("ol", { class: "rules" }, form);
  const said = make("p", { class: "said", role: "status" }, form);
  const seen = make("div", { class: "seen" }, screen);
  make("h3", {}, seen, "What it comes to");
  const sentence = make("p", { class: "sentence", role: "status" }, seen);
  const pictures = make("div", { class: "pictures" }, seen);
  const reading = make("p", { class: "reading" }, seen);
  const hand = make("div", { class: "hand" }, seen);
  make("h3", {}, hand, "For the answer cell");
  const copy = makeButton(hand, "Copy");
  const copied = make("p", { class: "said", role: "status" }, seen);
  const unfinished = make("p", { class: "open" }, seen);
  const cell = make("textarea", { readonly: "", "aria-label": "For the answer cell", spellcheck: "false" }, seen);

  const say = text => { said.textContent = text; };
  const entries = makeForm(choices.entries, start, message => { shared = message; changed(); });
  const rules = makeRules(choices, list, changed, say);
  let waiting = null, newer = false, shared = "";

  function send() {
    newer = false;
    waiting = setTimeout(() => {
      waiting = null;
      say("No answer yet. If no other cell is running, this form has lost its Python: copy the text for the answer cell, and run the cell of the form again.");
    }, 1000 * QUIET_SECONDS);
    model.send({ view: me, start: entries.decision(), rows: rules.rows() });
  }

  function changed() {
    copied.textContent = "";
    if (waiting) newer = true;  // it is sent with the answer to the last one
    else send();
  }

  function begin() {
    const { start, rows } = model.get("draft");
    entries.set(start);
    rules.set(rows);
  }

  function showPictures() {
    const shown = model.get("view").pictures ?? [];
    while (pictures.children.length < shown.length) make("figcaption", {}, make("figure", {}, pictures));
    shown.forEach((picture, place) => {
      const figure = pictures.children[place];
      figure.querySelector("figcaption").textContent = picture.title;
      if (figure.clientWidth) drawPicture(figure, picture, picture.series[0].x.length - 1);
    });
  }

  function show() {
    const view = model.get("view");
    startSlip.textContent = view.start_slip || shared;
    rules.setAnswers(view.slips, view.applied);
    seen.classList.toggle("old", !view.cell);
    sentence.textContent = view.cell ? view.sentence : "Mend the start on the form: until then nothing is flown, and what stands here is from before.";
    reading.textContent = view.reading ?? "";
    cell.value = view.cell;
    cell.rows = Math.max(3, view.cell.split("\n").length + 1);
    copy.setAttribute("aria-disabled", String(!view.cell));
    showPictures();
    const open = view.slips.filter(Boolean).length;
    unfinished.textContent = !open || !view.cell ? "" : `${open === 1 ? "One rule is" : `${open} rules are`} not finished, and only a note in the cell.`;
  }

  function answered() {
    const { view, said: refused } = model.get("view");
    if (view === me) {
      if (!waiting) say("");  // Python is there after all
      clearTimeout(waiting);
      waiting = null;
    } else if (!waiting) begin();  // another view of this form was changed
    if (refused) say(refused);
    else show();
    if (view === me && newer) send();
  }

  copy.addEventListener("click", async () => {
    if (!cell.value) return;
    try {
      await navigator.clipboard.writeText(cell.value);
      copied.textContent = "Copied. Paste it over all that stands in the answer cell, and run that cell.";
    } catch {  // a page without https may not use the clipboard
      cell.focus();
      cell.select();
      copied.textContent = "It is selected: copy it with Ctrl + C or ⌘ + C, paste it over all that stands in the answer cell, and run that cell.";
    }
  });
  model.on("change:view", answered);
  const watch = new ResizeObserver(showPictures);
  begin();
  show();
  watch.observe(pictures);
  return () => { watch.disconnect(); clearTimeout(waiting); };
}

export default { render };
