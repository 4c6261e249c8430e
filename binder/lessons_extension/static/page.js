// A lesson alone on its page: JupyterLab's menus and side bars are away, and the browser's Back goes back.
//
// With a server the page of one document is /doc/tree/PATH. JupyterLite has none that could read a path: there it is
// lab/index.html?path=PATH&alone=yes, and the address is read here, before JupyterLab clears it as it starts.

const asked = new URLSearchParams(location.search);
export const withoutServer = asked.has("path");

// Whether this page was asked for alone.
export function isAlone(shell) {
  if (withoutServer && asked.has("alone")) shell.mode = "single-document";
  return shell.mode === "single-document";
}

// On a tablet the list of files would leave a lesson half the page; the reader can open it again.
const ROOM_FOR_BOTH = 1000;

export function makeRoom(shell) {
  if (window.innerWidth < ROOM_FOR_BOTH) shell.collapseLeft();
}

// The address of a notebook in the whole JupyterLab.
export function wholeLab(PageConfig, URLExt, path) {
  const base = PageConfig.getBaseUrl();
  return withoutServer
    ? `${URLExt.join(base, "lab/index.html")}?path=${encodeURIComponent(path)}`
    : URLExt.join(base, "lab/tree", URLExt.encodeParts(path));
}

let alone = false;

export function showAlone(app, PageConfig) {
  hideTool(app.shell);
  if (alone) return;
  alone = true;
  // Without a server JupyterLab shows the list of files again when it has opened the page that was asked for.
  app.shell.layoutModified.connect(() => {
    if (isAlone(app.shell) && !app.shell.leftCollapsed) app.shell.collapseLeft();
  });
  const start = new URL("doc/tree/", new URL(PageConfig.getBaseUrl(), location.href)).pathname;
  const pathInAddress = () =>
    withoutServer
      ? new URLSearchParams(location.search).get("path")
      : location.pathname.startsWith(start) && decodeURIComponent(location.pathname.slice(start.length));
  // JupyterLab does not read the address when the reader goes back.
  window.addEventListener("popstate", () => {
    const path = pathInAddress();
    if (path) void open(app, path);
  });
  // JupyterLite takes the path out of the address as it starts: put back, the page can be loaded again.
  const shown = app.shell.currentWidget?.context?.path;
  if (withoutServer && shown) history.replaceState({}, "", `?path=${encodeURIComponent(shown)}&alone=yes`);
  app.shell.currentChanged.connect((_, { newValue }) => {
    const path = newValue?.context?.path;
    if (!path) return;
    if (/\.(md|html)$/.test(path) && newValue.contentHeader) addWayBack(newValue.node, path.endsWith(".html"));
    // With a server JupyterLab writes each page that it opens into the address; without one it is done here.
    if (withoutServer && pathInAddress() !== path) {
      history.pushState({}, "", `?path=${encodeURIComponent(path)}&alone=yes`);
    }
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
function addWayBack(node, belowTools) {
  if (node.querySelector(".ts-back")) return;
  const back = document.createElement("button");
  back.type = "button";
  back.className = belowTools ? "ts-back ts-below-tools" : "ts-back";
  back.textContent = "Back";
  back.dataset.lmSuppressShortcuts = "true";
  back.addEventListener("click", () => history.back());
  node.append(back);
}
