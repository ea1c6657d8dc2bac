/* What JupyterLab does not do for the widgets of a notebook. */
import { withFallback } from "./fallback.js";
import { withNames } from "./slider_names.js";

const VIEW = "application/vnd.jupyter.widget-view+json";

export const plugin = {
  id: "thousandfold:widgets",
  description: "Widgets leave their picture where no kernel runs, and sliders have a name.",
  autoStart: true,
  activate: app => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: panel => {
        const { rendermime } = panel.content;
        const create = rendermime.createRenderer.bind(rendermime);
        rendermime.createRenderer = type =>
          type === VIEW ? withNames(withFallback(create(type), rendermime)) : create(type);
      },
    });
  },
};
