// Predictions and checks in the browser. Whatever was typed goes to Python, and comes back as text.

function predict({ model, box, ask }) {
  const spec = model.get("spec").control;
  const form = element("div");
  const done = element("p", { hidden: true });
  const { line, say } = problemLine();
  let value = spec.default;
  let chosen = spec.kind === "slider";
  const choose = (next) => {
    value = next;
    chosen = true;
    say("");
  };
  const control = BUILDERS[spec.kind](spec, choose, (text) => ask({ kind: "read", text }));
  if (!chosen) control.show(null); // no option is suggested
  const commit = own(element("button", { type: "button", textContent: "Commit my prediction" }));
  commit.addEventListener("click", async () => {
    if (!chosen) return say("Choose one of these first.");
    const answer = await ask({ kind: "commit", value });
    if (!("committed" in answer)) return say(answer.refused ?? answer.fault);
    done.focus();
  });
  form.append(control.node, element("p", {}, commit), line);
  done.tabIndex = -1;
  const show = () => {
    const committed = model.get("value");
    const open = committed === null || committed === undefined;
    form.hidden = !open;
    done.hidden = open;
    if (!open) done.textContent = `${spec.label} You predicted: ${spec.shown[spec.values.indexOf(committed)]}.`;
  };
  box.append(form, done);
  model.on("change:value", show);
  show();
  return () => model.off("change:value", show);
}

// The question's inputs: {node, first, read() -> answer}.
function inputs(spec) {
  if (spec.kind === "number") {
    const id = uniqueId();
    const input = own(element("input", { type: "text", inputMode: "decimal", autocomplete: "off", id }));
    const label = element("label", { htmlFor: id, textContent: spec.unit ? `${spec.label} (${spec.unit})` : spec.label });
    const row = element("div", { className: "trialsim-row" }, label, input);
    return { node: row, fields: [input], read: () => input.value };
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
  return { node, fields: boxes, read: () => (spec.kind === "one" ? (chosen()[0] ?? "") : chosen()) };
}

function check({ model, box, ask }) {
  const spec = model.get("spec");
  const { node, fields, read } = inputs(spec);
  const button = own(element("button", { type: "button", textContent: "Check my answer" }));
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
  const submit = async () => {
    const answer = await ask({ kind: "answer", answer: read() });
    if (answer.judged) return show();
    reply.dataset.verdict = "refused";
    reply.textContent = answer.refused ?? `This could not be checked: ${answer.fault}`;
  };
  button.addEventListener("click", submit);
  for (const field of fields) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") submit();
    });
  }
  box.append(
    element("p", { className: "trialsim-question", textContent: spec.text }),
    node,
    element("p", {}, button),
    reply,
    hint.details,
    worked.details,
  );
  model.on("change:last", show);
  show();
  return () => model.off("change:last", show);
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
