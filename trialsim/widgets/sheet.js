// A sheet in the browser: given values and boxes in a table, a mark under each box. {node, fields, read(), mark(marks)}.

function sheetBox(spec, entered) {
  const id = uniqueId();
  const said = element("p", { className: "trialsim-mark", id: `${id}-said` });
  const input = own(spec.options.length ? element("select", { id }) : element("input", { type: "text", id, autocomplete: "off" }));
  if (spec.options.length) {
    input.append(element("option", { value: "", textContent: "choose" }));
    for (const [value, textContent] of spec.options) input.append(element("option", { value, textContent }));
  } else {
    input.inputMode = "decimal";
  }
  input.setAttribute("aria-label", spec.unit ? `${spec.label}, ${spec.unit}` : spec.label);
  input.setAttribute("aria-describedby", said.id);
  input.addEventListener(spec.options.length ? "change" : "input", () => entered(spec.name));
  const unit = spec.unit ? element("span", { textContent: ` ${spec.unit}` }) : "";
  const mark = ({ verdict = "", text = "" } = {}) => {
    said.dataset.verdict = verdict;
    said.textContent = text;
    input.setAttribute("aria-invalid", String(["wrong", "refused"].includes(verdict)));
  };
  return { node: element("div", {}, input, unit, said), input, mark };
}

function sheet(spec, { entered = () => {}, submit = () => {} } = {}) {
  const boxes = new Map();
  const cell = (given) => {
    if (typeof given === "string") return element("td", { textContent: given });
    const box = sheetBox(given, entered);
    box.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") submit();
    });
    boxes.set(given.name, box);
    return element("td", {}, box.node);
  };
  const heads = spec.columns.map((textContent) => element("th", { scope: "col", textContent }));
  const rows = spec.rows.map(([name, cells]) =>
    element("tr", {}, element("th", { scope: "row", textContent: name }), ...cells.map(cell)),
  );
  const table = element(
    "table",
    { className: "trialsim-sheet" },
    element("caption", { className: "trialsim-unseen", textContent: spec.text }),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
  const notes = spec.notes.map(([head, text]) =>
    element("p", {}, element("strong", { textContent: `${head}. ` }), element("span", { textContent: text })),
  );
  const node = element(
    "div",
    {},
    element("p", { className: "trialsim-question", textContent: spec.text }),
    ...notes,
    element("div", { className: "trialsim-frame" }, table),
  );
  const read = () => Object.fromEntries([...boxes].map(([name, box]) => [name, box.input.value]));
  const fill = (entries) => boxes.forEach((box, name) => (box.input.value = entries[name] ?? ""));
  const mark = (marks) => boxes.forEach((box, name) => box.mark(marks[name]));
  return { node, boxes, read, fill, mark };
}
