/* A widget without its kernel shows what its cell left in the file, and no error.

   JupyterLab prefers a widget's view to all that an output holds beside it. Of a notebook that is
   opened again it finds no widget to that view, and says so in place of the picture. */
const STORED = "text/html";

export function withFallback(renderer, rendermime) {
  const renderView = renderer.renderModel.bind(renderer);
  renderer.renderModel = async model => {
    const view = renderView(model);
    if (!model.data[STORED]) return view;
    const stored = rendermime.createRenderer(STORED);
    await stored.renderModel(model);
    const show = () => {
      const isOver = renderer.isDisposed || renderer.widgets?.length > 0;
      if (!isOver) renderer.node.replaceChildren(stored.node);
    };
    show();
    await view;
    show();
  };
  return renderer;
}
