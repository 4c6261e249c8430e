// The browser's half of the Explorer: controls, the picture, and the pictures fetched ahead. It knows no formula.
//
// A view is asked for by the state of all controls and kept by it. While a control has the focus, the states of its whole
// range are fetched, nearest first; when another control moves, what was still to be asked is dropped.

const MOST_IN_FLIGHT = 6; // messages under way at once
const MOST_A_MESSAGE = 7; // states in one message
const MESSAGE_MS = 12; // drawing time that one message should cost
const AHEAD_MS = 60; // drawing time that may be under way, beyond what the distance needs
const MOST_KEPT = 600; // views kept
const SLOW_MS = 500; // after this, say that it is being computed
const DEAD_MS = 8000; // without any reply for this long, the kernel is taken for gone
const SPEAK_MS = 500; // rest before the sentence is read aloud
const REST_MS = 400; // rest before Python is told the settings
const NO_ANSWER = "The kernel is not answering. Choose Run, then Run All Cells, to start again.";

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Everything that can be focused keeps its keys: Lab's shortcuts look at the focused element itself.
function own(input) {
  input.setAttribute("data-lm-suppress-shortcuts", "true");
  return input;
}

let made = 0;
const uniqueId = () => `trialsim-${(made += 1)}`;

// ---- views, by state ------------------------------------------------------------------------------------------------

class Views {
  constructor(send, arrived, health) {
    Object.assign(this, { send, arrived, health });
    this.kept = new Map();
    this.bases = new Map();
    this.queue = []; // states still to be asked for, nearest first
    this.wanted = null; // the state that should be on screen
    this.underway = new Map(); // message id -> {states, sent, cost}
    this.cost = 5; // drawing time of one state, ms
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
    if ("fault" in view) return;
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
    const key = Views.key(state);
    const view = this.kept.get(key);
    if (view) this.arrived(state, view);
    this.pump();
    return Boolean(view);
  }

  ahead(states) {
    this.queue = states;
    this.pump();
  }

  pump() {
    if (this.wanted) {
      const key = Views.key(this.wanted);
      if (!this.kept.has(key) && !this.isUnderway(key) && this.underway.size < MOST_IN_FLIGHT) this.ask([this.wanted]);
    }
    const room = this.distance + AHEAD_MS;
    while (this.queue.length && this.underway.size < MOST_IN_FLIGHT) {
      let spent = 0;
      for (const message of this.underway.values()) spent += message.cost;
      if (spent >= room) return;
      const most = Math.max(1, Math.min(MOST_A_MESSAGE, Math.floor(MESSAGE_MS / this.cost)));
      const batch = [];
      while (this.queue.length && batch.length < most) {
        const state = this.queue.shift();
        const key = Views.key(state);
        if (!this.kept.has(key) && !this.isUnderway(key)) batch.push(state);
      }
      if (batch.length) this.ask(batch);
    }
  }

  ask(states) {
    const now = performance.now();
    const keys = new Map(states.map((state) => [Views.key(state), state]));
    const id = this.send({ kind: "draw", states, bases: [...this.bases.keys()] });
    this.underway.set(id, { keys, sent: now, cost: this.cost * states.length });
    if (!this.watch) this.watch = setInterval(() => this.look(), 250);
  }

  take(message) {
    const asked = this.underway.get(message.id);
    this.heard = performance.now();
    this.health("");
    if (!asked) return; // it came after we had given it up
    this.underway.delete(message.id);
    if (message.kind !== "drawn") {
      this.arrived(this.wanted, message);
      return;
    }
    this.cost += 0.3 * (Math.max(0.5, message.took / asked.keys.size) - this.cost);
    this.distance += 0.3 * (Math.max(0, this.heard - asked.sent - message.took) - this.distance);
    const wanted = this.wanted && Views.key(this.wanted);
    let at = 0;
    for (const [key, state] of asked.keys) {
      const view = message.views[at++];
      this.keep(state, view);
      if (key === wanted) this.arrived(state, view);
    }
    this.pump();
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
      this.queue = [];
      this.health("dead");
    } else if (this.wanted && !this.has(this.wanted) && now - oldest > SLOW_MS) {
      this.health("slow");
    }
  }

  forget() {
    this.kept.clear();
    this.queue = [];
    this.underway.clear();
  }

  stop() {
    clearInterval(this.watch);
  }
}

// ---- controls -------------------------------------------------------------------------------------------------------
// Each builder returns {node, show(value), say(problem), range(value, towards) -> values nearest first}.

function around(values, value, towards) {
  const at = values.indexOf(value);
  const near = values.map((_, i) => i).filter((i) => i !== at);
  // What lies in the direction of the last step comes first at the same distance, and counts half as far.
  const far = (i) => Math.abs(i - at) * (towards && Math.sign(i - at) === -towards ? 2 : 1);
  return near.sort((a, b) => far(a) - far(b)).map((i) => values[i]);
}

function problemLine() {
  const line = element("p", { className: "trialsim-problem", id: uniqueId(), role: "alert", hidden: true });
  const say = (text, input) => {
    line.hidden = !text;
    line.textContent = text;
    if (!input) return;
    input.setAttribute("aria-invalid", text ? "true" : "false");
    if (text) input.setAttribute("aria-describedby", line.id);
    else input.removeAttribute("aria-describedby");
  };
  return { line, say };
}

function slider(spec, move, read) {
  const id = uniqueId();
  const range = own(element("input", { type: "range", id, min: 0, max: spec.values.length - 1, step: 1 }));
  const typed = own(element("input", { type: "text", inputMode: "decimal", autocomplete: "off" }));
  typed.setAttribute("aria-label", `${spec.label}, typed`);
  typed.size = Math.max(4, ...spec.values.map((value) => String(value).length));
  const shown = element("output", { htmlFor: id });
  const { line, say } = problemLine();
  let value = spec.default;
  const show = (next) => {
    value = next;
    const at = spec.values.indexOf(next);
    range.value = at;
    range.setAttribute("aria-valuetext", spec.shown[at]);
    shown.textContent = spec.shown[at];
    typed.value = String(next);
    say("", typed);
  };
  range.addEventListener("input", () => {
    const next = spec.values[Number(range.value)];
    const towards = Math.sign(Number(range.value) - spec.values.indexOf(value));
    show(next);
    move(next, towards);
  });
  const take = async () => {
    const text = typed.value;
    if (text === String(value)) return say("", typed);
    const plain = spec.values.indexOf(text.trim() === "" ? NaN : Number(text.trim().replace(",", ".")));
    const answer = plain >= 0 ? { value: spec.values[plain] } : await read(text);
    if (typed.value !== text) return;
    if ("value" in answer) {
      show(answer.value);
      move(answer.value, 0);
    } else {
      say(answer.refused ?? answer.fault, typed);
    }
  };
  typed.addEventListener("change", take);
  typed.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
  });
  const node = element(
    "div",
    { className: "trialsim-control" },
    element("label", { htmlFor: id, textContent: spec.label }),
    element("div", { className: "trialsim-row" }, range, typed, shown),
    line,
  );
  show(spec.default);
  return { node, show, say: (text) => say(text, typed), range: (at, towards) => around(spec.values, at, towards) };
}

function choice(spec, move) {
  const { line, say } = problemLine();
  const id = uniqueId();
  let show;
  let node;
  if (spec.values.length <= 5) {
    const radios = spec.values.map((value) => own(element("input", { type: "radio", name: id, value })));
    radios.forEach((radio) => radio.addEventListener("change", () => move(radio.value, 0)));
    show = (value) => radios.forEach((radio) => (radio.checked = radio.value === value));
    const options = radios.map((radio, i) =>
      element("label", { className: "trialsim-option" }, radio, element("span", { textContent: spec.shown[i] })),
    );
    node = element(
      "fieldset",
      { className: "trialsim-control" },
      element("legend", { textContent: spec.label }),
      element("div", { className: "trialsim-row" }, ...options),
      line,
    );
  } else {
    const select = own(element("select", { id }));
    spec.values.forEach((value, i) => select.append(element("option", { value, textContent: spec.shown[i] })));
    select.addEventListener("change", () => move(select.value, 0));
    show = (value) => (select.value = value);
    const label = element("label", { htmlFor: id, textContent: spec.label });
    node = element("div", { className: "trialsim-control" }, label, select, line);
  }
  show(spec.default);
  return { node, show, say, range: (at) => around(spec.values, at, 0) };
}

function toggle(spec, move) {
  const { line, say } = problemLine();
  const box = own(element("input", { type: "checkbox" }));
  box.setAttribute("role", "switch");
  box.addEventListener("change", () => move(box.checked, 0));
  const show = (value) => (box.checked = value);
  const label = element("label", { className: "trialsim-option" }, box, element("span", { textContent: spec.label }));
  show(spec.default);
  return {
    node: element("div", { className: "trialsim-control" }, label, line),
    show,
    say,
    range: (at) => [!at],
  };
}

function button(spec, move) {
  const { line, say } = problemLine();
  let value = spec.default;
  const again = own(element("button", { type: "button", textContent: spec.label }));
  const back = own(element("button", { type: "button", textContent: spec.back }));
  const show = (next) => {
    value = next;
    back.setAttribute("aria-disabled", String(next === spec.default));
  };
  const press = (next) => {
    show(next);
    move(next, 1);
  };
  again.addEventListener("click", () => press(value < spec.last ? value + 1 : 1));
  back.addEventListener("click", () => value !== spec.default && press(spec.default));
  show(spec.default);
  return {
    node: element(
      "div",
      { className: "trialsim-control" },
      element("div", { className: "trialsim-row", role: "group", ariaLabel: spec.label }, again, back),
      line,
    ),
    show,
    say,
    range: (at) => [1, 2, 3, 4, 5, 6, 7].map((k) => at + k).filter((k) => k <= spec.last).concat([spec.default]),
  };
}

const BUILDERS = { slider, choice, switch: toggle, button };

// ---- the picture ----------------------------------------------------------------------------------------------------

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
  const show = (view, bases) => {
    if (view.base !== shownBase) {
      base.innerHTML = bases.get(view.base);
      svg.setAttribute("viewBox", `0 0 ${view.size[0]} ${view.size[1]}`);
      shownBase = view.base;
    }
    layer.innerHTML = view.layer;
    host.setAttribute("aria-label", view.alt);
  };
  return { host, show };
}

// ---- the widget -----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const spec = model.get("spec");
  const session = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  let sent = 0;
  const readers = new Map();
  const send = (content) => {
    const id = `${session}-${(sent += 1)}`;
    model.send({ ...content, id });
    return id;
  };

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
  const waiting = element("p", { className: "trialsim-small", hidden: true, textContent: "Computing ..." });
  const trouble = element("p", { className: "trialsim-problem", role: "alert", hidden: true });
  body.append(controlsBox, committed, image.host, sentence, source, waiting);
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

  const arrived = (_, view) => {
    waiting.hidden = true;
    if ("fault" in view) return tell(`This could not be drawn: ${view.fault}`);
    if ("refused" in view) {
      const control = controls.get(moved);
      if (control) control.say(view.refused);
      else tell(view.refused);
      return speak(view.refused);
    }
    tell("");
    for (const control of controls.values()) control.say("");
    image.show(view, views.bases);
    sentence.textContent = view.sentence;
    source.textContent = view.source;
    source.hidden = !view.source;
    speak(view.sentence);
    box.dispatchEvent(new CustomEvent("trialsim:shown", { bubbles: true, detail: Views.key(state) }));
  };
  const health = (how) => {
    waiting.hidden = how !== "slow";
    if (how === "dead") tell(NO_ANSWER);
    else if (trouble.textContent === NO_ANSWER) tell("");
  };
  const views = new Views(send, arrived, health);

  const read = (name, text) =>
    new Promise((resolve) => {
      const id = send({ kind: "read", name, text });
      readers.set(id, resolve);
      setTimeout(() => readers.delete(id) && resolve({ refused: NO_ANSWER }), DEAD_MS);
    });

  const fetchAhead = (name, towards) => {
    const range = controls.get(name).range(state[name], towards);
    views.ahead(range.map((value) => ({ ...state, [name]: value })));
  };
  let resting = null;
  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      const { prediction, ...settings } = state;
      model.set("settings", settings);
      model.save_changes();
    }, REST_MS);
  };
  const move = (name, value, towards) => {
    state = { ...state, [name]: value };
    if (moved !== name) views.queue = [];
    moved = name;
    views.want(state);
    fetchAhead(name, towards);
    rest();
  };

  for (const declared of spec.controls) {
    const { name } = declared;
    const built = BUILDERS[declared.kind](declared, (value, towards) => move(name, value, towards), (text) => read(name, text));
    built.node.addEventListener("focusin", () => fetchAhead(name, 0));
    built.show(state[name]);
    controls.set(name, built);
    controlsBox.append(built.node);
  }

  // The prediction comes first: without it the panel stays shut.
  let guess = null;
  if (spec.prediction) {
    form.append(element("p", { textContent: "Commit to your prediction first; then the picture opens and keeps your mark." }));
    if (spec.form) {
      let value = spec.prediction.default;
      let chosen = spec.prediction.kind === "slider";
      const take = (next) => {
        value = next;
        chosen = true;
      };
      guess = BUILDERS[spec.prediction.kind](spec.prediction, take, (text) => read("prediction", text));
      if (!chosen) guess.show(null); // no option is suggested
      const commit = own(element("button", { type: "button", textContent: "Commit my prediction" }));
      commit.addEventListener("click", () => {
        if (!chosen) return guess.say("Choose one of these first.");
        model.set("prediction", value);
        model.save_changes();
        opened();
        controlsBox.querySelector("input, select, button")?.focus();
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
    if (!shut) views.want(state);
  }
  const onMessage = (message) => {
    const reader = readers.get(message.id);
    if (reader) {
      readers.delete(message.id);
      reader(message);
    } else {
      views.take(message);
    }
  };
  model.on("msg:custom", onMessage);
  model.on("change:prediction", opened);
  const first = model.get("first");
  views.keep(first.state, first.view);
  opened();

  return () => {
    views.stop();
    clearTimeout(speaking);
    clearTimeout(resting);
    model.off("msg:custom", onMessage);
    model.off("change:prediction", opened);
  };
}

export default { render };
