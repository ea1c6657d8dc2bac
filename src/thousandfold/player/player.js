/* Sliders that answer from pictures drawn before. A page without this script keeps its figures. */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const NARROW = 560; // CSS pixels: below, the words of the wide picture would be too small
  const LAYERS = 160; // thin lines over each other darken where they meet; those of one path do not
  const LOOKS = { fill: "fill", stroke: "stroke", width: "stroke-width", dash: "stroke-dasharray", opacity: "opacity" };

  function make(name, attributes = {}, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function tag(name, attributes = {}, ...children) {
    const node = Object.assign(document.createElement(name), attributes);
    node.append(...children);
    return node;
  }

  /* Places of dots, each written as far from the one before. */
  function places(dots) {
    let x = 0, y = 0;
    const found = [];
    for (let at = 0; at < dots.length; at += 2) found.push([x += dots[at], y += dots[at + 1]]);
    return found;
  }

  class Player {
    constructor(figure) {
      this.figure = figure;
      this.controls = JSON.parse(figure.querySelector(".player-controls").textContent);
      this.places = this.controls.map(control => control.start);
      this.sentence = figure.querySelector(".player-sentence");
      this.sentence.setAttribute("aria-live", "polite");
      this.stage = figure.querySelector(".player-stage");
      this.inputs = this.controls.map((control, number) => this.slider(control, number));
      const form = tag("div", { className: "player-sliders" }, ...this.inputs.map(input => input.parentNode));
      this.stage.after(form); // what a move does stands right above and right below it
      this.share();
      this.read(location.hash);
      addEventListener("hashchange", () => this.read(location.hash));
      // What is near is fetched before it is touched.
      new IntersectionObserver((seen, watch) => {
        if (!seen.some(entry => entry.isIntersecting)) return;
        watch.disconnect();
        this.show();
        new ResizeObserver(() => this.drawn && this.width() !== this.shown && this.show()).observe(this.stage);
      }, { rootMargin: "800px" }).observe(figure);
    }

    slider(control, number) {
      const input = tag("input", { type: "range", min: 0, max: control.words.length - 1, step: 1, value: control.start });
      const value = tag("output", { textContent: control.words[control.start] });
      value.setAttribute("aria-hidden", "true"); // the slider itself says it
      value.style.minWidth = `${Math.max(...control.words.map(words => words.length))}ch`; // no label moves with it
      tag("label", {}, tag("span", { textContent: control.label }), input, value);
      input.addEventListener("input", () => this.move(number, Number(input.value)));
      this.say(input, value, control.words[control.start]);
      return input;
    }

    say(input, value, words) {
      input.setAttribute("aria-valuetext", words);
      value.textContent = words;
    }

    move(number, place) {
      this.touched = true;
      this.places[number] = place;
      const input = this.inputs[number];
      input.value = place;
      this.say(input, input.nextSibling, this.controls[number].words[place]);
      return this.show();
    }

    /* Which table is shown: what is hidden for a while keeps its own. */
    width() {
      if (this.figure.dataset.width) return this.figure.dataset.width;
      if (!this.stage.clientWidth) return this.shown ?? "wide";
      return this.stage.clientWidth < NARROW ? "narrow" : "wide";
    }

    /* The table for this width: written in the page, or beside it. */
    table(width) {
      this.tables ??= {};
      const inline = this.figure.querySelector(`.player-table[data-width="${width}"]`);
      this.tables[width] ??= (inline
        ? Promise.resolve(JSON.parse(inline.textContent))
        : this.beside(`${this.figure.dataset.table}.${width}.js`)).catch(error => {
          delete this.tables[width];
          throw error;
        });
      return this.tables[width];
    }

    /* A table comes as a script: a page that was opened from a folder may fetch nothing else. */
    beside(address) {
      return new Promise((found, failed) => {
        const script = tag("script", { src: address });
        script.addEventListener("load", () => script.table ? found(script.table) : failed(new Error(address)));
        script.addEventListener("error", () => failed(new Error(address)));
        document.head.append(script);
      });
    }

    /* Which of all pictures stands here: the last slider is the fastest. */
    place() {
      return this.places.reduce((sum, at, number) => sum * this.controls[number].words.length + at, 0);
    }

    async show() {
      const width = this.width();
      let table;
      try {
        table = await this.table(width);
      } catch {
        if (!this.touched) return; // the picture in the page is that of the start
        this.figure.classList.add("player-refused");
        this.sentence.textContent = "The pictures for these sliders could not be loaded. Move a slider to try again.";
        return;
      }
      if (width !== this.width()) return this.show();
      const picture = table.pictures[this.place()];
      this.figure.classList.toggle("player-refused", "refused" in picture);
      if ("refused" in picture) {
        this.sentence.textContent = picture.refused;
        return;
      }
      if (this.shown !== width) this.prepare(table, width);
      this.svg.replaceChildren(this.patterns, ...picture.marks.map(number => this.marks[number] ??= this.mark(table, number)).flatMap(mark => typeof mark === "function" ? mark(this.dots(table, picture)) : [mark]));
      this.svg.setAttribute("aria-label", picture.title);
      if (this.sentence.textContent !== picture.sentence) this.sentence.textContent = picture.sentence;
      if (this.sentence.clientHeight) this.sentence.style.minHeight = `${this.sentence.clientHeight}px`; // what is below moves down once, not to and fro
    }

    prepare(table, width) {
      const [wide, high] = table.size;
      this.shown = width;
      this.sentence.style.minHeight = "";
      this.marks = [];
      this.hatches = [];
      this.patterns = make("defs");
      this.svg = make("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", class: "thousandfold-picture" });
      this.svg.style.setProperty("--player-widest", `${wide / 2}px`);
      this.stage.replaceChildren(this.svg);
      this.drawn = true;
    }

    /* Where all dots of a picture are, for the lines between them. */
    dots(table, picture) {
      return picture.marks.flatMap(number => places(table.marks[number].dots ?? []));
    }

    mark(table, number) {
      const mark = table.marks[number];
      const look = {};
      for (const [name, attribute] of Object.entries(LOOKS)) if (name in mark) look[attribute] = mark[name];
      if ("words" in mark) return this.words(mark);
      if ("image" in mark) {
        const [width, height] = mark.size;
        return make("image", { href: mark.image, x: mark.x, y: mark.y, width, height, preserveAspectRatio: "none" });
      }
      look.fill ??= "none";
      if ("ties" in mark) return dots => this.ties(mark, dots, look);
      if ("dots" in mark) {
        const r = mark.radius;
        const d = places(mark.dots).map(([x, y]) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`).join("");
        return make("path", { d, ...look });
      }
      if (look.opacity < 1 && /^(M[-\d ]+l-?\d+ -?\d+){2,}$/.test(mark.path)) return make("g", {}, ...this.layers(mark.path.match(/M[^M]+/g), look));
      const path = make("path", { d: mark.path, ...look });
      return mark.hatch ? make("g", {}, path, make("path", { d: mark.path, fill: `url(#${this.hatch(mark)})`, opacity: look.opacity ?? 1 })) : path;
    }

    ties({ ties: pairs, also }, dots, look) {
      const place = end => (end < 0 ? also.slice(-2 * end - 2, -2 * end) : dots[end]).join(" ");
      const lines = [];
      for (let at = 0; at < pairs.length; at += 2) lines.push(`M${place(pairs[at])}L${place(pairs[at + 1])}`);
      return this.layers(lines, look);
    }

    layers(lines, look) {
      const count = Math.min(LAYERS, lines.length);
      const found = Array.from({ length: count }, () => "");
      lines.forEach((line, number) => found[number % count] += line);
      return found.map(d => make("path", { d, ...look }));
    }

    /* A pattern as matplotlib has it, from the lower left: closer the more signs its name has. */
    hatch({ hatch, over }) {
      const id = `${this.figure.id}-${this.shown}-${[...this.hatches, hatch + over].indexOf(hatch + over)}`;
      if (this.hatches.includes(hatch + over)) return id;
      this.hatches.push(hatch + over);
      const slanted = "/\\x".includes(hatch[0]), staggered = ".o".includes(hatch[0]);
      const apart = 200 / (6 * hatch.length), side = slanted ? 2 * apart : apart, height = staggered ? 2 * apart : side;
      const middle = side / 2;
      const up = `M0 ${side}L${side} 0`, down = `M0 0L${side} ${side}`;
      const flat = `M0 ${middle}h${side}`, upright = `M${middle} 0v${side}`;
      const ring = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
      const rings = r => [[0, 0], [side, 0], [middle, apart], [0, height], [side, height]].map(([x, y]) => ring(x, y, r)).join("");
      const d = { "/": up, "\\": down, x: up + down, "-": flat, "+": flat + upright, "|": upright, ".": rings(side / 10), o: rings(side / 5) }[hatch[0]];
      const tile = make("path", { d, stroke: over, "stroke-width": 2.8, fill: hatch[0] === "." ? over : "none" });
      this.patterns.append(make("pattern", { id, width: side, height, y: this.svg.viewBox.baseVal.height, patternUnits: "userSpaceOnUse" }, tile));
      return id;
    }

    words(mark) {
      const look = { x: mark.x, y: mark.y, "font-size": mark.size, fill: mark.fill };
      if (mark.anchor) look["text-anchor"] = mark.anchor;
      if (mark.bold) look["font-weight"] = "bold";
      if (mark.italic) look["font-style"] = "italic";
      if (mark.turn) look.transform = `rotate(${mark.turn} ${mark.x} ${mark.y})`;
      if (mark.halo) look.class = "player-halo";
      return make("text", look, mark.words);
    }

    /* A link that opens the page with the sliders as they stand. */
    share() {
      const button = tag("button", { type: "button", className: "player-link", textContent: "Copy a link to this picture" });
      const said = tag("span", { className: "player-copied" });
      said.setAttribute("role", "status");
      button.addEventListener("click", async () => {
        history.replaceState(history.state, "", `#${this.figure.id}=${this.places.join(",")}`);
        try {
          await navigator.clipboard.writeText(location.href);
          said.textContent = "Copied.";
        } catch {
          said.textContent = "The address of this page now holds it: copy it from there.";
        }
      });
      this.figure.append(tag("p", { className: "player-share" }, button, " ", said));
    }

    read(hash) {
      const [id, settings] = hash.slice(1).replaceAll("%2C", ",").split("=");
      if (id !== this.figure.id || !settings) return;
      settings.split(",").forEach((place, number) => {
        const most = this.controls[number]?.words.length;
        if (/^\d{1,3}$/.test(place) && Number(place) < most) this.move(number, Number(place));
      });
      this.figure.closest("details")?.setAttribute("open", "");
      this.figure.scrollIntoView({ block: "center" });
    }
  }

  function begin() {
    for (const figure of document.querySelectorAll("figure.player")) figure.player ??= new Player(figure);
  }

  begin();
  document.addEventListener("figures", begin); // a page that gets others while it is open says so
})();
