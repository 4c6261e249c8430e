// A box for an answer in one's own words. What is typed is kept after a short rest.

const REST_MS = 400;
const KEPT_HERE = "What you wrote is kept in this browser, and comes back when the lesson is started again.";
const KEPT_NOWHERE = "Copy your text before you start again or leave: this browser keeps nothing.";

function render({ model, el }) {
  const { ask, take } = asker(model);
  const mine = unsent(model);
  const id = uniqueId();
  const box = element("section", { className: "trialsim", ariaLabel: model.get("asks") });
  const area = own(element("textarea", { id, rows: 5, spellcheck: false }));
  const { line, say } = problemLine();
  const kept = keptLine();
  const offer = element("p", { className: "trialsim-small" });
  area.value = model.get("value");
  let resting = null;
  let outlives = false;
  const keep = async () => {
    resting = null;
    const text = area.value;
    const answer = await ask({ kind: "write", text });
    mine.answered(text, answer);
    if (area.value !== text) return; // typed on meanwhile: that will be kept in its turn
    say(answer.refused ?? answer.fault ?? "", area);
    if ("kept" in answer) kept.textContent = text && answer.written ? "Kept." : "";
    else if (mine.held()) kept.textContent = outlives ? KEPT_HERE : KEPT_NOWHERE;
  };
  const changed = () => {
    kept.textContent = "";
    outlives = mine.hold(area.value, model.get("value"));
    clearTimeout(resting);
    resting = setTimeout(keep, REST_MS);
  };
  area.addEventListener("input", () => {
    offer.replaceChildren();
    changed();
  });
  const show = () => {
    if (resting === null && !mine.held() && area.value !== model.get("value")) area.value = model.get("value");
  };
  box.append(element("label", { htmlFor: id, className: "trialsim-question", textContent: model.get("asks") }), area, line, kept, offer);
  el.replaceChildren(box);
  // What was written elsewhere meanwhile is not replaced: it follows what comes back.
  const put = (text, offered) => {
    const there = area.value;
    area.value = offered && !text.includes(there) ? `${text}\n\n${there}` : text;
    changed();
  };
  mine.bringBack(model.get("value"), put, offer, (text) => typeof text === "string" && `“${text.slice(0, 200)}”`);
  model.on("msg:custom", take);
  model.on("change:value", show);
  return () => {
    if (resting !== null) keep();
    model.off("msg:custom", take);
    model.off("change:value", show);
  };
}

export default { render };
