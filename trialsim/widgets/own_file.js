// A file of the reader's own. Its size is looked at before it is read; what comes back is shown as text, never as HTML.

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

// The content as base64, which a message can carry whatever the bytes are.
function contentOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

function tableNode({ title, columns, rows, folded }) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col", textContent: name })));
  const body = rows.map((row) =>
    element("tr", {}, ...row.map((cell, i) => element(i ? "td" : "th", { textContent: cell, ...(i ? {} : { scope: "row" }) }))),
  );
  const table = element("table", { className: "trialsim-table" }, element("thead", {}, head), element("tbody", {}, ...body));
  const frame = own(element("div", { className: "trialsim-scroll", tabIndex: 0, role: "region", ariaLabel: title }, table));
  if (folded) return element("details", {}, own(element("summary", { textContent: title })), frame);
  table.prepend(element("caption", { textContent: title }));
  return frame;
}

function select([name, label, options]) {
  const id = uniqueId();
  const input = own(element("select", { id }));
  for (const [value, shown] of options) input.append(element("option", { value, textContent: shown }));
  const node = element("div", { className: "trialsim-control" }, element("label", { htmlFor: id, textContent: label }), input);
  return { name, input, node };
}

function field([name, label, value]) {
  const id = uniqueId();
  const input = own(element("input", { type: "text", inputMode: "numeric", autocomplete: "off", id, value }));
  const node = element("div", { className: "trialsim-control" }, element("label", { htmlFor: id, textContent: label }), input);
  return { name, input, node };
}

// A template is made into a file in the browser; nothing is fetched.
function templateButton([name, text]) {
  const button = own(element("button", { type: "button", textContent: `Save the template ${name}` }));
  button.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  return button;
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const title = spec.title;
  const box = element("section", { className: "trialsim", ariaLabel: title });

  const id = uniqueId();
  const input = own(element("input", { type: "file", id, accept: ".csv,.tsv,.txt,text/csv,text/plain" }));
  const fields = spec.typed.map(field);
  const selects = spec.choices.map(select);
  const { line, say } = problemLine();
  const status = element("p", { className: "trialsim-sentence" });
  status.setAttribute("role", "status");
  const results = element("div");

  const submit = async () => {
    const [file] = input.files;
    if (!file) return;
    say("", input);
    results.replaceChildren();
    if (file.size > spec.largest) {
      status.textContent = "";
      say(`${file.name} has ${megabytes(file.size)}; at most ${megabytes(spec.largest)} are read here. Nothing was read.`, input);
      return;
    }
    status.textContent = `Reading ${file.name} …`;
    let content;
    try {
      content = await contentOf(file);
    } catch (problem) {
      status.textContent = "";
      say(`${file.name} cannot be read. Was it changed? Then choose it again. (${problem?.name ?? "no reason given"})`, input);
      return;
    }
    const typed = Object.fromEntries(fields.map(({ name, input: field }) => [name, field.value]));
    const options = Object.fromEntries(selects.map(({ name, input: chosen }) => [name, chosen.value]));
    const answer = await ask({ kind: "read", name: file.name, content, ...typed, options });
    if (answer.taken) return; // what it gives comes by itself
    status.textContent = "";
    say(answer.refused ?? answer.fault, input);
  };
  input.addEventListener("change", submit);
  for (const { input: chosen } of [...fields, ...selects]) chosen.addEventListener("change", submit);
  // The same file, corrected and chosen again, is a change as well.
  input.addEventListener("click", () => (input.value = ""));

  const show = () => {
    const shown = model.get("shown");
    if (!("refused" in shown) && !("summary" in shown)) return;
    say(shown.refused ?? "", input);
    status.textContent = shown.summary ?? "";
    const notes = (shown.notes ?? []).map((note) => element("p", { className: "trialsim-small", textContent: note }));
    results.replaceChildren(...notes, ...(shown.tables ?? []).map(tableNode));
  };
  const fail = () => {
    if (!model.get("fault")) return;
    status.textContent = "";
    say(`This is our own mistake: ${model.get("fault").trim().split("\n").at(-1)}`, input);
  };

  box.append(
    element("h3", { className: "trialsim-title", textContent: title }),
    element("p", { textContent: spec.text }),
    element("p", { className: "trialsim-row" }, ...spec.templates.map(templateButton)),
    element(
      "div",
      { className: "trialsim-controls" },
      ...[...selects, ...fields].map(({ node }) => node),
    ),
    element(
      "div",
      { className: "trialsim-control" },
      element("label", { htmlFor: id, textContent: `A CSV file, at most ${megabytes(spec.largest)}` }),
      input,
    ),
    line,
    status,
    results,
  );
  el.replaceChildren(box);
  show();

  model.on("msg:custom", take);
  model.on("change:shown", show);
  model.on("change:fault", fail);
  return () => {
    model.off("msg:custom", take);
    model.off("change:shown", show);
    model.off("change:fault", fail);
  };
}

export default { render };
