// The browser's half of the Explorer: controls, the picture, and the pictures fetched ahead. It knows no formula.
//
// A view is asked for by the state of all controls and kept by it. While a control has the focus, the states of its whole
// range are fetched, nearest first; when another control moves, what was still to be asked is dropped. While everything
// rests, the states next to this one are fetched for every control: whoever takes one up finds its first picture there.

const MOST_IN_FLIGHT = 6; // messages under way at once
const MOST_A_MESSAGE = 7; // states in one message
const MESSAGE_MS = 30; // drawing time that one message should cost, at least
const FOCUS_MS = 30; // a step within this of the focus is asked for before its neighbours
const NEAR_MS = 60; // nearer than this, the next step's picture comes before any other is asked for
const FARTHEST_MS = 400; // what takes longer to come back met a busy kernel, not a far one
const AHEAD_MS = 60; // drawing time that may be under way, beyond what the distance needs
const MOST_KEPT = 600; // views kept
const BESIDE = 4; // states of each control that are fetched at rest
const BESIDE_MS = 100; // what takes longer to draw is not drawn unasked
const BESIDE_REST_MS = 200; // rest before they are fetched
const SLOW_MS = 500; // after this, say that it is being computed
const SPEAK_MS = 500; // rest before the sentence is read aloud
const REST_MS = 400; // rest before Python is told the settings
const SCROLLS = "The picture is wider than the page: the arrow keys scroll it";

const afterFrame = (then) => requestAnimationFrame(() => setTimeout(then));

// ---- views, by state ------------------------------------------------------------------------------------------------

class Views {
  constructor(send, arrived, health, cost) {
    Object.assign(this, { send, arrived, health });
    this.kept = new Map();
    this.bases = new Map();
    this.queue = []; // states still to be asked for, nearest first
    this.beside = []; // states to be asked for when there is nothing else to do
    this.wanted = null; // the state that should be on screen
    this.passed = new Map(); // key of a state that was wanted -> when, as long as the wanted one is not there
    this.wishes = 0;
    this.shown = 0; // which wish is on screen
    this.underway = new Map(); // message id -> {states, sent, cost}
    this.cost = cost; // drawing time of one state, ms
    this.distance = 0; // round trip without the drawing, ms
    this.heard = 0;
    this.watch = null;
  }

  static key(state) {
    return JSON.stringify(Object.keys(state).sort().map((name) => state[name]));
  }

  has(state) {
    return this.kept.has(Views.key(state));
  }

  keep(state, view) {
    const key = Views.key(state);
    if (view.drawing !== undefined) this.bases.set(view.base, view.drawing);
    this.kept.delete(key);
    this.kept.set(key, view);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
  }

  isUnderway(key) {
    for (const message of this.underway.values()) if (message.keys.has(key)) return true;
    return false;
  }

  want(state) {
    this.wanted = state;
    this.beside = [];
    const key = Views.key(state);
    this.passed.set(key, (this.wishes += 1));
    const view = this.kept.get(key);
    if (view) this.show(key, view);
    else this.pump();
    return Boolean(view);
  }

  // Shows what is wanted, or what was wanted on the way there: a held key moves the picture though replies come late.
  show(key, view) {
    const wish = this.passed.get(key);
    if (wish === undefined || wish < this.shown) return;
    this.shown = wish;
    if (wish === this.wishes) this.passed.clear();
    this.arrived(view, key);
  }

  // `states` nearest first. The very nearest go by themselves: one of them is the next step.
  ahead(states, nearest = 0) {
    this.queue = states.filter((state) => !this.has(state));
    if (nearest && this.queue.length && this.underway.size < MOST_IN_FLIGHT) {
      const first = this.queue.filter((state, at) => at < nearest && !this.isUnderway(Views.key(state)));
      if (first.length) this.ask(first, true);
    }
    this.pump();
  }

  pump() {
    if (this.wanted) {
      const key = Views.key(this.wanted);
      if (!this.kept.has(key) && !this.isUnderway(key) && this.underway.size < MOST_IN_FLIGHT) {
        this.ask([this.wanted], !this.underway.size);
      }
    }
    if (this.distance < NEAR_MS) for (const message of this.underway.values()) if (message.first) return;
    const room = this.distance + AHEAD_MS;
    const worth = Math.max(MESSAGE_MS, room / MOST_IN_FLIGHT);
    const most = Math.max(1, Math.min(MOST_A_MESSAGE, Math.floor(worth / this.cost)));
    while (this.queue.length && this.underway.size < MOST_IN_FLIGHT) {
      let spent = 0;
      for (const message of this.underway.values()) spent += message.cost;
      if (spent >= room) return;
      const batch = this.next(this.queue, most);
      if (batch.length) this.ask(batch);
    }
    if (this.underway.size) return;
    const batch = this.next(this.beside, most);
    if (batch.length) this.ask(batch);
  }

  // Takes up to `most` states from the front that are neither there nor under way.
  next(states, most) {
    const batch = [];
    while (states.length && batch.length < most) {
      const state = states.shift();
      const key = Views.key(state);
      if (!this.kept.has(key) && !this.isUnderway(key)) batch.push(state);
    }
    return batch;
  }

  ask(states, first = false) {
    const now = performance.now();
    const keys = new Map(states.map((state) => [Views.key(state), state]));
    const id = this.send({ kind: "draw", states, bases: [...this.bases.keys()] });
    if (id === null) {
      this.drop();
      return this.health("dead");
    }
    this.underway.set(id, { keys, sent: now, cost: this.cost * states.length, alone: !this.underway.size, first });
    if (!this.watch) this.watch = setInterval(() => this.look(), 250);
  }

  take(message) {
    const asked = this.underway.get(message.id);
    this.heard = performance.now();
    this.health("");
    if (!asked) return; // it came after we had given it up
    this.underway.delete(message.id);
    if (!message.views) {
      this.arrived(message);
      return;
    }
    if (asked.keys.size) {
      const cost = Math.max(0.5, message.took / asked.keys.size);
      this.cost += 0.3 * (Math.min(cost, 3 * this.cost) - this.cost); // one slow reply is no rule
    }
    // Only a message that had no other before it tells the distance; the others waited for their turn, too.
    if (asked.alone) {
      const distance = Math.min(FARTHEST_MS, Math.max(0, this.heard - asked.sent - message.took));
      this.distance += (this.distance ? 0.5 : 1) * (distance - this.distance);
    }
    let at = 0;
    let latest = null;
    for (const [key, state] of asked.keys) {
      const view = message.views[at++];
      this.keep(state, view);
      const wish = this.passed.get(key);
      if (wish !== undefined && (!latest || wish > latest.wish)) latest = { wish, key, view };
    }
    if (latest) this.show(latest.key, latest.view);
    // What was waited for is painted before the kernel and the page get more work.
    if (latest && asked.first) afterFrame(() => this.pump());
    else this.pump();
  }

  look() {
    if (!this.underway.size) {
      clearInterval(this.watch);
      this.watch = null;
      return;
    }
    const now = performance.now();
    const oldest = Math.min(...[...this.underway.values()].map((message) => message.sent));
    const silent = now - Math.max(oldest, Math.min(this.heard, now));
    if (silent > DEAD_MS) {
      this.underway.clear();
      this.drop();
      this.health("dead");
    } else if (this.wanted && !this.has(this.wanted) && now - oldest > SLOW_MS) {
      this.health("slow");
    }
  }

  drop() {
    this.queue = [];
    this.beside = [];
  }

  forget() {
    this.kept.clear();
    this.passed.clear();
    this.drop();
    this.underway.clear();
  }

  stop() {
    clearInterval(this.watch);
  }
}

// ---- the picture ----------------------------------------------------------------------------------------------------

// The elements that a text of SVG has on its outermost level, each as its own text.
function partsOf(text) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (const { 0: tag, index } of text.matchAll(/<[^>]+>/g)) {
    if (!depth) from = index;
    if (tag[1] === "/") depth -= 1;
    else if (!tag.endsWith("/>")) depth += 1;
    if (!depth) parts.push(text.slice(from, index + tag.length));
  }
  return parts;
}

// In a shadow root, so that its ids and styles stay its own; ink is the colour of the text around it.
function picture() {
  const host = element("div", { className: "trialsim-picture", role: "img" });
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML =
    "<style>svg{display:block;width:100%;height:auto}text{fill:currentColor;" +
    "font-family:var(--jp-content-font-family,system-ui,sans-serif)}</style>" +
    '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true">' +
    '<g style="stroke-linejoin:round;stroke-linecap:butt;fill:currentColor"><g></g><g></g></g></svg>';
  const svg = root.querySelector("svg");
  const [base, layer] = root.querySelectorAll("g > g");
  let shownBase = null;
  // Of the layer, only the parts that were not in the picture before are made: the browser need not lay out the rest
  // again. Parts that stay do so in the same order, since each is drawn above those before it.
  const scratch = document.createElementNS(svg.namespaceURI, "g");
  let parts = []; // [text, node] of the layer on screen
  const replace = (texts) => {
    const there = new Map();
    for (const [text, node] of parts) there.set(text, [...(there.get(text) ?? []), node]);
    const nodes = texts.map((text) => there.get(text)?.shift());
    for (const left of there.values()) for (const node of left) node.remove();
    scratch.innerHTML = texts.filter((_, at) => !nodes[at]).join("");
    const fresh = [...scratch.children];
    parts = texts.map((text, at) => [text, nodes[at] ?? fresh.shift()]);
    let next = layer.firstChild;
    for (const [, node] of parts) {
      if (node === next) next = next.nextSibling;
      else layer.insertBefore(node, next);
    }
  };
  const show = (view, bases) => {
    if (view.base !== shownBase) {
      base.innerHTML = bases.get(view.base);
      svg.setAttribute("viewBox", `0 0 ${view.size[0]} ${view.size[1]}`);
      shownBase = view.base;
    }
    replace((view.parts ??= partsOf(view.layer)));
    host.setAttribute("aria-label", view.alt);
  };
  // On a narrow page the picture keeps its size and scrolls, by keyboard, too.
  const frame = element("div", { className: "trialsim-frame" }, host);
  const watch = new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth) Object.assign(own(frame), { tabIndex: 0, role: "group", ariaLabel: SCROLLS });
    else for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
  });
  watch.observe(frame);
  return { frame, show, stop: () => watch.disconnect() };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// ---- the widget -----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const spec = model.get("spec");
  const { send, ask, take } = asker(model);

  const box = element("section", { className: "trialsim", ariaLabel: spec.title });
  const form = element("div", { hidden: true });
  const body = element("div", { hidden: true });
  const committed = element("p", { className: "trialsim-small", hidden: true });
  const controlsBox = element("div", { className: "trialsim-controls" });
  const image = picture();
  const sentence = element("p", { className: "trialsim-sentence" });
  const source = element("p", { className: "trialsim-small" });
  const spoken = element("p", { className: "trialsim-unseen" });
  spoken.setAttribute("aria-live", "polite");
  const busy = element("progress", { ariaLabel: "Computing" });
  const waiting = element("p", { className: "trialsim-small", hidden: true }, "Computing ... ", busy);
  const actions = element("div", { className: "trialsim-row trialsim-actions", hidden: true });
  const done = element("p", { className: "trialsim-reply" });
  done.setAttribute("role", "status");
  const trouble = element("p", { className: "trialsim-problem", role: "alert", hidden: true });
  body.append(controlsBox, committed, image.frame, sentence, source, waiting, actions, done);
  box.append(element("h3", { className: "trialsim-title", textContent: spec.title }), form, body, trouble, spoken);
  el.replaceChildren(box);

  const tell = (text) => {
    trouble.hidden = !text;
    trouble.textContent = text;
  };
  let speaking = null;
  const speak = (text) => {
    clearTimeout(speaking);
    speaking = setTimeout(() => (spoken.textContent = text), SPEAK_MS);
  };

  const controls = new Map();
  let moved = null; // the control that moved last
  let state = { ...model.get("settings"), prediction: model.get("prediction") };

  const arrived = (view, key) => {
    waiting.hidden = true;
    box.dispatchEvent(new CustomEvent("trialsim:shown", { bubbles: true, detail: key }));
    if ("fault" in view) return tell(`This could not be drawn: ${view.fault}`);
    if ("refused" in view) {
      const control = controls.get(moved);
      if (control) control.say(view.refused);
      else tell(view.refused);
      return speak(view.refused);
    }
    tell("");
    for (const control of controls.values()) control.say("");
    for (const [name, values] of Object.entries(view.offers ?? {})) controls.get(name)?.offer(values);
    image.show(view, views.bases);
    sentence.textContent = view.sentence;
    if (source.textContent !== view.source) source.textContent = view.source;
    source.hidden = !view.source;
    speak(view.sentence);
  };
  const health = (how) => {
    waiting.hidden = how !== "slow";
    if (how === "dead") tell(NO_ANSWER);
    else if (trouble.textContent === NO_ANSWER) tell("");
  };
  const views = new Views(send, arrived, health, spec.cost);

  const read = (name, text) => ask({ kind: "read", name, text });

  let focusing = null;
  let due = 0; // fetches that wait for a frame to be painted
  const fetchAhead = (name, towards) => {
    clearTimeout(focusing);
    focusing = null;
    const { range, neighbours } = controls.get(name);
    const states = range(state[name], towards).map((value) => ({ ...state, [name]: value }));
    views.ahead(states, towards ? 0 : neighbours ? neighbours(state[name]) : 2);
  };
  // One step of every control, the nearest of each first.
  let besides = null;
  const fetchBeside = () => {
    besides = null;
    if (body.hidden || views.cost > BESIDE_MS) return;
    const rows = [...controls].map(([name, { range }]) =>
      range(state[name], 0).slice(0, BESIDE).map((value) => ({ ...state, [name]: value })),
    );
    views.beside = Array.from({ length: BESIDE }, (_, at) => rows.flatMap((row) => row.slice(at, at + 1))).flat();
    views.pump();
  };
  const besideAfterRest = () => {
    clearTimeout(besides);
    besides = setTimeout(fetchBeside, BESIDE_REST_MS);
  };
  let resting = null;
  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      const { prediction, ...settings } = state;
      model.set("settings", settings);
      model.save_changes();
    }, REST_MS);
  };
  const move = (name, value, towards) => {
    state = { ...state, [name]: value };
    if (moved !== name) views.queue = [];
    moved = name;
    if (views.want(state)) {
      due += 1;
      afterFrame(() => {
        due -= 1;
        if (moved === name) fetchAhead(name, towards);
      });
    } else fetchAhead(name, towards);
    rest();
    besideAfterRest();
  };

  for (const declared of spec.controls) {
    const { name } = declared;
    const built = BUILDERS[declared.kind](declared, (value, towards) => move(name, value, towards), (text) => read(name, text));
    // A pointer gives the focus and moves the control in one: that step's picture is asked for first, and alone.
    built.node.addEventListener("focusin", () => {
      clearTimeout(focusing);
      focusing = setTimeout(() => fetchAhead(name, 0), FOCUS_MS);
    });
    built.show(state[name]);
    controls.set(name, built);
    controlsBox.append(built.node);
  }

  // What Python sets: what is given elsewhere, and controls that nobody is moving right now.
  const adopt = () => {
    const next = { ...state };
    for (const [name, value] of Object.entries(model.get("settings"))) {
      if (!controls.has(name) || resting === null) next[name] = value;
    }
    if (Views.key(next) === Views.key(state)) return;
    for (const [name, control] of controls) if (!same(next[name], state[name])) control.show(next[name]);
    state = next;
    moved = null;
    views.queue = [];
    if (!body.hidden) views.want(state);
  };

  for (const [name, label] of spec.actions ?? []) {
    const press = own(element("button", { type: "button", textContent: label }));
    press.addEventListener("click", async () => {
      press.setAttribute("aria-disabled", "true");
      done.textContent = "";
      const answer = await ask({ kind: "act", name, state });
      press.removeAttribute("aria-disabled");
      done.dataset.verdict = "done" in answer ? "right" : "refused";
      done.textContent = answer.done ?? answer.refused ?? `This failed: ${answer.fault}`;
    });
    actions.append(press);
    actions.hidden = false;
  }

  // The prediction comes first: without it the panel stays shut.
  let guess = null;
  if (spec.prediction) {
    form.append(element("p", { textContent: "Commit to your prediction first; then the picture opens and keeps your mark." }));
    if (spec.form) {
      let value = spec.prediction.default;
      let chosen = spec.prediction.kind === "slider";
      const choose = (next) => {
        value = next;
        chosen = true;
      };
      guess = BUILDERS[spec.prediction.kind](spec.prediction, choose, (text) => read("prediction", text));
      if (!chosen) guess.show(null); // no option is suggested
      const commit = own(element("button", { type: "button", textContent: "Commit my prediction" }));
      commit.addEventListener("click", async () => {
        if (!chosen) return guess.say("Choose one of these first.");
        const answer = await ask({ kind: "commit", value });
        if ("committed" in answer) controlsBox.querySelector("input, select, button")?.focus();
        else guess.say(answer.refused ?? answer.fault);
      });
      form.append(guess.node, element("p", {}, commit));
    }
  }
  function opened() {
    const prediction = model.get("prediction");
    const shut = Boolean(spec.prediction) && (prediction === null || prediction === undefined);
    form.hidden = !shut;
    body.hidden = shut;
    committed.hidden = shut || !spec.prediction;
    if (spec.prediction && !shut) {
      const at = spec.prediction.values.indexOf(prediction);
      committed.textContent = `Your prediction: ${spec.prediction.shown[at]} (${spec.prediction.label})`;
    }
    if (Views.key(state) !== Views.key({ ...state, prediction: prediction ?? null })) {
      state = { ...state, prediction: prediction ?? null };
      views.queue = [];
    }
    if (shut) return;
    views.want(state);
    besideAfterRest();
    if (!views.distance) views.ask([]); // how far the kernel is, before anything is waited for
  }
  const onMessage = (message) => {
    if (!take(message)) views.take(message);
  };
  // For measurements: begin with nothing fetched (and the distance unknown, or as after a rest), and say what is wanted,
  // how much is under way, and how much more will be.
  box.addEventListener("trialsim:forget", (event) => {
    clearTimeout(besides);
    besides = null;
    views.forget();
    if (event.detail?.rest) besideAfterRest();
    if (event.detail?.distance) {
      views.distance = 0;
      views.ask([]);
    }
  });
  box.addEventListener("trialsim:waiting", (event) => {
    event.detail.waiting = views.underway.size + views.queue.length + due + (focusing === null ? 0 : 1);
    event.detail.beside = views.beside.length + (besides === null ? 0 : 1);
    event.detail.wanted = views.wanted && Views.key(views.wanted);
  });
  model.on("msg:custom", onMessage);
  model.on("change:prediction", opened);
  model.on("change:settings", adopt);
  const inSight = new IntersectionObserver(([entry]) => entry.isIntersecting && besideAfterRest());
  inSight.observe(box);
  const first = model.get("first");
  views.keep(first.state, first.view);
  opened();

  return () => {
    views.stop();
    image.stop();
    inSight.disconnect();
    for (const timer of [speaking, resting, focusing, besides]) clearTimeout(timer);
    model.off("msg:custom", onMessage);
    model.off("change:prediction", opened);
    model.off("change:settings", adopt);
  };
}

export default { render };
