/* Whoever comes back to a site with a copy of an older lesson is told of the new one.

   The browser keeps what a learner changed, whatever the site gives out since. Nothing is ever
   written over: the new one becomes a file of its own beside it. */
const KEY = "thousandfold:kept:";
const ROOM_FOR_TWO = 1000;  // pixels, from which two notebooks stand side by side
const SITE = new URL("../../../files/", import.meta.url);

const versionOf = metadata => metadata?.thousandfold?.version;

/* A new one that was opened beside has the same file on the site as the first. */
export function onSite(path) {
  return path.replace(/-new\d*(?=\.ipynb$)/, "");
}

async function published(path) {
  const address = new URL(path.split("/").map(encodeURIComponent).join("/"), SITE);
  try {
    const answer = await fetch(address, { cache: "no-cache" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;  // without a network nothing is newer
  }
}

function isKept(path, version) {
  try { return localStorage.getItem(KEY + path) === version; } catch { return false; }
}

function keep(path, version) {
  try { localStorage.setItem(KEY + path, version); } catch { /* asked again the next time */ }
}

/* A name beside it that nobody has, or where this version already is. */
async function besides(contents, path, version) {
  const stem = onSite(path).replace(/\.ipynb$/, "");
  for (let number = 1; ; number++) {
    const name = `${stem}-new${number > 1 ? number : ""}.ipynb`;
    let found;
    try {
      found = await contents.get(name, { content: true, type: "notebook" });
    } catch {
      return { name, isThere: false };
    }
    if (versionOf(found.content?.metadata) === version) return { name, isThere: true };
  }
}

function bar(kind, open, close) {
  const node = document.createElement("section");
  node.className = "thousandfold-newer";
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", "A newer version");
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const buttons = [["Open the new one beside it", open], ["Keep mine", close]].map(([label, act]) => {
    const button = document.createElement("button");
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  });
  node.append(said, ...buttons);
  const say = words => { said.textContent = words; };
  say(`There is a newer version of this ${kind}. This is your copy, and it stays as you left it.`);
  return { node, say };
}

export async function newerPlugin(shared) {
  const [{ PageConfig }, { Widget }] = await Promise.all(
    ["@jupyterlab/coreutils", "@lumino/widgets"].map(shared));
  return {
    id: "thousandfold:newer",
    description: "Tell of a newer version of a lesson, where a browser keeps an older one.",
    autoStart: true,
    activate: app => {
      if (!PageConfig.getOption("litePluginSettings")) return;
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: panel => {
          panel.context.ready.then(() => tell(app, Widget, panel));
        },
      });
    },
  };
}

async function tell(app, Widget, panel) {
  const { context } = panel;
  const { path } = context;
  const notebook = await published(onSite(path));
  const version = versionOf(notebook?.metadata);
  if (panel.isDisposed || !version || isKept(path, version)) return;
  if (context.model.getMetadata("thousandfold")?.version === version) return;
  const { contents } = app.serviceManager;
  const done = () => {
    keep(path, version);
    widget.dispose();
    panel.content.activate();
  };
  const open = async () => {
    try {
      const { name, isThere } = await besides(contents, path, version);
      if (!isThere) await contents.save(name, { type: "notebook", format: "json", content: notebook });
      const mode = window.innerWidth < ROOM_FOR_TWO ? "tab-after" : "split-right";
      done();
      await app.commands.execute("docmanager:open", { path: name, options: { mode, ref: panel.id } });
    } catch {
      say("The new one could not be stored in this browser, perhaps because it is full. Your own "
        + "copy is as it was.");
    }
  };
  const { node, say } = bar(/(^|\/)exercises\//.test(path) ? "exercise" : "lesson", open, done);
  const widget = new Widget({ node });
  panel.contentHeader.addWidget(widget);
}
