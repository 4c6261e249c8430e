// A lesson alone on its page: JupyterLab's menus and side bars are away, and the browser's Back goes back.

// The address of this page in the whole JupyterLab; JupyterLite has no server that could read a path.
export function wholeLab(PageConfig, URLExt, path) {
  const base = PageConfig.getBaseUrl();
  return location.search.includes("path=")
    ? `${URLExt.join(base, "lab/index.html")}?path=${encodeURIComponent(path)}`
    : URLExt.join(base, "lab/tree", URLExt.encodeParts(path));
}

let alone = false;

export function showAlone(app, PageConfig) {
  hideTool(app.shell);
  if (alone) return;
  alone = true;
  const start = new URL("doc/tree/", PageConfig.getBaseUrl()).pathname;
  // JupyterLab writes each page that it opens into the address, but does not read the address when the reader goes back.
  window.addEventListener("popstate", () => {
    if (location.pathname.startsWith(start)) void open(app, decodeURIComponent(location.pathname.slice(start.length)));
  });
  app.shell.currentChanged.connect((_, { newValue }) => {
    if (newValue?.context?.path.endsWith(".md") && newValue.contentHeader) addWayBack(newValue.node);
  });
}

async function open(app, path) {
  const factory = path.endsWith(".md") ? "Markdown Preview" : undefined;
  await app.commands.execute("docmanager:open", { path, factory });
}

function hideTool(shell) {
  for (const side of ["left", "right"]) if (shell.isSideTabBarVisible(side)) shell.toggleSideTabBarVisibility(side);
  shell.collapseLeft();
  shell.collapseRight();
  const hide = (part) => {
    if (part.node.matches("#jp-top-panel, #jp-menu-panel, #jp-bottom-panel")) part.hide();
    else [...part.children()].forEach(hide);
  };
  hide(shell);
}

// A page of the reference, opened from a lesson.
function addWayBack(node) {
  if (node.querySelector(".ts-back")) return;
  const back = document.createElement("button");
  back.type = "button";
  back.className = "ts-back";
  back.textContent = "Back";
  back.dataset.lmSuppressShortcuts = "true";
  back.addEventListener("click", () => history.back());
  node.append(back);
}
