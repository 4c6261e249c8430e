// Screening by hand in the browser: notes, a verdict on each patient, and what Python says to them. All is text.

const MARKS = { in: "\u25cf passes", out: "\u25a0 keeps out", open: "\u25c6 not known" };

function criteriaList(criteria) {
  const list = element("ul", { className: "trialsim-judged" });
  for (const [name, verdict, reason] of criteria) {
    const line = element("li", { textContent: `${MARKS[verdict]}: ${name}. ${reason}` });
    if (verdict !== "in") line.className = "trialsim-decides";
    list.append(line);
  }
  return list;
}

// One patient: {node, read() -> verdict or "", choose(verdict or undefined), show(compared or undefined)}.
function patientCard(patient, answers, changed) {
  const facts = element("dl");
  for (const [heading, text] of patient.facts) {
    facts.append(element("dt", { textContent: heading }), element("dd", { textContent: text }));
  }
  const name = uniqueId();
  const radios = answers.map(([value]) => own(element("input", { type: "radio", name, value })));
  radios.forEach((radio) => radio.addEventListener("change", changed));
  const options = radios.map((radio, i) =>
    element("label", { className: "trialsim-option" }, radio, element("span", { textContent: answers[i][1] })),
  );
  const legend = element("legend", { textContent: `Your verdict on patient ${patient.id}` });
  const fieldset = element(
    "fieldset",
    { className: "trialsim-control" },
    legend,
    element("div", { className: "trialsim-row" }, ...options),
  );
  const reply = element("p", { className: "trialsim-reply" });
  const why = element("details", { hidden: true });
  const node = element(
    "section",
    { className: "trialsim-patient", ariaLabel: `Patient ${patient.id}` },
    element("h4", { textContent: `Patient ${patient.id}` }),
    facts,
    fieldset,
    reply,
    why,
  );
  const show = (compared) => {
    reply.textContent = compared ? compared.text : "";
    reply.dataset.verdict = compared ? (compared.agrees ? "right" : "wrong") : "";
    why.hidden = !compared;
    why.replaceChildren();
    if (!compared) return;
    why.append(own(element("summary", { textContent: `All criteria for patient ${patient.id}` })), criteriaList(compared.criteria));
    why.open = !compared.agrees;
  };
  const read = () => radios.find((radio) => radio.checked)?.value ?? "";
  const choose = (verdict) => radios.forEach((radio) => (radio.checked = radio.value === verdict));
  return { node, read, choose, show, id: patient.id };
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const title = "Screen ten candidates by hand";
  const box = element("section", { className: "trialsim", ariaLabel: title });

  const id = uniqueId();
  const number = own(element("input", { type: "text", inputMode: "numeric", autocomplete: "off", id }));
  number.value = String(model.get("number"));
  const dealButton = own(element("button", { type: "button", textContent: "Deal ten patients for this number" }));
  const { line, say } = problemLine();
  const rules = element("details", {}, own(element("summary", { textContent: "The eleven criteria, and how they are read here" })));
  const list = element("ul", { className: "trialsim-judged" });
  for (const [name, wording, rule] of spec.criteria) {
    list.append(element("li", {}, element("strong", { textContent: `${name}. ` }), `${wording} ${rule}`));
  }
  rules.append(list);

  const holder = element("div");
  const progress = element("p", { className: "trialsim-small" });
  const compareButton = own(element("button", { type: "button", textContent: "Compare with the protocol" }));
  const summary = element("p", { className: "trialsim-sentence" });
  summary.setAttribute("role", "status");
  const { line: trouble, say: tell } = problemLine();
  let cards = [];

  const judged = () => Object.fromEntries(cards.map((card) => [card.id, card.read()]).filter(([, verdict]) => verdict));
  const count = () => (progress.textContent = `${Object.keys(judged()).length} of ${cards.length} judged.`);
  const showCompared = () => {
    const compared = model.get("compared");
    summary.textContent = compared.summary ?? "";
    for (const card of cards) card.show(compared.patients?.[card.id]);
  };
  let untold = 0; // verdicts on their way to Python: until it has them, the radios here are ahead of it
  const showAnswers = () => {
    if (untold) return;
    for (const card of cards) card.choose(model.get("answers")[card.id]);
    count();
  };
  const judge = async () => {
    count();
    untold += 1;
    const answer = await ask({ kind: "say", answers: judged() });
    untold -= 1;
    tell(answer.refused ?? answer.fault ?? "");
    if ("said" in answer) showAnswers();
  };
  const showPatients = () => {
    cards = model.get("patients").map((one) => patientCard(one, spec.answers, judge));
    holder.replaceChildren(...cards.map((card) => card.node));
    number.value = String(model.get("number"));
    say("", number);
    showAnswers();
    showCompared();
  };

  const deal = async () => {
    const answer = await ask({ kind: "deal", number: number.value });
    say("dealt" in answer ? "" : (answer.refused ?? answer.fault), number);
  };
  dealButton.addEventListener("click", deal);
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") deal();
  });
  compareButton.addEventListener("click", async () => {
    const answer = await ask({ kind: "compare", answers: judged() });
    tell("compared" in answer ? "" : (answer.refused ?? answer.fault));
    if ("compared" in answer) summary.scrollIntoView({ block: "nearest" });
  });

  box.append(
    element("h3", { className: "trialsim-title", textContent: title }),
    element(
      "div",
      { className: "trialsim-row" },
      element("label", { htmlFor: id, textContent: "Your number (a seat, a birthday)" }),
      number,
      dealButton,
    ),
    line,
    rules,
    holder,
    progress,
    element("p", {}, compareButton),
    trouble,
    summary,
  );
  el.replaceChildren(box);
  showPatients();

  model.on("msg:custom", take);
  model.on("change:patients", showPatients);
  model.on("change:answers", showAnswers);
  model.on("change:compared", showCompared);
  return () => {
    model.off("msg:custom", take);
    model.off("change:patients", showPatients);
    model.off("change:answers", showAnswers);
    model.off("change:compared", showCompared);
  };
}

export default { render };
