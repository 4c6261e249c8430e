// A sheet in the browser: given values and boxes in a table, a mark under each box. {node, boxes, read(), fill(), mark()}.

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
  const line = spec.line ? sheetLine(spec, input, entered) : { node: "", follow() {} };
  const unit = spec.unit ? element("span", { textContent: ` ${spec.unit}` }) : "";
  const mark = ({ verdict = "", text = "" } = {}) => {
    said.dataset.verdict = verdict;
    said.textContent = text;
    input.setAttribute("aria-invalid", String(["wrong", "refused"].includes(verdict)));
  };
  return { node: element("div", {}, line.node, input, unit, said), input, mark, follow: line.follow };
}

// A line with its two ends. It has no mark before it is moved: what is typed beside it counts, and moves it.
function sheetLine(spec, input, entered) {
  const { low, high, step, ends } = spec.line;
  const slider = own(element("input", { type: "range", min: low, max: high, step, value: (low + high) / 2 }));
  slider.setAttribute("aria-label", `${spec.label} on a line, ${low} ${ends[0]} to ${high} ${ends[1]}`);
  slider.setAttribute("aria-valuetext", "no mark yet");
  slider.dataset.unset = "";
  const follow = () => {
    const typed = Number(input.value.replace(",", "."));
    const set = input.value.trim() !== "" && typed >= low && typed <= high;
    slider.toggleAttribute("data-unset", !set);
    if (set) slider.value = typed;
    slider.setAttribute("aria-valuetext", set ? `${input.value} ${spec.unit}` : "no mark yet");
  };
  slider.addEventListener("input", () => {
    input.value = String(Number(slider.value));
    follow();
    entered(spec.name);
  });
  input.addEventListener("input", follow);
  const end = (value, text) => element("span", { textContent: `${value} ${text}` });
  const under = element("div", { className: "trialsim-small" }, end(low, ends[0]), end(high, ends[1]));
  return { node: element("div", { className: "trialsim-scale" }, slider, under), follow };
}

// A table of what follows from entries, which scrolls by itself where it is too wide.
function followedTable([title, columns, rows]) {
  const head = element("tr", {}, ...columns.map((textContent) => element("th", { scope: "col", textContent })));
  const body = rows.map(([name, ...cells]) =>
    element("tr", {}, element("th", { scope: "row", textContent: name }), ...cells.map((textContent) => element("td", { textContent }))),
  );
  const table = element("table", {}, element("caption", { textContent: title }), element("thead", {}, head), element("tbody", {}, ...body));
  return element("div", { className: "trialsim-frame", tabIndex: 0, role: "region", ariaLabel: title }, table);
}

function sheet(spec, { entered = () => {}, submit = () => {} } = {}) {
  const boxes = new Map();
  const cell = (given) => {
    if (typeof given === "string") return element("td", { textContent: given });
    const nodes = given.map((spec) => {
      const box = sheetBox(spec, entered);
      box.input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") submit();
      });
      boxes.set(spec.name, box);
      return box.node;
    });
    return element("td", { className: nodes.length > 1 ? "trialsim-sides" : "" }, ...nodes);
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
  const folded = spec.folded.map(([textContent, text]) =>
    element("details", {}, element("summary", { textContent }), element("p", { className: "trialsim-lines", textContent: text })),
  );
  const node = element(
    "div",
    {},
    element("p", { className: "trialsim-question", textContent: spec.text }),
    ...notes,
    ...folded,
    element("div", { className: "trialsim-frame" }, table),
  );
  const read = () => Object.fromEntries([...boxes].map(([name, box]) => [name, box.input.value]));
  const fill = (entries) => {
    for (const [name, box] of boxes) {
      box.input.value = entries[name] ?? "";
      box.follow();
    }
  };
  const mark = (marks) => boxes.forEach((box, name) => box.mark(marks[name]));
  return { node, boxes, read, fill, mark };
}
