// Cards to be judged by hand: notes, a verdict on each, and what Python says to them. All is text.

function pointList(points, { marks, accepting }) {
  const list = element("ul", { className: "trialsim-judged" });
  for (const [name, verdict, reason] of points) {
    const line = element("li", { textContent: `${marks[verdict]}: ${name}. ${reason}` });
    if (verdict !== accepting) line.className = "trialsim-decides";
    list.append(line);
  }
  return list;
}

// One card: {node, read() -> verdict or "", choose(verdict or undefined), show(compared or undefined)}.
function cardNode(card, spec, changed, compare) {
  const { answers } = spec;
  const title = `${spec.card} ${card.id}`;
  const facts = element("dl");
  for (const [heading, text] of card.facts) {
    facts.append(element("dt", { textContent: heading }), element("dd", { textContent: text }));
  }
  const name = uniqueId();
  const radios = answers.map(([value]) => own(element("input", { type: "radio", name, value })));
  radios.forEach((radio) => radio.addEventListener("change", changed));
  const options = radios.map((radio, i) =>
    element("label", { className: "trialsim-option" }, radio, element("span", { textContent: answers[i][1] })),
  );
  const legend = element("legend", { textContent: `Your verdict on ${spec.card.toLowerCase()} ${card.id}` });
  const fieldset = element(
    "fieldset",
    { className: "trialsim-control" },
    legend,
    element("div", { className: "trialsim-row" }, ...options),
  );
  const button = own(element("button", { type: "button", textContent: spec.labels.compare }));
  button.addEventListener("click", () => compare(card.id));
  const { line: trouble, say: tell } = problemLine();
  const reply = element("p", { className: "trialsim-reply" });
  reply.setAttribute("role", "status");
  const why = element("details", { hidden: true });
  const node = element(
    "section",
    { className: "trialsim-case", ariaLabel: title },
    element("h4", { textContent: title }),
    facts,
    fieldset,
    element("p", {}, button),
    trouble,
    reply,
    why,
  );
  const show = (compared) => {
    reply.textContent = compared ? compared.text : "";
    reply.dataset.verdict = compared ? (compared.agrees ? "right" : "wrong") : "";
    why.hidden = !compared;
    why.replaceChildren();
    if (!compared) return;
    why.append(own(element("summary", { textContent: `${spec.labels.points} for ${spec.card.toLowerCase()} ${card.id}` })), pointList(compared.points, spec));
    why.open = !compared.agrees;
  };
  const read = () => radios.find((radio) => radio.checked)?.value ?? "";
  const choose = (verdict) => radios.forEach((radio) => (radio.checked = radio.value === verdict));
  return { node, read, choose, show, tell, id: card.id };
}

function render({ model, el }) {
  const { ask, take } = asker(model);
  const spec = model.get("spec");
  const { title, labels } = spec;
  const box = element("section", { className: "trialsim", ariaLabel: title });

  const id = uniqueId();
  const number = own(element("input", { type: "text", inputMode: "numeric", autocomplete: "off", id }));
  number.value = String(model.get("number"));
  const dealButton = own(element("button", { type: "button", textContent: labels.deal }));
  const { line, say } = problemLine();
  const rules = element("details", {}, own(element("summary", { textContent: labels.rules })));
  const list = element("ul", { className: "trialsim-judged" });
  for (const [name, wording, rule] of spec.rules) {
    list.append(element("li", {}, element("strong", { textContent: `${name}. ` }), `${wording} ${rule}`));
  }
  rules.append(list);

  const holder = element("div");
  const progress = element("p", { className: "trialsim-small" });
  const summary = element("p", { className: "trialsim-sentence" });
  summary.setAttribute("role", "status");
  const { line: trouble, say: tell } = problemLine();
  let cards = [];

  const judged = () => Object.fromEntries(cards.map((card) => [card.id, card.read()]).filter(([, verdict]) => verdict));
  const count = () => (progress.textContent = `${Object.keys(judged()).length} of ${cards.length} judged.`);
  const showCompared = () => {
    const compared = model.get("compared");
    summary.textContent = compared.summary ?? "";
    for (const card of cards) card.show(compared.cards?.[card.id]);
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
  const compare = async (card) => {
    const answer = await ask({ kind: "compare", answers: judged(), card });
    cards.find(({ id }) => id === card)?.tell("compared" in answer ? "" : (answer.refused ?? answer.fault));
  };
  const showCards = () => {
    cards = model.get("cards").map((card) => cardNode(card, spec, judge, compare));
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

  box.append(
    element("h3", { className: "trialsim-title", textContent: title }),
    element(
      "div",
      { className: "trialsim-row" },
      element("label", { htmlFor: id, textContent: "Case number" }),
      number,
      dealButton,
    ),
    line,
    rules,
    holder,
    progress,
    trouble,
    summary,
  );
  el.replaceChildren(box);
  showCards();

  model.on("msg:custom", take);
  model.on("change:cards", showCards);
  model.on("change:answers", showAnswers);
  model.on("change:compared", showCompared);
  return () => {
    model.off("msg:custom", take);
    model.off("change:cards", showCards);
    model.off("change:answers", showAnswers);
    model.off("change:compared", showCompared);
  };
}

export default { render };
