// How JupyterLab finds an extension that was not built: it calls init with the parts that it shares, then get.
// The extension itself is lessons.js, a plain module beside this file.
// It is also the first of ours that runs, before JupyterLab itself: what saves time at the start begins here.
var _JUPYTERLAB = typeof _JUPYTERLAB === "undefined" ? {} : _JUPYTERLAB;
_JUPYTERLAB["trialsim-lessons"] = (() => {
  const NOT_SHOWN = [
    "celltags-extension",
    "console-extension",
    "csvviewer-extension",
    "debugger-extension",
    "extensionmanager-extension",
    "fileeditor-extension:language-server",
    "help-extension",
    "hub-extension",
    "inspector-extension",
    "javascript-extension",
    "json-extension",
    "launcher-extension",
    "logconsole-extension",
    "lsp-extension",
    "mermaid-extension",
    "metadataform-extension",
    "notebook-extension:export",
    "notebook-extension:language-server",
    "notebook-extension:update-raw-mimetype",
    "pdf-extension",
    "pluginmanager-extension",
    "running-extension",
    "settingeditor-extension",
    "terminal-extension",
    "tooltip-extension:consoles",
    "vega5-extension",
    "workspaces-extension",
  ];
  const home = document.currentScript.src.replace(/[^/]*$/, "");
  const known = fetch(`${home}lessons.json`).then((answer) => answer.json());
  void import(`${home}early.js`).then(({ begin }) => begin(known)).catch(console.warn);
  loadLess();
  let scope;
  const shared = async (name) => {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  };
  return {
    init(given) {
      scope = given;
    },
    async get() {
      const { makePlugin } = await import(`${home}lessons.js`);
      const plugin = await makePlugin(shared, known);
      return () => ({ __esModule: true, default: plugin });
    },
  };

  // On the page of one document JupyterLab loads only what such a page shows: it is there sooner. JupyterLab reads its
  // settings, which lie in the page, after it has met its extensions.
  function loadLess() {
    const place = document.getElementById("jupyter-config-data");
    const config = JSON.parse(place?.textContent ?? "{}");
    if (config.mode !== "single-document" && !new URLSearchParams(location.search).has("alone")) return;
    const notShown = NOT_SHOWN.map((name) => `@jupyterlab/${name}`);
    config.disabledExtensions = [...(config.disabledExtensions ?? []), ...notShown];
    config.buildCheck = "false";
    place.textContent = JSON.stringify(config);
  }
})();
