// What every widget here is made of: labelled native controls, a line for what is wrong, messages that are answered.
// This text stands before that of the widget itself; see request_widget.py.

const DEAD_MS = 8000; // without any reply for this long, the kernel is taken for gone
const NO_ANSWER = "Python is not answering. Press “Start again” in the line at the top if it is there, or load the page again.";

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

// Every widget has a copy of this module, so counting alone would give two of them the same id.
const mark = Math.random().toString(36).slice(2, 10);
let made = 0;
const uniqueId = () => `trialsim-${mark}-${(made += 1)}`;

// Send a message and wait for its own reply; one that never comes is a reply, too.
function asker(model) {
  const session = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  const waiting = new Map();
  let sent = 0;
  // Gives the message's id; null where there is no kernel to send it to.
  const send = (content) => {
    const id = `${session}-${(sent += 1)}`;
    try {
      model.send({ ...content, id });
    } catch {
      return null;
    }
    return id;
  };
  const ask = (content, patience = DEAD_MS) =>
    new Promise((resolve) => {
      const id = send(content);
      if (id === null) return resolve({ refused: NO_ANSWER });
      waiting.set(id, resolve);
      setTimeout(() => waiting.delete(id) && resolve({ refused: NO_ANSWER }), patience);
    });
  // True when the message was the reply to an `ask`.
  const take = (message) => {
    const resolve = waiting.get(message.id);
    if (!resolve) return false;
    waiting.delete(message.id);
    resolve(message);
    return true;
  };
  return { send, ask, take };
}

const STORE = "trialsim work, lesson ";

// What this browser kept of a lesson, {last, name, text}, or null; it may refuse to keep anything.
function stored(lesson) {
  try {
    return JSON.parse(localStorage.getItem(STORE + lesson)) ?? null;
  } catch {
    return null;
  }
}

function when(time) {
  return new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

// ---- controls -------------------------------------------------------------------------------------------------------
// Each builder returns {node, show(value), say(problem), range(value, towards) -> values nearest first}; a slider also
// says how many of them are one step away.

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
    if (!text && line.hidden) return; // as at each picture: nothing to lay out again
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
    const number = String(next); // it stands in the box: beside it only what is not there
    const beside = spec.shown[at].startsWith(number) ? spec.shown[at].slice(number.length) : null;
    shown.textContent = beside !== null && /^(:? .*)?$/.test(beside) ? beside.replace(/^:? /, "") : spec.shown[at];
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
    element("div", { className: "trialsim-row" }, range, element("span", { className: "trialsim-amount" }, typed, shown)),
    line,
  );
  show(spec.default);
  return {
    node,
    show,
    say: (text) => say(text, typed),
    range: (at, towards) => around(spec.values, at, towards),
    neighbours: (at) => (at === spec.values[0] || at === spec.values.at(-1) ? 1 : 2),
  };
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
    node = element("div", { className: "trialsim-control trialsim-listed" }, label, select, line);
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

// Any number of options; only those on offer are shown.
function several(spec, move) {
  const { line, say } = problemLine();
  const boxes = spec.values.map((value) => own(element("input", { type: "checkbox", value })));
  let chosen = spec.default;
  const toggled = (value) => spec.values.filter((option) => (option === value) !== chosen.includes(option));
  boxes.forEach((box) => box.addEventListener("change", () => move((chosen = toggled(box.value)), 0)));
  const rows = boxes.map((box, i) =>
    element("label", { className: "trialsim-option" }, box, element("span", { textContent: spec.shown[i] })),
  );
  const show = (value) => {
    chosen = value;
    for (const box of boxes) box.checked = chosen.includes(box.value);
  };
  const offer = (values) => {
    const at = boxes.indexOf(document.activeElement);
    boxes.forEach((box, i) => (rows[i].hidden = !values.includes(box.value)));
    // Who tabbed on before the offer came keeps a place on the page.
    if (at < 0 || !rows[at].hidden) return;
    [...boxes.slice(at), ...boxes.slice(0, at).reverse()].find((box) => values.includes(box.value))?.focus();
  };
  const node = element(
    "fieldset",
    { className: "trialsim-control trialsim-several" },
    element("legend", { textContent: spec.label }),
    element("div", { className: "trialsim-list" }, ...rows),
    line,
  );
  show(spec.default);
  const range = () => boxes.filter((_, i) => !rows[i].hidden).map((box) => toggled(box.value));
  return { node, show, say, range, offer };
}

const BUILDERS = { slider, choice, switch: toggle, button, several };
