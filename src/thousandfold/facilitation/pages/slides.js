"use strict";
(() => {
  const slides = [...document.querySelectorAll("main > section")];
  const bar = document.createElement("progress");
  const buttons = document.createElement("nav");
  let at = 0, step = 0, notes = null;

  const fragments = i => [...slides[i].querySelectorAll(".fragment")];

  // A break lasts its minutes from the moment in which it is started, whatever the plan says.
  function clockOf(section) {
    const box = section.querySelector(".clock");
    if (!box) return null;
    const [left, back, button] = [".left", ".back", "button"].map(each => box.querySelector(each));
    const whole = Number(box.dataset.minutes) * 60000, two = number => String(number).padStart(2, "0");
    // A page that is loaded again in a break goes on with it; without a store it begins anew.
    const name = `clock ${location.pathname} ${section.id} ${box.dataset.minutes}`;
    let rest = whole, end = 0, ticking = 0;
    const clock = { begun: false, toggle };

    function draw() {
      const seconds = Math.max(0, Math.ceil((end ? end - Date.now() : rest) / 1000));
      left.textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
      if (end && !seconds) stop(whole, "We go on.", "Start again: C");
    }

    function stop(remaining, words, next) {
      clearInterval(ticking);
      [rest, end] = [remaining, 0];
      say(words, next);
    }

    function say(words, next) {
      [back.textContent, button.textContent] = [words, next];
      try { sessionStorage.setItem(name, JSON.stringify([rest, end, words, next])); } catch { /* no store */ }
    }

    function run() {
      const when = new Date(end);
      say(`Back at ${two(when.getHours())}:${two(when.getMinutes())}`, "Pause: C");
      ticking = setInterval(draw, 250);
    }

    function toggle() {
      clock.begun = true;
      if (end) {
        stop(end - Date.now(), "Paused", "Go on: C");
      } else {
        end = Date.now() + rest;
        run();
      }
      draw();
    }

    function restore() {
      let kept = null;
      try { kept = JSON.parse(sessionStorage.getItem(name)); } catch { /* no store */ }
      if (!kept) return;
      clock.begun = true;
      [rest, end] = kept;
      if (end) run();
      else say(kept[2], kept[3]);
      draw();
    }

    button.addEventListener("click", toggle);
    restore();
    return clock;
  }
  const clocks = slides.map(clockOf);

  function show(slide, shown, focus = true) {
    at = Math.max(0, Math.min(slide, slides.length - 1));
    const parts = fragments(at);
    step = Math.max(0, Math.min(shown, parts.length));
    slides.forEach((each, i) => each.classList.toggle("now", i === at));
    parts.forEach((part, i) => part.classList.toggle("later", i >= step));
    document.body.classList.remove("blank");
    bar.value = at + 1;
    if (location.hash !== `#${at + 1}`) history.replaceState(null, "", `#${at + 1}`);
    // Where the focus is, a screen reader reads.
    if (focus) (step ? parts[step - 1] : slides[at]).focus({ preventScroll: true });
    tell();
  }

  function next() {
    // A clicker has one key: on a break it starts the clock first.
    if (clocks[at] && !clocks[at].begun) clocks[at].toggle();
    else if (step < fragments(at).length) show(at, step + 1);
    else if (at < slides.length - 1) show(at + 1, 0);
  }

  function back() {
    if (step > 0) show(at, step - 1);
    else if (at > 0) show(at - 1, Infinity);
  }

  function tell() {
    if (!notes || notes.closed) return;
    const page = notes.document;
    const heading = page.createElement("h1"), following = page.createElement("p");
    heading.textContent = slides[at].getAttribute("aria-label");
    const left = fragments(at).length - step;
    following.textContent = left ? "Next: the rest of this slide."
      : at + 1 < slides.length ? `Next: ${slides[at + 1].getAttribute("aria-label")}` : "This is the last slide.";
    const said = [...(slides[at].querySelector("aside")?.children ?? [])].map(each => page.importNode(each, true));
    page.body.replaceChildren(heading, ...said, following);
  }

  function openNotes() {
    notes = window.open("", "notes", "width=800,height=600");
    if (!notes) return;
    notes.document.title = `Notes: ${document.title}`;
    notes.document.documentElement.lang = "en";
    notes.document.body.style.cssText = "font:20px/1.5 Arial,sans-serif;margin:1.5em;max-width:44em";
    notes.document.onkeydown = key;
    tell();
  }

  const keys = {
    ArrowRight: next, ArrowDown: next, PageDown: next, Enter: next,
    ArrowLeft: back, ArrowUp: back, PageUp: back, Backspace: back,
    Home: () => show(0, 0), End: () => show(slides.length - 1, 0),
    Escape: () => slides[at].focus({ preventScroll: true }),
    n: openNotes, c: () => clocks[at]?.toggle(),
    f: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
    b: () => document.body.classList.toggle("blank"), ".": () => document.body.classList.toggle("blank"),
  };

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ")) return;
    // A clicker pages; arrows, where a slider has the focus, are the slider's.
    if (event.target.type === "range" && /^(Arrow|Home$|End$)/.test(event.key)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = name === " " ? (event.shiftKey ? back : next) : keys[name];
    if (!act) return;
    event.preventDefault();
    act();
  }

  for (const [sign, name, act] of [["\u2039", "Back", back], ["\u203a", "Next", next]]) {
    const button = document.createElement("button");
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    buttons.append(button);
  }
  // The buttons are there for whoever moves a mouse; they cover nothing else.
  let still = 0;
  document.addEventListener("mousemove", () => {
    document.body.classList.add("mouse");
    clearTimeout(still);
    still = setTimeout(() => document.body.classList.remove("mouse"), 2500);
  });
  bar.max = slides.length;
  bar.setAttribute("aria-hidden", "true");
  document.body.append(buttons, bar);
  document.body.classList.add("paged");
  document.addEventListener("keydown", key);
  window.addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0, 0));
  show(Number(location.hash.slice(1)) - 1 || 0, 0, false);
})();
