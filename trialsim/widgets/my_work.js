// The learner's work: kept by Python beside the notebook, and by this browser for when a session is lost.

function store(lesson, kept) {
  try {
    if (kept) localStorage.setItem(STORE + lesson, JSON.stringify(kept));
    else localStorage.removeItem(STORE + lesson);
  } catch {
    // Then only the folder and the saved file keep it.
  }
}

const PATIENCE_MS = 1500; // how long a kernel may take before the file is saved without it

// One lesson out of the file of all.
function only(text, lesson) {
  const file = JSON.parse(text);
  return JSON.stringify({ ...file, lessons: { [lesson]: file.lessons[lesson] } });
}

function table(caption, heads, rows) {
  const cells = (kind, values) => values.map((value) => element(kind, { textContent: value }));
  const head = element("tr", {}, ...cells("th", heads));
  for (const cell of head.children) cell.scope = "col";
  const body = rows.map((row) => element("tr", {}, ...cells("td", row)));
  return element("table", {}, element("caption", { textContent: caption }), element("thead", {}, head), element("tbody", {}, ...body));
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const id = uniqueId();
  const lesson = model.get("shown").lesson;
  const box = element("section", { className: "trialsim trialsim-work", ariaLabel: "Your work" });
  const button = (textContent) => own(element("button", { type: "button", textContent }));
  const line = element("span");
  const found = element("div");
  const name = own(element("input", { type: "text", id: `${id}-name`, className: "trialsim-long", autocomplete: "off" }));
  name.maxLength = model.get("shown").longest;
  const [save, over, sure, keep, undo, back, drop] = [
    "Save my work", "Start over", "Yes, forget this lesson", "No, keep it", "Take that back", "Bring it back", "Leave it",
  ].map(button);
  const file = own(element("input", { type: "file", id: `${id}-file`, accept: ".json,application/json" }));
  const question = element("p", { hidden: true }, "Forget your guesses, answers and settings in this lesson? ", sure, " ", keep);
  const offer = element("p", { hidden: true });
  const offered = element("span");
  offer.append(offered, " ", back, " ", drop);
  const said = element("p", { className: "trialsim-reply" });
  said.setAttribute("role", "status");
  const problems = element("div");
  const where = element("p", { className: "trialsim-small" });
  const inside = [
    found,
    element("div", { className: "trialsim-control" },
      element("label", { htmlFor: name.id, textContent: "Your name (optional; it goes into the file, nowhere else)" }), name),
    element("p", { className: "trialsim-row trialsim-actions" }, save, over, undo),
    question,
    element("div", { className: "trialsim-control trialsim-actions" },
      element("label", { htmlFor: file.id, textContent: "Load saved work" }), file),
    where,
  ];
  if (model.get("folded")) {
    const summary = own(element("summary", {}, element("strong", { textContent: "Your work in this lesson: " }), line));
    box.append(element("details", {}, summary, ...inside), offer, said, problems);
  } else {
    box.append(element("h3", { className: "trialsim-title", textContent: "Your guesses, and the answers" }),
      element("p", {}, line), ...inside, offer, said, problems);
  }
  el.replaceChildren(box);

  const tell = (words, verdict = "right") => {
    said.dataset.verdict = verdict;
    said.textContent = words;
  };
  const work = async (message) => {
    const answer = await ask(message);
    if (answer.said) tell(answer.said);
    else tell(answer.refused ?? `This failed: ${answer.fault}`, "refused");
    return Boolean(answer.said);
  };
  const show = () => {
    const now = model.get("shown");
    line.textContent = now.line;
    if (document.activeElement !== name) name.value = now.name;
    const predicted = now.predictions.map(([asked, guess, truth]) => [asked, guess || "not yet", guess ? truth : "guess first"]);
    const rows = now.questions.map(([heading, how]) => [heading, how]);
    found.replaceChildren(
      ...(predicted.length ? [table("Your guess and the answer", ["Question", "Your guess", "The answer"], predicted)] : []),
      ...(rows.length ? [table("Questions", ["Question", "So far"], rows)] : []),
    );
    undo.hidden = !now.undoable;
    over.setAttribute("aria-disabled", String(!now.last));
    where.textContent =
      `Kept as you go in the folder ${now.place} beside this notebook, and in this browser; sent nowhere. A Binder session ` +
      "and its folder are gone when it ends: save your work as a file, and load it in the next one.";
    problems.replaceChildren(...now.problems.map((text) => element("p", { className: "trialsim-problem", textContent: text })));
    if (now.last) store(lesson, { last: now.last, name: now.name, text: only(now.file.text, lesson) });
  };
  const remember = () => {
    const kept = stored(lesson);
    const now = model.get("shown");
    offer.hidden = !(kept && kept.last > now.last);
    if (!offer.hidden) {
      const whose = kept.name ? `work of ${kept.name}` : "work";
      offered.textContent = `This browser kept newer ${whose} on this lesson, of ${when(kept.last)}.`;
    }
  };

  save.addEventListener("click", async () => {
    // Python knows what other open lessons kept since; where it is gone, what this page knows is saved.
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, {}));
    const { file: made = model.get("shown").file } = await Promise.race([ask({ kind: "file" }), late]);
    const href = URL.createObjectURL(new Blob([made.text], { type: "application/json" }));
    element("a", { href, download: made.name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    const held = Object.keys(JSON.parse(made.text).lessons).sort().join(", ") || "none yet";
    tell(`Saved as ${made.name} where your browser keeps downloads. Lessons in it: ${held}.`);
  });
  name.addEventListener("change", () => work({ kind: "name", name: name.value }));
  const asking = (open) => {
    question.hidden = !open;
    (open ? keep : over).focus();
  };
  over.addEventListener("click", () => model.get("shown").last && asking(true));
  keep.addEventListener("click", () => asking(false));
  sure.addEventListener("click", async () => {
    asking(false);
    dropUnsent(lesson);
    if (await work({ kind: "over" })) store(lesson, null);
  });
  undo.addEventListener("click", async () => {
    await work({ kind: "undo" });
    over.focus();
  });
  back.addEventListener("click", async () => {
    const kept = stored(lesson);
    if (kept && (await work({ kind: "load", name: "what this browser kept", text: kept.text }))) offer.hidden = true;
  });
  drop.addEventListener("click", () => (offer.hidden = true));
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const most = model.get("shown").largest;
    if (chosen.size > most) tell(`${chosen.name} has ${chosen.size} bytes; saved work has at most ${most}. Choose another file.`, "refused");
    else await work({ kind: "load", name: chosen.name, text: await chosen.text() });
    file.value = "";
  });
  remember(); // before `show` keeps what is here
  show();
  model.on("msg:custom", take);
  model.on("change:shown", show);
  return () => {
    model.off("msg:custom", take);
    model.off("change:shown", show);
  };
}

export default { render };
