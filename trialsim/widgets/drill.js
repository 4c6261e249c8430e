// Drills in the browser: what was entered goes to Python, and comes back as a mark on every box.

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const box = element("section", { className: "trialsim", ariaLabel: spec.title });
  const { line, say } = problemLine();
  const send = async (content) => {
    const answer = await ask(content);
    say(answer.refused ?? (answer.fault ? `This could not be done: ${answer.fault}` : ""));
  };
  const id = uniqueId();
  const choice = own(element("select", { id }));
  for (const [value, textContent] of spec.drills) choice.append(element("option", { value, textContent }));
  choice.addEventListener("change", () => send({ kind: "choose", drill: choice.value }));
  const press = (textContent, content) => {
    const made = own(element("button", { type: "button", textContent }));
    made.addEventListener("click", () => send(content()));
    return made;
  };
  const easier = press("Easier", () => ({ kind: "step", by: -1 }));
  const harder = press("Harder", () => ({ kind: "step", by: 1 }));
  const tally = element("p", { className: "trialsim-small", role: "status" });
  const place = element("div", { tabIndex: -1 });
  own(place);
  const reply = element("p", { className: "trialsim-reply", role: "status" });
  const worked = element("p");
  const folded = element("details", { hidden: true }, own(element("summary", { textContent: "All right answers" })), worked);
  const sentence = element("p", { className: "trialsim-sentence", role: "status" });
  const tables = element("div");
  let shown = null;
  // What is typed into a case is kept by this page and this browser.
  const mine = unsent(model, () => ` ${model.get("case").kind} ${model.get("case").number}`);
  const check = async () => {
    clearTimeout(waiting);
    typed.clear();
    checks += 1;
    await send({ kind: "check", entries: shown.read() });
    mark(); // the same marks as before are no change to the model
  };
  const again = own(element("button", { type: "button", textContent: "Check" }));
  again.addEventListener("click", check);
  const next = press("Next case", () => {
    moved = true;
    if (spec.drills.length) mine.drop(); // a sheet of a lesson comes again
    return { kind: "next" };
  });
  box.append(element("h3", { className: "trialsim-title", textContent: spec.title }));
  if (spec.drills.length) {
    const label = element("label", { htmlFor: id, textContent: "Drill" });
    box.append(element("div", { className: "trialsim-row" }, label, choice, easier, harder));
  }
  box.append(tally, place, element("div", { className: "trialsim-row trialsim-actions" }, again, next), line, reply, folded, sentence, tables);
  el.replaceChildren(box);

  const tell = () => {
    const told = model.get("told");
    tally.textContent = told.tally ?? "";
    next.hidden = told.more === false;
    choice.value = model.get("kind");
    easier.setAttribute("aria-disabled", String(model.get("level") === 1));
    harder.setAttribute("aria-disabled", String(model.get("level") === 3));
  };
  const mark = () => {
    const marked = model.get("marked");
    shown.mark(marked.marks ?? {});
    reply.dataset.verdict = marked.verdict ?? "";
    reply.textContent = marked.text ?? "";
    worked.textContent = marked.worked ?? "";
    folded.hidden = !marked.worked;
  };
  // A value that cannot be is said as soon as it is typed; whether one is right, only after Check.
  let waiting = null;
  let checks = 0;
  const typed = new Set();
  const look = async () => {
    const before = checks;
    const answer = await ask({ kind: "look", entries: shown.read() });
    if (!answer.problems || checks > before) return;
    for (const [name, box] of shown.boxes) {
      const text = answer.problems[name];
      if (text) box.mark({ verdict: "refused", text });
      else if (typed.has(name)) box.mark();
    }
    typed.clear();
  };
  const later = (name) => {
    typed.add(name);
    mine.hold(shown.read());
    clearTimeout(waiting);
    waiting = setTimeout(look, 400);
  };
  const follow = () => {
    const found = model.get("follows");
    sentence.textContent = found.sentence ?? "";
    tables.replaceChildren(...(found.tables ?? []).map(followedTable));
  };
  let moved = false;
  const deal = () => {
    shown = sheet(model.get("case"), { submit: check, entered: later });
    shown.fill(mine.kept() ?? {});
    place.replaceChildren(shown.node);
    folded.open = false;
    if (moved) place.focus(); // the next case is read from its beginning
    moved = false;
    mark();
  };
  model.on("msg:custom", take);
  model.on("change:case", deal);
  model.on("change:marked", mark);
  model.on("change:told", tell);
  model.on("change:follows", follow);
  deal();
  tell();
  follow();
  return () => {
    clearTimeout(waiting);
    model.off("change:follows", follow);
    model.off("msg:custom", take);
    model.off("change:case", deal);
    model.off("change:marked", mark);
    model.off("change:told", tell);
  };
}

export default { render };
