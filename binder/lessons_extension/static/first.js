// The beginning of a lesson, laid over the page while JupyterLab is being loaded: it can be read at once. It was made
// from the committed notebook and lies beside this file; nothing of a notebook itself is ever put into the page here.
// It goes when JupyterLab shows the notebook, and never stays over something that JupyterLab has to say.
import { withoutServer } from "./page.js";

const LOADS = "The lesson is loading: its beginning can be read meanwhile.";
const LONG_MS = 60_000;
const LONG = "The lesson is not here yet. A first visit on a slow line takes minutes; if your line was cut, load this page again.";
const CUT = "A part of the lesson did not come. See whether you are online, then load this page again.";
// Without a server JupyterLab keeps its files there, and does not start where it may not.
const NOTHING_KEPT = "This browser keeps nothing for this page: storage is off, and the lesson may not start. Allow storage (cookies) for this site, or open the lesson in an ordinary window.";
const LOOK_MS = 200;
// A notebook that is not drawn by then is shown as it is.
const PATIENCE_MS = 20_000;

const home = new URL("./", import.meta.url);
let shown;
let over = false;

export function addStyle() {
  const address = new URL("lessons.css", home).href;
  const there = [...document.styleSheets].some((sheet) => sheet.href === address);
  if (there) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  const loaded = new Promise((done) => ["load", "error"].forEach((kind) => link.addEventListener(kind, done)));
  document.head.append(link);
  return loaded;
}

export async function showFirst(lesson) {
  const address = new URL(`first/${lesson.replace(/\.ipynb$/, "")}.html`, home);
  const [answer] = await Promise.all([fetch(address), addStyle()]);
  const page = answer.ok && (await answer.text());
  if (!page || over) return;
  const node = document.createElement("section");
  node.className = "ts-first";
  node.setAttribute("aria-label", "The beginning of the lesson");
  node.innerHTML = `<div class="ts-bar"><span class="ts-told" role="status"></span></div><div class="ts-page">${page}</div>`;
  document.body.append(node);
  const told = node.querySelector(".ts-told");
  const say = (sentence) => {
    told.textContent = sentence;
  };
  const failed = ({ target, reason }) => {
    if (target instanceof HTMLScriptElement || reason?.name === "ChunkLoadError") say(CUT);
  };
  window.addEventListener("error", failed, true);
  window.addEventListener("unhandledrejection", failed);
  const began = performance.now();
  const watch = setInterval(() => {
    const long = performance.now() - began > LONG_MS;
    if (document.querySelector(".jp-Dialog") || (long && document.querySelector("#jp-main-dock-panel"))) end();
    else if (long) say(LONG);
  }, LOOK_MS);
  shown = {
    node,
    stop() {
      clearInterval(watch);
      window.removeEventListener("error", failed, true);
      window.removeEventListener("unhandledrejection", failed);
    },
  };
  // One turn later, so that it is a change of a line that was there: only a change is read out.
  setTimeout(() => told.textContent || say(withoutServer && !keepsFiles() ? NOTHING_KEPT : LOADS));
}

// JupyterLab shows `panel`: the reader goes on in it, where they were.
export async function giveWay(panel) {
  const until = performance.now() + PATIENCE_MS;
  while (shown && !isDrawn(panel) && performance.now() < until) await new Promise((turn) => setTimeout(turn, 20));
  const at = shown?.node.querySelector(".ts-page").scrollTop;
  if (at) (panel.node.querySelector(".jp-WindowedPanel-outer") ?? panel.node).scrollTop = at;
  end();
}

// A page to which storage is refused learns it by an error.
function keepsFiles() {
  try {
    return Boolean(localStorage && indexedDB);
  } catch {
    return false;
  }
}

function isDrawn(panel) {
  const drawn = panel.node.querySelector(".jp-RenderedMarkdown")?.offsetHeight > 0;
  const pictures = [...panel.node.querySelectorAll(".jp-OutputArea img")];
  return drawn && pictures.every((picture) => picture.complete);
}

export function end() {
  over = true;
  shown?.stop();
  shown?.node.remove();
  shown = undefined;
}
