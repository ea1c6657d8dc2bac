/* Hand in the notebook that is open to the room, and show beside it what the checks say.

   Learners' notebooks alone have the button: cells that nbgrader knows, and no solution. */
import { HandInPanel } from "./hand_in_panel.js";
import { addressOf, ask, isHere, noAnswer, remember, remembered } from "./room.js";

const EVERY_SECONDS = 2;
const TIMES = 150;  // five minutes: then the facilitator knows more

function isExercise(model) {
  const cells = [...model.cells];
  return cells.some(cell => cell.getMetadata("nbgrader")?.grade)
    && !cells.some(cell => /BEGIN\sSOLUTION/.test(cell.sharedModel.source));
}

/* What is shared: JupyterLab's own classes, of which an extension without a build has no copy. */
export async function handInPlugin(shared) {
  const [{ IToolbarWidgetRegistry }, { ToolbarButton }, { Widget }] = await Promise.all(
    ["@jupyterlab/apputils", "@jupyterlab/ui-components", "@lumino/widgets"].map(shared),
  );
  return {
    id: "thousandfold:hand-in",
    description: "Hand in an exercise to the room.",
    autoStart: true,
    requires: [IToolbarWidgetRegistry],
    activate: (app, toolbars) => {
      const desk = new Desk(app, Widget);
      toolbars.addFactory("Notebook", "hand-in", panel => {
        const button = new ToolbarButton({
          label: "Hand in",
          tooltip: "Save this notebook and hand it in to the room",
          onClick: () => desk.open(panel),
        });
        button.hide();
        panel.context.ready.then(() => {
          if (!panel.isDisposed && isExercise(panel.context.model)) button.show();
        });
        return button;
      });
    },
  };
}

class Desk {
  constructor(app, Widget) {
    this.app = app;
    this.turn = 0;  // whoever asks for results in an earlier one stops
    this.panel = new HandInPanel({
      send: typed => this.send(typed),
      claim: () => this.handIn({ mine: true }),
      download: () => this.download(),
      close: () => this.close(),
    });
    this.widget = new Widget({ node: this.panel.node });
    this.widget.id = "thousandfold-hand-in";
    Object.assign(this.widget.title, { label: "Hand in", caption: "Hand in an exercise to the room" });
  }

  async open(notebook) {
    this.turn += 1;
    this.notebook = notebook;
    this.before = document.activeElement;
    if (!this.widget.isAttached) this.app.shell.add(this.widget, "right");
    this.app.shell.activateById(this.widget.id);
    this.here = await isHere();
    if (this.here) remember({ address: location.origin });
    this.panel.begin(notebook.context.path.split("/").at(-1), remembered(), this.here);
    const { address, password, name } = remembered();
    if (!address || !password || !name) return this.panel.askForRoom();
    return this.handIn();
  }

  close() {
    this.turn += 1;
    this.app.shell.collapseRight();
    this.widget.parent = null;
    if (this.before.isConnected && this.before !== document.body) this.before.focus();
    else if (!this.notebook.isDisposed) this.app.shell.activateById(this.notebook.id);
  }

  send(typed) {
    try {
      remember({ ...typed, address: addressOf(typed.address) });
    } catch {
      return this.trouble("Type the address as it stands on the projector, such as 192.168.1.20:8765.");
    }
    return this.handIn();
  }

  trouble(sentence, more) {
    this.panel.say(sentence, { isTrouble: true, ...more });
    this.panel.askForRoom();
  }

  async handIn({ mine = false } = {}) {
    const turn = ++this.turn, { context, isDisposed } = this.notebook;
    if (isDisposed) return this.trouble("This notebook is closed. Open it, and press Hand in above it.");
    this.panel.close();
    this.panel.show([]);
    this.panel.say("Saving and handing in …");
    try {
      await context.save();
    } catch {
      return this.trouble("The notebook could not be saved, so it was not handed in. Save it, then try again.");
    }
    const { address, password, browser, name } = remember({});
    const body = { password, browser, name, notebook: context.model.toJSON(), ...(mine && { mine }) };
    let told;
    try {
      told = await ask(address, body);
    } catch {
      if (turn === this.turn) this.trouble(noAnswer(address), { download: true, page: `${address}/hand-in` });
      return undefined;
    }
    if (turn !== this.turn) return undefined;
    if (!told.said) return this.trouble(told.trouble, { isAnothers: Boolean(told.another) });
    this.panel.say(`${told.said} The checks are at work.`);
    return this.follow(turn, told);
  }

  /* Ask for what the checks say until it is there. */
  async follow(turn, { said, exercise }) {
    const { address, password, browser } = remembered();
    for (let time = 0; time < TIMES; time++) {
      await new Promise(later => setTimeout(later, EVERY_SECONDS * 1000));
      if (turn !== this.turn) return;
      // Without an answer, a wi-fi that is lost for a moment: asked again.
      const { exercises = [] } = await ask(address, { password, browser, exercise }).catch(() => ({}));
      if (turn !== this.turn) return;
      const [found] = exercises;
      if (found && !found.waits) {
        this.panel.say(`${said} ${found.said}`, { isTrouble: found.refused });
        this.panel.show(found.tasks);
        return;
      }
    }
    this.panel.say(`${said} The checks have not answered in five minutes: ask the facilitator.`);
  }

  download() {
    const { context } = this.notebook;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(context.model.toJSON(), null, 1)]));
    link.download = context.path.split("/").at(-1);
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
