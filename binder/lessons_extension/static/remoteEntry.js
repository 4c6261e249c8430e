// How JupyterLab finds an extension that was not built: it calls init with the parts that it shares, then get.
// The extension itself is lessons.js, a plain module beside this file.
var _JUPYTERLAB = typeof _JUPYTERLAB === "undefined" ? {} : _JUPYTERLAB;
_JUPYTERLAB["trialsim-lessons"] = (() => {
  const home = document.currentScript.src.replace(/[^/]*$/, "");
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
      const plugin = await makePlugin(shared, home);
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
