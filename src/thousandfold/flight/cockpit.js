/* One screen of the flight: left what a team decides, right what came of it.

   Python keeps the state and says what is seen; here it is drawn, and what is pressed is sent. */
const QUIET_SECONDS = 6;  // after which a press has been heard by nobody
const LESSON = "notebooks/08_flight_simulator.ipynb";  // on a site
const BROUGHT = "#flight=";
const ONLY_HERE = /^(|localhost|127\..*|\[::1\])$/;  // hosts that nobody else reaches
const COLUMNS = ["round", "split", "hired", "squads", "decides", "API", "forecast", "customers", "bank, $"];

function drawLedger(table, form, rows) {
  table.replaceChildren();
  const shares = form.filter(entry => entry.kind === "share");
  const head = make("tr", {}, make("thead", {}, table));
  for (const words of COLUMNS) make("th", { scope: "col" }, head, words);
  const body = make("tbody", {}, table);
  for (const { round, decision, forecast, reason, came, bank } of rows) {
    const row = make("tr", came === "?" ? { class: "open" } : reason ? { title: `because ${reason}` } : {}, body);
    make("th", { scope: "row" }, row, round);
    const split = make("td", {}, row);
    const words = shares.filter(({ name }) => decision[name]).map(({ name, label }) => `${label} ${decision[name]}`).join(", ");
    const bar = make("div", { class: "bar", role: "img", "aria-label": words, title: words }, split);
    shares.forEach(({ name }, place) => { make("i", { class: `share-${place}` }, bar).style.width = `${decision[name]}%`; });
    const { hire, squads, decides, api } = decision;
    for (const text of [hire, squads, decides, api, forecast, came, bank])
      make("td", {}, row, typeof text === "number" ? short(text) : text ?? "–");
  }
}

/* The team's own front page: what was reached, and skill and luck on one strip. */
function drawEnd(front, end) {
  front.replaceChildren();
  make("h4", {}, front, end.headline);
  for (const sentence of end.sentences) make("p", {}, front, sentence);
  const [least, low, middle, high, most] = end.ends;
  const from = Math.min(least, end.own), to = Math.max(most, end.own);
  const x = value => 60 + 400 * Math.log(value / from) / Math.log(to / from || 2);
  const words = `The same decisions in other futures: nine in ten end between ${short(least)} and ${short(most)}, half between ${short(low)} and ${short(high)}; yours ended with ${short(end.own)}.`;
  const strip = make("svg", { viewBox: "0 0 520 62", role: "img", "aria-label": words, class: "strip" });
  front.append(strip);
  make("line", { class: "line line-0", x1: x(least), x2: x(most), y1: 26, y2: 26 }, strip);
  make("rect", { class: "half", x: x(low), width: x(high) - x(low), y: 18, height: 16 }, strip);
  make("line", { class: "middle", x1: x(middle), x2: x(middle), y1: 15, y2: 37 }, strip);
  make("path", { class: "forecast", d: `M${x(end.own)} 19l7 7l-7 7l-7 -7z` }, strip);
  make("text", { x: x(end.own), y: 12, "text-anchor": "middle" }, strip, "yours");
  for (const value of [least, middle, most])
    make("text", { class: "tick", x: x(value), y: 52, "text-anchor": "middle" }, strip, short(value));
  make("p", { class: "reading" }, front, words);
}

/* The code of a flight that the address of this page brings. What stands behind the # is never
   sent to a server, and JupyterLab drops it; our extension remembers it. */
function broughtCode() {
  const behind = [location.hash, window._JUPYTERLAB?.thousandfold?.openedWith];
  return behind.find(words => words?.startsWith(BROUGHT))?.slice(BROUGHT.length) ?? "";
}

/* Where others see a flight: in the lesson on this site, or on this hub, whose own way to share
   says no name. A JupyterLab on this computer has no such place. */
function placeToShare() {
  const told = document.querySelector("#jupyter-config-data")?.textContent;
  const { litePluginSettings, shareUrl } = JSON.parse(told || "{}");
  const { hostname, origin, pathname } = location;
  const notebook = /\/tree\/.+\.ipynb$/.exec(pathname);
  if (ONLY_HERE.test(hostname)) return "";
  if (litePluginSettings) return `${origin}${pathname}?path=${LESSON}`;
  return shareUrl && notebook ? `${origin}${shareUrl}/lab${notebook[0]}` : "";
}

/* What is to be copied: a link, or a line of code. */
function makeShare(seen) {
  const button = make("button", { type: "button", "aria-expanded": "false" }, seen, "Share this flight");
  const shown = make("div", { class: "share", hidden: "" }, seen);
  const [row, copied] = makeRow(shown, "", "", "input", { type: "text", readonly: "" });
  const how = make("p", { id: `${copied.id}-how` }, shown);
  copied.setAttribute("aria-describedby", how.id);
  let code = "";
  function open(wanted) {
    shown.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
  }
  button.addEventListener("click", () => {
    if (!shown.hidden) return open(false);
    const place = placeToShare();
    row.querySelector("label").textContent = place ? "the link" : "the code";
    copied.value = place ? `${place}${BROUGHT}${code}` : `cockpit(Game.from_code("${code}"))`;
    how.textContent = `${place ? "Copy it, and send it to whom you like: who opens it and runs the cell of the cockpit can look at this flight."
      : "Copy it: in a new cell below the cockpit, in anybody's lesson 08, it shows this flight."} It holds the luck and twelve decisions, and no name, no forecast and no reason.`;
    open(true);
    copied.focus();
    copied.select();
  });
  return end => {
    open(false);
    button.hidden = !end;
    code = end?.code;
  };
}

function render({ model, el }) {
  el.classList.add("thousandfold-flight", "thousandfold-cockpit");
  const screen = make("section", { class: "screen", "aria-label": "The cockpit" }, el);
  const header = make("header", {}, screen);
  const headline = make("h3", {}, header);
  const way = make("div", { class: "way", "aria-hidden": "true" }, header);
  const look = make("button", { type: "button", class: "look" }, header);
  const turns = make("div", { class: "turns", role: "group", "aria-label": "What stands on the right" }, header);
  const form = make("div", { class: "decisions", role: "group", "aria-label": "What you decide" }, screen);
  const seen = make("div", { class: "seen" }, screen);
  const now = make("div", { class: "now" }, seen);
  const pictures = make("div", { class: "pictures" }, now);
  const words = make("div", { class: "words", "aria-live": "polite" }, now);
  const news = make("ul", { class: "news" }, words);
  const voices = make("ul", { class: "voices" }, words);
  const book = make("div", { class: "book" }, seen);
  const table = make("table", {}, book);
  const end = make("div", { class: "front" }, seen);
  const loops = make("div", { class: "front" }, seen);
  const another = make("button", { type: "button", class: "another" }, seen, "Keep this flight, and begin another");
  const share = makeShare(seen);
  const pages = { "Pictures": now, "All rounds": book, "The end": end, "Loops": loops };
  const page = Object.fromEntries(Object.keys(pages).map(name =>
    [name, make("button", { type: "button", class: "turn" }, turns, name)]));

  const entries = makeForm(model.get("form"), form, changed);
  const bill = make("p", { class: "bill", role: "status" }, form);
  const [, forecast] = makeRow(form, "guess", "your forecast", "input",
    { type: "text", inputmode: "numeric", autocomplete: "off", placeholder: "customers after it" });
  const [, reason] = makeRow(form, "guess", "because", "input",
    { type: "text", autocomplete: "off", maxlength: 500, placeholder: "half a sentence" });
  const [, again] = makeRow(form, "again", "change round", "select");
  const said = make("p", { class: "said", role: "status" }, form);
  const fly = make("button", { type: "button", class: "fly" }, form);

  let touched = false, sure = false, waiting = null, mine = false, drawn = null, looking = false, typed = null, standing = "", code;
  const brought = broughtCode();

  const say = (text, alarm = false) => {
    said.setAttribute("role", alarm ? "alert" : "status");
    said.classList.toggle("alarm", alarm);
    said.textContent = text;
  };

  function send(content) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      say(model.get("words").lost, true);
      fly.removeAttribute("aria-disabled");
    }, 1000 * QUIET_SECONDS);
    model.send(content);
  }

  function changed(message) {
    touched = true;
    sure = false;
    name();
    if (message) say(message, true);
    if (!model.get("view").over) send({ do: "price", decision: entries.decision() });
  }

  function name() {
    const { round, over } = model.get("view");
    fly.textContent = over ? `Fly it again, with round ${again.value} changed` : model.get("words")[sure ? "sure" : "press"].replace("#", round);
  }

  function press(event) {
    // The second half of a double click, or a press before the answer to the last one.
    if (event.detail > 1 || fly.getAttribute("aria-disabled") === "true") return;
    const view = model.get("view");
    fly.setAttribute("aria-disabled", "true");  // what is truly disabled loses the focus
    mine = true;
    if (view.over) {
      turnTo("Pictures");
      send({ do: "fly again", round: Number(again.value), decision: entries.decision() });
    } else send({
      do: "fly", round: view.round, decision: entries.decision(),
      forecast: forecast.value, reason: reason.value, sure,
    });
  }

  function showPictures() {
    const view = model.get("view");
    while (pictures.children.length < view.pictures.length) make("figcaption", {}, make("figure", {}, pictures));
    view.pictures.forEach((picture, place) => {
      const figure = pictures.children[place];
      figure.querySelector("figcaption").textContent = picture.title;
      if (figure.clientWidth) drawPicture(figure, picture, view.rounds);
    });
  }

  function showLedger() {
    const view = model.get("view");
    const open = { round: view.round, decision: entries.decision(), forecast: forecast.value || "?", came: "?", bank: "?" };
    drawLedger(table, model.get("form"), view.over ? view.ledger : [...view.ledger, open]);
  }

  function answered() {
    clearTimeout(waiting);
    const view = model.get("view");
    const turned = looking !== view.looking;
    const flown = turned || drawn !== view.round;
    if (turned && view.looking) typed = entries.decision();  // to come back to
    const stood = JSON.stringify([view.decision, view.forecast, view.reason]);
    // What somebody typed stays, unless it was flown.
    if ((flown || stood !== standing) && (mine ? view.done : !touched)) {
      entries.set(view.decision);
      [forecast.value, reason.value] = [view.forecast, view.reason];
      touched = false;
    }
    standing = stood;
    drawn = view.round;
    looking = view.looking;
    mine = false;
    sure = view.question;
    fly.removeAttribute("aria-disabled");
    headline.textContent = view.headline;
    way.replaceChildren(...Array.from({ length: view.rounds }, (_, place) =>
      make("i", { class: place + 1 < view.round ? "done" : place + 1 === view.round ? "open" : "" }, null)));
    entries.setEffects(view.effects);
    showPictures();
    news.replaceChildren();
    view.news.forEach(line => make("li", {}, news, line));
    voices.replaceChildren();
    view.voices.forEach(line => make("li", {}, voices, line));
    showLedger();
    another.hidden = !view.another;
    look.hidden = !brought && !looking;
    look.textContent = looking ? "Back to your game" : "See the shared flight";
    if (flown || code !== view.end?.code) share(view.end);
    code = view.end?.code;
    for (const name of ["The end", "Loops"]) page[name].hidden = !view.over;
    screen.classList.toggle("over", view.over);
    if (flown && view.over) {
      again.replaceChildren(...view.ledger.map(({ round }) => make("option", { value: round }, null, round)));
      entries.set(view.ledger[0].decision);
    }
    if (turned && !looking && !view.over && typed) {
      entries.set(typed);
      send({ do: "price", decision: typed });
    }
    if (view.end) drawEnd(end, view.end);
    name();
    if (flown) turnTo(view.over ? "The end" : "Pictures");
    say(view.said, view.alarm || view.question);
  }

  function priced() {
    clearTimeout(waiting);
    const { sentences, alarm } = model.get("bill");
    bill.replaceChildren();
    sentences.forEach(sentence => make("span", {}, bill, sentence));
    bill.classList.toggle("alarm", alarm);
  }

  function looped() {
    clearTimeout(waiting);
    loops.replaceChildren();
    const picture = model.get("loops");
    if (picture.src) make("img", { ...picture, class: "thousandfold-picture" }, loops);
  }

  function turnTo(wanted) {
    for (const [name, part] of Object.entries(pages)) {
      part.hidden = name !== wanted;
      page[name].setAttribute("aria-pressed", String(name === wanted));
    }
    if (wanted === "Pictures") showPictures();
    if (wanted === "All rounds") showLedger();
    if (wanted === "Loops" && !loops.children.length) send({ do: "loops" });
  }

  fly.addEventListener("click", press);
  fly.addEventListener("keydown", event => { if (event.repeat) event.preventDefault(); });
  for (const box of [forecast, reason]) box.addEventListener("input", () => { touched = true; sure = false; name(); });
  for (const name of Object.keys(pages)) page[name].addEventListener("click", () => turnTo(name));
  again.addEventListener("change", () => {
    entries.set(model.get("view").ledger[again.value - 1].decision);
    name();
  });
  another.addEventListener("click", event => {
    if (event.detail > 1) return;
    mine = true;
    send({ do: "begin another" });
  });
  look.addEventListener("click", event => {
    if (event.detail > 1) return;
    send(looking ? { do: "go back" } : { do: "look", code: brought });
  });
  model.on("change:view", answered);
  model.on("change:bill", priced);
  model.on("change:loops", looped);
  const watch = new ResizeObserver(showPictures);
  answered();
  priced();
  if (brought && !looking)
    say(`${said.textContent} This link brings a flight that somebody shared. Look at it above; your own game stays as it is.`.trim());
  watch.observe(pictures);
  return () => { watch.disconnect(); clearTimeout(waiting); };
}

export default { render };
