// The browser's half of the Explorer: controls, the picture, and the pictures fetched ahead. It knows no formula.
//
// A view is asked for by the state of all controls and kept by it. While a control has the focus, the states of its whole
// range are fetched, nearest first; when another control moves, what was still to be asked is dropped. While everything
// rests, the states next to this one are fetched for every control: whoever takes one up finds its first picture there.
// Before this text stand those of unsent.js, guess.js, views.js and picture.js.

const FOCUS_MS = 30; // a step within this of the focus is asked for before its neighbours
const BESIDE_LEAST = 4; // states of each control that are fetched at rest
const BESIDE_MOST = 24; // the same, where drawing them all costs less than this:
const BESIDE_WORK_MS = 2000;
const BESIDE_MS = 100; // what takes longer to draw is not drawn unasked
const BESIDE_REST_MS = 200; // rest before they are fetched
const SPEAK_MS = 500; // rest before the sentence is read aloud
const MAX_LETTERS_BESIDE = 32; // letters that a list beside a picture has room for
const REST_MS = 400; // rest before Python is told the settings

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
  const offer = element("p", { className: "trialsim-small" });
  // What there is to try: ticked when a picture comes that shows it done, and ticked it stays.
  const tasks = spec.tasks.map((text) => {
    const tick = element("span", { className: "trialsim-unseen", textContent: "to do: " });
    const row = element("li", {}, tick, text);
    return { row, did: () => Object.assign(row, { className: "trialsim-did" }) && (tick.textContent = "done: ") };
  });
  const side = element("div", { className: "trialsim-side" }, controlsBox);
  if (tasks.length) {
    side.append(element("ol", { className: "trialsim-tasks", ariaLabel: "To try" }, ...tasks.map(({ row }) => row)));
  }
  const stage = element("div", { className: "trialsim-stage" }, committed, image.frame, sentence, waiting, actions, done);
  body.append(side, stage);
  stage.append(source);
  const inside = [element("h3", { className: "trialsim-title", textContent: spec.title }), form, body, trouble, offer, spoken];
  const drawer = spec.drawer ? element("details", {}, own(element("summary", { textContent: spec.drawer })), ...inside) : null;
  box.append(...(drawer ? [drawer] : inside));
  const folded = () => body.hidden || Boolean(drawer && !drawer.open);
  let near = false; // on screen, or a screen away
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
  let movedAt = 0;
  let softly = true; // what changes comes up softly; not while a key is held or a slider dragged
  let state = { ...model.get("settings"), prediction: model.get("prediction") };

  const arrived = (view, key) => {
    waiting.hidden = true;
    image.frame.classList.remove("trialsim-old");
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
    image.show(view, views.bases, softly);
    for (const at of view.tasks ?? []) tasks[at].did();
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
  const mine = unsent(model);
  const ownOf = (settings) => Object.fromEntries([...controls.keys()].map((name) => [name, settings[name]]));
  const rested = async (settings) => {
    const answer = await ask({ kind: "rest", settings });
    mine.answered(settings, answer);
    return answer;
  };

  const read = (name, text) => ask({ kind: "read", name, text });

  // The state that a control would give; one that shows somebody else puts the others where they begin.
  const beginnings = Object.fromEntries(spec.controls.map((control) => [control.name, control.default]));
  const after = (name, value) => ({ ...state, ...(name === spec.afresh ? beginnings : {}), [name]: value });

  let focusing = null;
  let due = 0; // fetches that wait for a frame to be painted
  const fetchAhead = (name, towards) => {
    clearTimeout(focusing);
    focusing = null;
    const { range, neighbours } = controls.get(name);
    const states = range(state[name], towards).map((value) => after(name, value));
    views.ahead(states, towards ? 0 : neighbours ? neighbours(state[name]) : 2);
  };
  // The next steps of every control, the nearest of each first.
  let besides = null;
  const fetchBeside = () => {
    besides = null;
    if (folded() || views.cost > BESIDE_MS) return;
    const worth = Math.floor(BESIDE_WORK_MS / views.cost / controls.size);
    const each = Math.max(BESIDE_LEAST, Math.min(BESIDE_MOST, worth));
    const rows = [...controls].map(([name, { range }]) =>
      range(state[name], 0).slice(0, each).map((value) => after(name, value)),
    );
    views.beside = Array.from({ length: each }, (_, at) => rows.flatMap((row) => row.slice(at, at + 1))).flat();
    views.pump();
  };
  const besideAfterRest = () => {
    clearTimeout(besides);
    besides = setTimeout(fetchBeside, BESIDE_REST_MS);
  };
  let resting = null;
  const rest = () => {
    clearTimeout(resting);
    mine.hold(ownOf(state));
    resting = setTimeout(() => {
      resting = null;
      const { prediction, ...settings } = state;
      model.set("settings", settings);
      model.save_changes();
      void rested(ownOf(state));
    }, REST_MS);
  };
  const move = (name, value, towards) => {
    softly = performance.now() - movedAt > MOTION_MS;
    movedAt = performance.now();
    state = after(name, value);
    if (name === spec.afresh) for (const [other, control] of controls) if (other !== name) control.show(state[other]);
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
  // A list whose choices are sentences needs the width of the page: beside the picture it would be cut off.
  const wordy = [...controlsBox.querySelectorAll("option")].some(({ text }) => text.length > MAX_LETTERS_BESIDE);
  if (spec.controls.length && !wordy) {
    // Not asked by :has in the style: a browser asks that again, of all the panel, whenever a picture changes.
    const inRows = controls.size > 3 && controlsBox.querySelector("select");
    body.className = inRows ? "trialsim-beside trialsim-rows" : "trialsim-beside";
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
    if (folded()) return;
    image.frame.classList.add("trialsim-old"); // not moved here: what is seen is of before; a page with slow parts dims it
    views.want(state);
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
  if (spec.prediction) {
    form.append(element("p", { textContent: "Make a guess to open the picture. Your guess will be marked in it." }));
    const asked = { spec: spec.prediction, model, trait: "prediction", about: () => " prediction", ask };
    const committed = () => controlsBox.querySelector("input, select, button")?.focus();
    if (spec.form) form.append(...guessForm({ ...asked, read: (text) => read("prediction", text), committed }));
  }
  function opened() {
    const prediction = model.get("prediction");
    const shut = Boolean(spec.prediction) && (prediction === null || prediction === undefined);
    form.hidden = !shut;
    body.hidden = shut;
    committed.hidden = shut || !spec.form; // a cell above that asked says it there
    if (spec.prediction && !shut) {
      const at = spec.prediction.values.indexOf(prediction);
      committed.textContent = `Your guess: ${spec.prediction.shown[at]} (${spec.prediction.label})`;
    }
    if (Views.key(state) !== Views.key({ ...state, prediction: prediction ?? null })) {
      state = { ...state, prediction: prediction ?? null };
      views.queue = [];
    }
    if (folded() || !(near || views.has(state))) return; // the kernel draws first what is looked at
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
  const cameNear = ([entry]) => {
    near = entry.isIntersecting;
    if (near && views.has(state)) besideAfterRest();
    else if (near) opened();
  };
  const inSight = new IntersectionObserver(cameNear, { scrollMargin: "100% 0px" });
  inSight.observe(box);
  const first = model.get("first");
  if (first.view) views.keep(first.state, first.view);
  drawer?.addEventListener("toggle", opened);
  opened();
  // Python says whether they may stand, and then shows them.
  const putSettings = async (settings) => {
    const answer = await rested(settings);
    if (!("rested" in answer) && answer.refused !== NO_ANSWER) mine.drop();
  };
  mine.bringBack(ownOf(state), putSettings, offer, () => "other settings.");

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
