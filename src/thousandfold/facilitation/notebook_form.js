/* Twelve questions in a notebook, one at a time; Python keeps each answer as it is given. */
let forms = 0;

function make(name, attributes, parent, text = "") {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  parent.append(node);
  return node;
}

// JupyterLab would take its keys for cells; it looks at the element that has the focus.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

function choice(parent, name, value, words, chosen, take) {
  const label = make("label", {}, parent);
  const radio = make("input", { type: "radio", name, value, ...OWN_KEYS }, label);
  radio.checked = chosen;
  radio.addEventListener("change", take);
  make("span", {}, label, words);
  return radio;
}

function render({ model, el }) {
  const own = `thousandfold-questions-${forms++}`;
  const questions = model.get("questions");
  const given = { ...model.get("given") };
  el.classList.add("thousandfold-questions");
  make("p", {}, el, model.get("told").welcome);
  const cards = questions.map(({ name, asks, options }, number) => {
    const card = make("section", { "aria-labelledby": `${own}-${name}` }, el);
    make("h4", { id: `${own}-${name}`, tabindex: -1 }, card, `Question ${number + 1} of ${questions.length}`);
    const [letter, sure] = given[name] ?? [];
    const field = make("fieldset", {}, card);
    make("legend", {}, field, asks);
    const answers = [...options.map((words, place) => ["abcd"[place], words]), ["", "I leave this out"]].map(
      ([value, words]) => choice(field, `${own}-${name}-answer`, value, words, value === letter, take));
    const level = make("fieldset", { class: "sure" }, card);
    make("legend", {}, level, "How sure are you?");
    const levels = model.get("confidences").map((value, place) => choice(
      level, `${own}-${name}-sure`, value, place ? `${value} %` : `${value} %, a guess`, value === sure, take));
    function take() {
      const answer = answers.find((one) => one.checked);
      if (!answer) return;  // how sure one is of nothing waits for an answer
      const surest = levels.find((one) => one.checked);
      given[name] = [answer.value, surest ? Number(surest.value) : null];
      model.set("given", { ...given });
      model.save_changes();
    }
    return card;
  });
  const end = make("section", { "aria-labelledby": `${own}-end` }, el);
  make("h4", { id: `${own}-end`, tabindex: -1 }, end, "That was all. Thank you");
  const count = make("p", {}, end);
  const where = make("p", {}, end);
  cards.push(end);
  const moves = make("p", { class: "moves" }, el);
  const back = make("button", { type: "button", ...OWN_KEYS }, moves, "Back");
  const next = make("button", { type: "button", ...OWN_KEYS }, moves, "Next");
  const said = make("p", { role: "status" }, el);

  const open = questions.findIndex(({ name }) => !(name in given));
  let at = open < 0 ? questions.length : open;
  function show(moved = true) {
    cards.forEach((card, number) => { card.hidden = number !== at; });
    back.hidden = at === 0;
    next.hidden = at === cards.length - 1;
    const answered = Object.values(given).filter(([letter]) => letter).length;
    count.textContent = `You answered ${answered} of ${questions.length}.`;
    if (moved) cards[at].querySelector("h4").focus();
  }
  back.addEventListener("click", () => { at -= 1; show(); });
  next.addEventListener("click", () => { at += 1; show(); });

  const tell = () => {
    const told = model.get("told");
    where.textContent = told.end;
    said.textContent = told.trouble;
  };
  model.on("change:told", tell);
  tell();
  show(false);
  return () => model.off("change:told", tell);
}

export default { render };
