// The justification on screen, the files that leave the page, and the one that comes back.

const WORK_MS = 120_000; // a first report takes seconds, and more where many share a machine
const KINDS = {
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  html: "text/html",
  json: "application/json",
  md: "text/markdown",
};

function link({ name, text, coded }) {
  const content = coded ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : text;
  const href = URL.createObjectURL(new Blob([content], { type: KINDS[name.split(".").pop()] }));
  return own(element("a", { href, download: name, textContent: `Download ${name}` }));
}

// A line that is typed; what is in it counts once it is left.
function textLine(spec, move) {
  const { line, say } = problemLine();
  const id = uniqueId();
  const input = own(element("input", { type: "text", id, maxLength: spec.longest, autocomplete: "off" }));
  input.className = "trialsim-long";
  input.addEventListener("change", () => move(input.value));
  const show = (value) => {
    if (document.activeElement !== input) input.value = value;
  };
  const node = element("div", { className: "trialsim-control" }, element("label", { htmlFor: id, textContent: spec.label }), input, line);
  return { node, show, say: (text) => say(text, input) };
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const { words, asks } = model.get("now");
  const id = uniqueId();
  const box = element("section", { className: "trialsim", ariaLabel: "The report" });
  const summary = element("p", { className: "trialsim-small" });
  const missing = element("p", { className: "trialsim-small" });
  missing.setAttribute("role", "status");
  const asked = new Map();
  for (const spec of asks) {
    const build = spec.kind === "line" ? textLine : BUILDERS[spec.kind];
    const built = build(spec, async (value) => {
      const answer = await ask({ kind: "answer", name: spec.name, value });
      built.say(answer.refused ?? answer.fault ?? "");
    });
    asked.set(spec.name, built);
  }
  const text = element("blockquote", { className: "trialsim-paste", id: `${id}-text` });
  const title = own(element("input", { type: "text", id: `${id}-title`, maxLength: 120, autocomplete: "off" }));
  title.className = "trialsim-long";
  const button = (label) => own(element("button", { type: "button", textContent: label }));
  const [copy, report, save] = ["Copy the paragraph", "Make the report", words.save].map(button);
  const file = own(element("input", { type: "file", id: `${id}-file`, accept: ".json,application/json" }));
  const said = element("p", { className: "trialsim-reply" });
  said.setAttribute("role", "status");
  const links = element("p", { className: "trialsim-row" });
  const busy = element("p", { className: "trialsim-small", hidden: true }, "Working ... ", element("progress", { ariaLabel: "Working" }));
  box.append(
    element("h3", { className: "trialsim-title", textContent: words.heading }),
    summary,
    ...[...asked.values()].map((built) => built.node),
    missing,
    text,
    element("p", { className: "trialsim-row" }, copy),
    element("div", { className: "trialsim-control" },
      element("label", { htmlFor: title.id, textContent: words.title }), title),
    element("p", { className: "trialsim-row" }, report, save),
    element("div", { className: "trialsim-control" },
      element("label", { htmlFor: file.id, textContent: words.load }), file),
    busy, said, links,
  );
  el.replaceChildren(box);

  const tell = (words, verdict) => {
    said.dataset.verdict = verdict;
    said.textContent = words;
  };
  const show = () => {
    const now = model.get("now");
    summary.textContent = now.summary;
    text.textContent = now.paragraph;
    missing.hidden = !now.missing;
    if (missing.textContent !== now.missing) missing.textContent = now.missing;
    for (const [name, built] of asked) built.show(now.answers[name]);
    if (document.activeElement !== title) title.value = now.title;
    if (links.childElementCount) links.replaceChildren(words.changed, ...links.querySelectorAll("a"));
  };
  const work = async (message) => {
    tell("", "");
    links.replaceChildren();
    busy.hidden = false;
    const answer = await ask(message, WORK_MS);
    busy.hidden = true;
    if (answer.refused || answer.fault) tell(answer.refused ?? `This failed: ${answer.fault}`, "refused");
    return answer;
  };
  copy.addEventListener("click", async () => {
    const selection = getSelection();
    selection.selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
      tell("Copied.", "right");
    } catch {
      tell("The paragraph is selected: copy it with the keyboard.", "right");
    }
  });
  report.addEventListener("click", async () => {
    const answer = await work({ kind: "report", title: title.value });
    if (!answer.files) return;
    tell(answer.said, "right");
    links.replaceChildren(...answer.files.map(link));
  });
  save.addEventListener("click", async () => {
    const answer = await work({ kind: "save", title: title.value });
    if (!answer.file) return;
    const made = link(answer.file);
    links.replaceChildren(made);
    made.click();
    tell(`Saved as ${answer.file.name} where your browser keeps downloads.`, "right");
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const most = model.get("now").largest;
    if (chosen.size > most) {
      tell(`${chosen.name} has ${chosen.size} bytes; ${words.kind} has at most ${most}. Choose another file.`, "refused");
    } else {
      const answer = await work({ kind: "load", name: chosen.name, text: await chosen.text() });
      if (answer.said) tell(answer.said, "right");
    }
    file.value = "";
  });
  model.on("msg:custom", take);
  model.on("change:now", show);
  show();
  return () => {
    model.off("msg:custom", take);
    model.off("change:now", show);
  };
}

export default { render };
