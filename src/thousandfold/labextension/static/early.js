/* In a browser, Python begins to start while JupyterLab still draws: each takes seconds. The session
   is the one that JupyterLab then finds for the notebook of the address. */
const opened = new URLSearchParams(location.search).get("path") ?? "";

export async function earlyPlugin(shared) {
  const plugin = {
    id: "thousandfold:early",
    description: "Start Python while JupyterLab draws, where both run in the browser.",
    autoStart: true,
    activate: () => {},
  };
  const { PageConfig } = await shared("@jupyterlab/coreutils");
  if (!opened.endsWith(".ipynb") || !PageConfig.getOption("litePluginSettings")) return plugin;
  const [{ IServiceWorkerManager }, { IKernelSpecs }] = await Promise.all(
    ["@jupyterlite/apputils", "@jupyterlite/services"].map(shared));
  return {
    ...plugin,
    requires: [IServiceWorkerManager, IKernelSpecs],
    activate: (app, drive, kernels) => {
      // Where it does not begin here, JupyterLab begins it later.
      start(app.serviceManager.sessions, drive, kernels).catch(console.warn);
    },
  };
}

/* Python finds a learner's files only if the drive was there before it. */
async function start(sessions, drive, kernels) {
  await Promise.all([drive.ready, navigator.serviceWorker?.ready]);
  while (!kernels.specs) await new Promise(resolve => kernels.changed.connect(resolve));
  const kernel = { name: kernels.specs.default };
  const connection = await sessions.startNew({ path: opened, name: opened, type: "notebook", kernel });
  connection.dispose();  // the notebook makes its own, and widgets answer to that alone
}
