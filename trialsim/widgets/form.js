// A form that answers while it is filled in. What was entered stays in this page: it is sent, answered, and not kept.

const REST_MS = 150; // so long after the last key the entries are read

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const sentence = element("p", { className: "trialsim-sentence", role: "status" });
  const tables = element("div");
  const { line, say } = problemLine();
  let waiting = null;
  let asked = 0;
  const read = async () => {
    const mine = (asked += 1);
    const answer = await ask({ kind: "read", entries: form.read() });
    if (mine !== asked) return; // a later entry is on its way
    say(answer.refused ?? (answer.fault ? `This could not be read: ${answer.fault}` : ""));
    if (!("sentence" in answer)) return;
    const marks = Object.entries(answer.problems).map(([name, text]) => [name, { verdict: "refused", text }]);
    form.mark(Object.fromEntries(marks));
    if (sentence.textContent !== answer.sentence) sentence.textContent = answer.sentence;
    tables.replaceChildren(...answer.tables.map(followedTable));
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(read, REST_MS);
  };
  const form = sheet(spec.sheet, { entered: later, submit: read });
  const print = own(element("button", { type: "button", textContent: "Print this patient" }));
  print.addEventListener("click", () => {
    const page = element("iframe", { title: "What is printed", hidden: true });
    document.body.append(page);
    const { document: paper } = page.contentWindow;
    paper.title = spec.title;
    const values = [...form.boxes.values()].map(({ input }) => [input.getAttribute("aria-label"), input.selectedOptions?.[0]?.textContent ?? input.value]);
    const style = element("style", { textContent: "body{font:11pt sans-serif}table{border-collapse:collapse;margin:.6em 0}td,th{border-bottom:1px solid;padding:.1em .6em;text-align:left;vertical-align:top;font-size:9pt}caption{text-align:left;font-weight:bold}" });
    paper.head.append(style);
    paper.body.append(
      element("h1", { textContent: spec.title }),
      followedTable(["What was entered", ["Box", "Entry"], values]),
      element("p", { textContent: sentence.textContent }),
      tables.cloneNode(true),
      element("p", { textContent: spec.note }),
    );
    page.contentWindow.addEventListener("afterprint", () => page.remove());
    page.contentWindow.print();
  });
  const clear = own(element("button", { type: "button", textContent: "Empty the form" }));
  clear.addEventListener("click", () => {
    form.fill({});
    read();
  });
  const box = element(
    "section",
    { className: "trialsim", ariaLabel: spec.title },
    element("h3", { className: "trialsim-title", textContent: spec.title }),
    form.node,
    element("p", { className: "trialsim-small", textContent: spec.note }),
    line,
    sentence,
    tables,
    element("div", { className: "trialsim-row trialsim-actions" }, print, clear),
  );
  el.replaceChildren(box);
  model.on("msg:custom", take);
  return () => {
    clearTimeout(waiting);
    model.off("msg:custom", take);
  };
}

export default { render };
