// A lesson of ours starts itself when it is opened: its cells run, the page stays where its reader is, the code is out
// of the way until it is asked for, and when Python has gone one button brings it back.
//
// Ours is a notebook whose code cells are, one by one, those in lessons.json (made from the committed notebooks). In any
// other notebook nothing runs, nothing is hidden and nothing is said.
import { Bar } from "./bar.js";
import { startPythonHere } from "./early.js";
import { mendBrokenJson } from "./files.js";
import { addStyle, end, giveWay } from "./first.js";
import { lessonOf } from "./ours.js";
import { isAlone, makeRoom, showAlone, wholeLab, withoutServer } from "./page.js";
import { openWords } from "./words.js";

const CODE_SHOWN = "trialsim:code-shown";
const QUIET_AFTER_MS = 4000;
const FIRST_CELL_FIRST = "Run the first cell of the lesson first: it opens what this one shows. Or press Start the lesson.\n";
// A picture that has not come by then is not coming: what the cell gave stands, whatever it is.
const PATIENCE_MS = 3000;
// Python takes seconds; without a server, the first time and on a slow line, minutes. A lost line says nothing.
const LONG_MS = 60_000;
const LONG = "Python is not here yet. A first visit on a slow line takes minutes; if your line was cut, load this page again.";
// Where WebAssembly is off no Python runs in a page; in the browser without a server a part of it may not have come.
const NO_PYTHON = "This browser cannot run Python in a page: WebAssembly is off. The lesson can be read; to use it, open it in a current Firefox, Chrome, Edge or Safari.";
const NOT_WHOLE = "The lesson could not be started whole.";
const NOT_WHOLE_HERE = "The lesson could not be started whole. If your line was cut, load this page again.";

// JupyterLite then leaves Python without an answer, and Python waits for it.
const FULL = "This browser's storage is full, and Python waits for it: what you do now is not kept. Press “Save my work”, make room, then load this page again.";

export async function makePlugin(shared, known) {
  const [{ INotebookTracker, NotebookActions }, { PageConfig, URLExt }, { Widget }] = await Promise.all(
    ["@jupyterlab/notebook", "@jupyterlab/coreutils", "@lumino/widgets"].map(shared),
  );
  const { IServiceWorkerManager } = withoutServer ? await shared("@jupyterlite/server") : {};
  void addStyle();
  if (withoutServer) mendBrokenJson(new URL("files/", new URL(PageConfig.getBaseUrl(), location.href)).href);

  return {
    id: "trialsim-lessons:start",
    autoStart: true,
    requires: [INotebookTracker],
    optional: IServiceWorkerManager ? [IServiceWorkerManager] : [],
    activate(app, tracker, storage) {
      if (withoutServer) void startPythonHere(app, storage).catch(console.warn);
      const greet = async (panel) => {
        await panel.context.ready;
        const ours = codeOf(await known, panel);
        if (!ours) return end();
        dropGoneWidgets(panel.content.model);
        const lesson = new Lesson(panel, ours, NotebookActions);
        const header = new Widget({ node: lesson.bar.node });
        panel.contentHeader.addWidget(header);
        if (isAlone(app.shell)) {
          showAlone(app, PageConfig);
          lesson.bar.elsewhere(wholeLab(PageConfig, URLExt, panel.context.path));
        } else makeRoom(app.shell);
        openWords(panel, app);
        void giveWay(panel);
        await lesson.open();
      };
      tracker.forEach((panel) => void greet(panel));
      tracker.widgetAdded.connect((_, panel) => void greet(panel));
      document.addEventListener("trialsim:cell", (event) => addCell(tracker.currentWidget, event.detail.code));
    },
  };
}

const codeOf = (lessons, panel) =>
  lessonOf(lessons, [...panel.content.model.cells].filter((cell) => cell.type === "code").map(sourceOf));

const sourceOf = (model) => model.sharedModel.getSource();

// A page that was saved with live widgets refers to models of a kernel that is gone. The picture beside is what to show.
const WIDGET = "application/vnd.jupyter.widget-view+json";

function dropGoneWidgets(model) {
  const untouched = !model.dirty;
  for (const cell of model.cells) {
    for (let at = 0; at < (cell.outputs?.length ?? 0); at += 1) {
      const { data, ...output } = cell.outputs.get(at).toJSON();
      if (!data || !(WIDGET in data)) continue;
      const { [WIDGET]: gone, ...kept } = data;
      cell.outputs.set(at, { ...output, data: kept });
    }
  }
  if (untouched) model.dirty = false;
}

class Lesson {
  constructor(panel, ours, NotebookActions) {
    this.panel = panel;
    this.ours = ours;
    this.actions = NotebookActions;
    this.bar = new Bar({ showCode: (shown) => this.showCode(shown), start: () => this.start() });
    this.started = false;
    panel.addClass("ts-lesson");
    panel.toggleClass("ts-wide", Boolean(panel.content.model.getMetadata("trialsim")?.wide));
    this.showCode(remembered(CODE_SHOWN) === "yes");
    this.markOwn();
    panel.content.model.cells.changed.connect(() => this.markOwn());
    NotebookActions.executed.connect((_, { notebook, cell, success }) => {
      if (notebook === panel.content && !success) this.explain(cell);
    });
    if (withoutServer) {
      window.addEventListener("unhandledrejection", ({ reason }) => {
        if (reason?.name === "QuotaExceededError") this.bar.say(FULL);
      });
    }
    const session = panel.sessionContext;
    session.statusChanged.connect((_, status) => this.listen(status));
    session.kernelChanged.connect((_, { newValue }) => {
      if (this.started && !this.running && newValue) this.offer("Python was started again. What you typed is still here.");
    });
  }

  async open() {
    if (withoutServer && typeof WebAssembly !== "object") {
      this.bar.say(NO_PYTHON);
      return;
    }
    if (!this.ours.untouched) {
      this.bar.offer("This copy has cells that are not part of the lesson. They are not started.", "Start the lesson");
      return;
    }
    await this.start();
  }

  // Run the lesson's own cells in their order.
  async start() {
    const { content, sessionContext } = this.panel;
    this.running = true;
    const untouched = !content.model.dirty;
    this.bar.say("Starting Python: the page can be read meanwhile.");
    const long = setTimeout(() => this.bar.say(LONG), LONG_MS);
    try {
      await sessionContext.ready;
      if (!sessionContext.session?.kernel || sessionContext.hasNoKernel) {
        if (sessionContext.isReady) await sessionContext.changeKernel(sessionContext.kernelPreference);
      } else if (this.gone) await sessionContext.restartKernel();
      this.gone = false;
      this.bar.say("Starting the lesson: the page can be read meanwhile.");
      const place = new Place(content);
      for (const cell of this.ownCells()) {
        const shown = holdPicture(cell);
        await this.actions.runCells(content, [cell], sessionContext);
        clearTimeout(long);
        shown.giveWay();
        place.keep();
        if (outputsOf(cell).some((output) => output.type === "error")) break;
      }
      this.started = true;
      const failed = this.ownCells().find((cell) => outputsOf(cell).some((output) => output.type === "error"));
      if (failed) this.offer(withoutServer ? NOT_WHOLE_HERE : NOT_WHOLE, "Try again");
      else this.ready();
    } catch (fault) {
      console.error(fault);
      this.offer("Python could not be started.", "Try again");
    } finally {
      clearTimeout(long);
      this.running = false;
      // What the cells drew is drawn again next time: who leaves need not be asked whether to save it.
      if (untouched) content.model.dirty = false;
    }
  }

  ready() {
    this.panel.node.dataset.lesson = "ready";
    this.bar.say("Ready.");
    setTimeout(() => this.bar.hush("Ready."), QUIET_AFTER_MS);
  }

  offer(sentence, button = "Start again") {
    this.panel.node.dataset.lesson = "waits";
    this.bar.offer(sentence, button);
  }

  // Python can die, be culled, or be restarted from a menu; the widgets on the page are then without it.
  listen(status) {
    if (this.running || !this.started) return;
    if (status === "dead" || status === "terminating") {
      this.gone = status === "dead";
      this.offer("Python has stopped. What you typed is still here.");
    } else if (status === "restarting" || status === "autorestarting") {
      this.offer("Python was started again. What you typed is still here.");
    }
  }

  // One cell run by itself in a new Python: the names that it takes come from the first.
  explain(cell) {
    if (this.running || this.started || !this.ownCells().includes(cell)) return;
    if (!outputsOf(cell).some((output) => output.toJSON().ename === "NameError")) return;
    cell.model.outputs.clear();
    cell.model.outputs.add({ output_type: "stream", name: "stderr", text: FIRST_CELL_FIRST });
    this.offer("This part needs the first cell of the lesson.", "Start the lesson");
  }

  ownCells() {
    const left = [...this.ours.code];
    return this.panel.content.widgets.filter((cell) => {
      if (cell.model.type !== "code" || sourceOf(cell.model) !== left[0]) return false;
      left.shift();
      return true;
    });
  }

  // A reader's own cells show their code whatever the switch says.
  markOwn() {
    const ours = new Set(this.ownCells());
    for (const cell of this.panel.content.widgets) {
      if (cell.model.type === "code") cell.node.classList.toggle("ts-own", !ours.has(cell));
    }
  }

  showCode(shown) {
    this.panel.toggleClass("ts-quiet", !shown);
    this.panel.toolbar.setHidden(!shown);
    if (shown) for (const cell of this.panel.content.widgets) if (cell.model.type === "code") cell.inputHidden = false;
    remember(CODE_SHOWN, shown ? "yes" : "no");
    this.bar.codeShown(shown);
  }
}

const outputsOf = (cell) => {
  const { outputs } = cell.model;
  return Array.from({ length: outputs.length }, (_, at) => outputs.get(at));
};

// While a cell runs, what was saved stays in its place until the new has been drawn: the page neither blinks nor jumps.
function holdPicture(cell) {
  const area = cell.outputArea.node;
  const kept = area.cloneNode(true);
  kept.classList.add("ts-kept");
  kept.inert = true;
  area.classList.add("ts-coming");
  area.after(kept);
  const end = () => {
    watch.disconnect();
    clearTimeout(patience);
    kept.remove();
    area.classList.remove("ts-coming");
  };
  let patience;
  const watch = new ResizeObserver(() => {
    if (done && area.scrollHeight >= Math.min(24, kept.scrollHeight)) end();
  });
  let done = false;
  return {
    giveWay() {
      done = true;
      if (kept.childElementCount === 0) return end();
      patience = setTimeout(end, PATIENCE_MS);
      watch.observe(area.firstElementChild ?? area);
    },
  };
}

// Where the reader is while outputs come and push: the top, unless they have scrolled.
class Place {
  constructor(notebook) {
    this.scroller = notebook.node.querySelector(".jp-WindowedPanel-outer") ?? notebook.node;
    this.moved = false;
    const moves = () => {
      this.moved = true;
    };
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.scroller.addEventListener(kind, moves, { once: true, passive: true });
    }
    this.at = this.scroller.scrollTop;
  }

  keep() {
    if (!this.moved && !location.hash) this.scroller.scrollTop = this.at;
  }
}

// "How this was computed" gives three lines of Python: they become a cell of the reader's own below the picture.
function addCell(panel, code) {
  const notebook = panel?.content;
  if (!notebook?.model || typeof code !== "string") return;
  const from = notebook.widgets.findIndex((cell) => cell.node.contains(document.activeElement));
  const at = (from < 0 ? notebook.activeCellIndex : from) + 1;
  notebook.model.sharedModel.insertCell(at, { cell_type: "code", source: code, metadata: {} });
  notebook.activeCellIndex = at;
  notebook.mode = "edit";
}

// A private window may refuse storage: then the switch holds for this page only.
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // nothing to do
  }
}
