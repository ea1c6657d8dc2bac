/* A widget without its kernel shows what its cell left in the file, and no error.

   JupyterLab prefers a widget's view to all that an output holds beside it. Of a notebook that is
   opened again it finds no widget to that view, and says so in place of the picture. */
const VIEW = "application/vnd.jupyter.widget-view+json";
const STORED = "text/html";

function withFallback(renderer, rendermime) {
  const renderView = renderer.renderModel.bind(renderer);
  renderer.renderModel = async model => {
    const view = renderView(model);
    if (!model.data[STORED]) return view;
    const stored = rendermime.createRenderer(STORED);
    await stored.renderModel(model);
    const isThere = () => renderer.widgets?.length > 0;
    const show = () => {
      if (!isThere()) renderer.node.replaceChildren(stored.node);
    };
    show();
    await view;
    show();
  };
  return renderer;
}

export const plugin = {
  id: "thousandfold:fallback",
  description: "Show the picture and the words of a widget where its kernel does not run.",
  autoStart: true,
  activate: app => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: panel => {
        const { rendermime } = panel.content;
        const create = rendermime.createRenderer.bind(rendermime);
        rendermime.createRenderer = type =>
          type === VIEW ? withFallback(create(type), rendermime) : create(type);
      },
    });
  },
};
