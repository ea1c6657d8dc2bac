"use strict";
/* Present the notebook that is open: the cells of one slide, large, over everything else.

   The cells stay what they are: code runs, sliders move, text can be edited. `slideshow.slide_type`
   and the tag `hide-code-on-slides` mean here what they mean in the slides of
   thousandfold.facilitation.slides. This is a prebuilt extension without a build: JupyterLab calls
   init and get of the container at the end. */
(() => {
  const COMMAND = "thousandfold:present";
  const STYLE = `
    .tf-slide { position: fixed !important; inset: 0 !important; width: 100vw !important; height: 100vh !important;
      max-width: none; max-height: none; margin: 0; border: 0; padding: 0; overflow: hidden !important; background: var(--jp-layout-color0); contain: none !important;
      --tf: min(2.5vw, 4.444vh); --jp-content-font-size1: var(--tf); --jp-code-font-size: var(--tf);
      --jp-content-line-height: 1.3; --jp-code-line-height: 1.3; --jp-cell-prompt-width: 0px;
      --jp-ui-font-size1: var(--tf); --jp-widgets-font-size: var(--tf); --jp-widgets-inline-height: calc(1.4 * var(--tf));
      }
    .tf-slide .widget-slider { width: 90vw !important; max-width: none !important; }
    .tf-slide .widget-slider .widget-label { width: 42vw !important; }
    .tf-slide .jp-WindowedPanel-outer { width: 100% !important; height: 100% !important; padding: 3vh 3vw !important; box-sizing: border-box; overflow: auto; }
    .tf-slide .jp-WindowedPanel-inner, .tf-slide .jp-WindowedPanel-viewport { padding: 0 !important; min-height: 0 !important; height: auto !important; }
    .tf-slide .jp-Notebook-cell::before, .tf-slide .jp-WindowedPanel-inner::after, .tf-slide .jp-WindowedPanel-outer::after, .tf-slide::after { display: none !important; }
    .tf-slide .jp-Cell.tf-off, .tf-slide .jp-Cell.tf-no-code .jp-Cell-inputWrapper,
    .tf-slide .jp-Notebook-footer, .tf-slide .jp-InputPrompt, .tf-slide .jp-OutputPrompt,
    .tf-slide .jp-Collapser, .tf-slide .jp-cell-toolbar { display: none !important; }
    .tf-slide .jp-InternalAnchorLink { display: none !important; }
    .tf-slide .cm-content { white-space: pre-wrap !important; overflow-wrap: anywhere; flex-shrink: 1 !important; }
    .tf-slide .jp-Cell .jp-Cell-outputWrapper, .tf-slide .jp-Cell .jp-Cell-inputWrapper, .tf-slide .jp-Cell { box-shadow: none !important; border-color: transparent !important; outline: none !important; }
    .tf-slide .jp-Cell { padding: .3vh 0 !important; content-visibility: visible !important; }
    .tf-slide .jp-RenderedHTMLCommon h1, .tf-slide .jp-RenderedHTMLCommon h2, .tf-slide .jp-RenderedHTMLCommon h3 { color: #00507d; margin: 0 0 .3em; font-size: 1.5em; }
    [data-jp-theme-light="false"] .tf-slide .jp-RenderedHTMLCommon :is(h1, h2, h3) { color: #7cc4f5; }
    .tf-slide .jp-RenderedHTMLCommon img { width: auto !important; height: 72vh; max-width: 100%; object-fit: contain; display: block; margin: 0 auto; }
    .tf-slide .jp-Cell:has(.widget-slider) img { width: auto !important; height: 50vh; display: block; margin: 0 auto; }
    .tf-slide .tf-sentence .jp-RenderedMarkdown > :not(p:first-child) { display: none; }
    .tf-slide .tf-sentence .jp-RenderedMarkdown > p:first-child { font-size: 0; margin: 0; }
    .tf-slide .tf-sentence .jp-RenderedMarkdown > p:first-child > em:first-child { font-size: var(--tf); font-style: normal; }
    .tf-slide .jp-OutputArea-output p { font-size: var(--tf); line-height: 1.3; margin: 0; }
    .tf-slide .jp-RenderedHTMLCommon table { font-size: var(--tf); }
    .tf-slide .jp-RenderedHTMLCommon :is(th, td) { padding: .12em .4em; line-height: 1.2; }
    .tf-slide .jp-RenderedHTMLCommon tbody th { white-space: nowrap; }`;

  let talk = null;  // what is being presented

  function notebookOf(app) {
    const content = app.shell.currentWidget?.content;
    return content?.model?.cells && content.widgets ? content : null;
  }

  /* Below a figure only the sentence in italics is shown; the rest is what the presenter says. */
  function isSentence(cell) {
    return cell.model.type === "markdown" && /^\*(?!\*)/.test(cell.model.sharedModel.source) && !/^#/m.test(cell.model.sharedModel.source);
  }

  /* Each step is what can be seen between two keys: the cells of a slide, fragment by fragment. */
  function steps(notebook) {
    const found = [];
    let slide = [];
    notebook.widgets.forEach(cell => {
      const kind = cell.model.getMetadata("slideshow")?.slide_type ?? "-";
      if (kind === "skip" || kind === "notes") return;
      if (kind === "slide" || kind === "subslide" || !found.length) slide = [];
      slide = [...slide, cell];
      if (kind === "slide" || kind === "subslide" || kind === "fragment" || !found.length) found.push(slide);
      else found[found.length - 1] = slide;
    });
    return found;
  }

  async function show(app, at) {
    const { notebook, all } = talk;
    talk.at = Math.max(0, Math.min(at, all.length - 1));
    const shown = new Set(all[talk.at]);
    notebook.widgets.forEach(cell => {
      cell.node.classList.toggle("tf-off", !shown.has(cell));
      cell.node.classList.toggle("tf-sentence", isSentence(cell));
      cell.node.classList.toggle("tf-no-code", (cell.model.getMetadata("tags") ?? []).includes("hide-code-on-slides"));
    });
    const newest = all[talk.at].at(-1);
    notebook.activeCellIndex = notebook.widgets.indexOf(newest);
    notebook.mode = "command";
    notebook.node.focus({ preventScroll: true });
    // JupyterLab scrolls to the active cell; a slide begins at its top.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      notebook.outerNode.scrollTo(0, 0);
      newest.node.scrollIntoView({ block: "nearest" });
    }));
    // Sliders are not stored: they appear when their cell has run, and it needs those above it.
    if (newest.model.type === "code" && !newest.node.querySelector(".widget-slider") && newest.model.sharedModel.source.includes("explore(") && !talk.ran) {
      talk.ran = true;
      await app.commands.execute("notebook:run-all-above");
      await app.commands.execute("notebook:run-cell");
    }
  }

  function start(app) {
    const notebook = notebookOf(app);
    if (!notebook) return;
    const before = notebook.notebookConfig;
    notebook.notebookConfig = { ...before, windowingMode: "none" };
    const all = steps(notebook);
    const active = notebook.activeCell;
    talk = { notebook, all, at: 0, before, ran: false };
    notebook.addClass("tf-slide");
    notebook.node.popover = "manual";
    notebook.node.showPopover();
    document.addEventListener("keydown", talk.keys = event => key(app, event), true);
    notebook.disposed.connect(stop);
    // Begin where the reader stands; after Run All that is the end, which nobody wants to begin with.
    const here = all.findIndex(cells => cells.includes(active));
    return show(app, active === notebook.widgets.at(-1) ? 0 : here);
  }

  function stop() {
    if (!talk) return;
    const { notebook, keys, before } = talk;
    talk = null;
    document.removeEventListener("keydown", keys, true);
    if (notebook.isDisposed) return;
    notebook.node.hidePopover();
    notebook.node.removeAttribute("popover");
    notebook.removeClass("tf-slide");
    notebook.widgets.forEach(cell => cell.node.classList.remove("tf-off", "tf-sentence", "tf-no-code"));
    notebook.notebookConfig = before;
    notebook.node.focus();
  }

  function key(app, event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    // In an editor or on a slider the arrows are those of the editor and the slider.
    const busy = event.target.closest?.(".cm-editor, .widget-slider, input, select, textarea, button, [contenteditable=true]");
    const moves = { PageDown: 1, PageUp: -1, ...(busy ? {} : { ArrowRight: 1, ArrowLeft: -1, " ": event.shiftKey ? -1 : 1 }) };
    const act = event.key === "Escape" && !event.target.closest?.(".cm-editor") ? stop
      : event.key === "Home" && !busy ? () => show(app, 0)
      : moves[event.key] ? () => show(app, talk.at + moves[event.key]) : null;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /* Here, since JupyterLab loads one script of an extension: how pictures look in a dark theme, and
     what is folded. */
  const sheets = ["pictures.css", "folded.css", "narrow.css", "hand_in.css", "newer.css"].map(name => Object.assign(
    document.createElement("link"),
    { rel: "stylesheet", href: new URL(name, document.currentScript.src).href },
  ));

  const plugin = {
    id: "thousandfold:plugin",
    description: "Present a lesson, one slide at a time.",
    autoStart: true,
    activate: app => {
      const style = document.createElement("style");
      style.textContent = STYLE;
      document.head.append(style, ...sheets);
      app.commands.addCommand(COMMAND, {
        label: "Present",
        caption: "Show this notebook slide by slide, with its kernel and sliders (Escape ends it)",
        describedBy: { args: { type: "object", properties: {} } },
        isEnabled: () => notebookOf(app) !== null,
        execute: () => talk ? stop() : start(app),
      });
    },
  };

  let shares = null;  // the packages that JupyterLab lets extensions use, by name and version
  async function shared(name) {
    const [version] = Object.values(shares[name]);
    return (await version.get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB.thousandfold = {
    init: scope => { shares = scope; },
    openedWith: location.hash,  // which JupyterLab drops before a cell runs
    get: async () => {
      const [{ plugin: widgets }, { handInPlugin }, { newerPlugin }] = await Promise.all(
        [import("./widgets.js"), import("./hand_in.js"), import("./newer.js")]);
      const more = await Promise.all([handInPlugin(shared), newerPlugin(shared)]);
      return () => ({ __esModule: true, default: [plugin, widgets, ...more] });
    },
  };
})();
