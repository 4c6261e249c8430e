// Predictions and checks in the browser. Whatever was typed goes to Python, and comes back as text.

const SLOW_ANSWER_MS = 90000; // an answer that takes seconds may wait for what is worked out before it

function predict({ model, box, ask }) {
  const spec = model.get("spec").control;
  const done = element("p", { className: "trialsim-answer", hidden: true });
  const read = (text) => ask({ kind: "read", text });
  const form = element("div", {}, ...guessForm({ spec, model, trait: "value", read, ask, committed: () => done.focus() }));
  own(done).tabIndex = -1; // it gets the focus when the form goes
  const show = () => {
    const committed = model.get("value");
    const open = committed === null || committed === undefined;
    form.hidden = !open;
    done.hidden = open;
    if (open) return;
    const found = model.get("found");
    done.textContent = `${spec.label} Your guess: ${spec.shown[spec.values.indexOf(committed)]}.`;
    if (found) done.textContent += ` The answer: ${found}.`;
  };
  box.append(form, done);
  model.on("change:value change:found", show);
  show();
  return () => model.off("change:value change:found", show);
}

// The question's inputs: {node, fields, read() -> answer, restore(answer)}.
function inputs(spec) {
  if (spec.kind === "number") {
    const id = uniqueId();
    const input = own(element("input", { type: "text", inputMode: "decimal", autocomplete: "off", id }));
    const label = element("label", { htmlFor: id, textContent: spec.unit ? `${spec.label} (${spec.unit})` : spec.label });
    const row = element("div", { className: "trialsim-row" }, label, input);
    return { node: row, fields: [input], read: () => input.value, restore: (answer) => (input.value = String(answer)) };
  }
  const name = uniqueId();
  const type = spec.kind === "one" ? "radio" : "checkbox";
  const boxes = spec.options.map(([value]) => own(element("input", { type, name, value })));
  const rows = spec.options.map(([, shown], i) =>
    element("label", { className: "trialsim-option trialsim-line" }, boxes[i], element("span", { textContent: shown })),
  );
  const legend = element("legend", { className: "trialsim-unseen", textContent: `${spec.text} ${spec.label}` });
  const node = element("fieldset", { className: "trialsim-control" }, legend, ...rows);
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const restore = (answer) => boxes.forEach((box) => (box.checked = [answer].flat().includes(box.value)));
  return { node, fields: boxes, read: () => (spec.kind === "one" ? (chosen()[0] ?? "") : chosen()), restore };
}

// A row that takes the learner's number, where the question depends on it.
function numberRow({ model, ask }) {
  const id = uniqueId();
  const input = own(element("input", { type: "text", inputMode: "numeric", autocomplete: "off", id }));
  const deal = own(element("button", { type: "button", textContent: "Ask me another" }));
  const { line, say } = problemLine();
  const send = async (message) => {
    const answer = await ask(message);
    say(answer.refused ?? answer.fault ?? "", input);
  };
  const take = () => send({ kind: "number", number: input.value });
  // Who has typed a number wants that one; who has not, wants any other case.
  deal.addEventListener("click", () => (input.value.trim() === String(model.get("number")) ? send({ kind: "another" }) : take()));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
  });
  const show = () => {
    input.value = String(model.get("number"));
    say("", input);
  };
  const label = element("label", { htmlFor: id, textContent: "Case number" });
  const row = element("div", { className: "trialsim-row trialsim-number" }, label, input, deal);
  return { node: element("div", {}, row, line), show };
}

// The question itself, as often as it changes: {node, restore(answer)}.
function asked({ spec, ask, sending, replied, changed }) {
  const { node, fields, read, restore } = inputs(spec);
  const button = own(element("button", { type: "button", textContent: "Check my answer" }));
  const submit = async () => {
    const answer = read();
    sending(answer);
    changed(answer);
    replied(await ask({ kind: "answer", answer }, spec.slow ? SLOW_ANSWER_MS : undefined), answer);
  };
  button.addEventListener("click", submit);
  for (const field of fields) {
    field.addEventListener("input", () => changed(read()));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") submit();
    });
  }
  const question = element("p", { className: "trialsim-question", textContent: spec.text });
  return { node: element("div", {}, question, node, element("p", {}, button)), restore, read };
}

function check({ model, box, ask }) {
  const reply = element("p", { className: "trialsim-reply" });
  reply.setAttribute("role", "status");
  const folded = (title) => {
    const text = element("p");
    const summary = own(element("summary", { textContent: title }));
    const details = element("details", { hidden: true }, summary, text);
    return { details, show: (said) => Object.assign(text, { textContent: said }) && (details.hidden = !said) };
  };
  const hint = folded("A hint");
  const worked = folded("The worked answer");
  const show = () => {
    const last = model.get("last");
    reply.textContent = last.text ?? "";
    reply.dataset.verdict = last.verdict ?? "";
    hint.show(last.hint ?? "");
    worked.show(last.worked ?? "");
  };
  const mine = unsent(model, () => ` ${model.get("number") ?? ""}`);
  const offer = element("p", { className: "trialsim-small" });
  const replied = (answer, given) => {
    mine.answered(given, answer);
    if (answer.judged) return show();
    reply.dataset.verdict = "refused";
    reply.textContent = answer.refused ?? `This could not be checked: ${answer.fault}`;
  };
  const place = element("div");
  let question = null;
  let sent = null; // the answer that is being judged: its reply must not overwrite what is typed meanwhile
  // What was answered stands in the fields, also where it was loaded, and nothing after starting over.
  const restore = () => {
    sent = null;
    question.restore(model.get("last").answer ?? "");
  };
  const pose = () => {
    const sending = (answer) => {
      sent = JSON.stringify(answer);
      if (model.get("spec").slow) Object.assign(reply, { textContent: "Computing ..." }).dataset.verdict = "";
    };
    question = asked({ spec: model.get("spec"), ask, sending, replied, changed: (answer) => mine.hold(answer) });
    box.ariaLabel = model.get("spec").text;
    place.replaceChildren(question.node);
    restore();
    const put = (answer) => {
      question.restore(answer);
      mine.hold(answer);
    };
    mine.bringBack(question.read(), put, offer, (answer) => answer.length > 0 && `an answer that was not checked.`);
  };
  const varies = (model.get("number") ?? null) === null ? null : numberRow({ model, ask });
  if (varies) box.append(varies.node);
  box.append(place, offer, reply, hint.details, worked.details);
  const told = () => {
    if (JSON.stringify(model.get("last").answer) !== sent) restore();
    show();
  };
  model.on("change:last", told);
  model.on("change:spec", pose);
  if (varies) model.on("change:number", varies.show);
  pose();
  show();
  varies?.show();
  return () => {
    model.off("change:last", told);
    model.off("change:spec", pose);
    if (varies) model.off("change:number", varies.show);
  };
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const label = spec.text ?? spec.control.label;
  const box = element("section", { className: "trialsim", ariaLabel: label });
  el.replaceChildren(box);
  model.on("msg:custom", take);
  const stop = (spec.asks === "check" ? check : predict)({ model, box, ask });
  return () => {
    model.off("msg:custom", take);
    stop();
  };
}

export default { render };
