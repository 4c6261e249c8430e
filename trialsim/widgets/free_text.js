// A box for an answer in one's own words. What is typed is kept after a short rest.

const REST_MS = 400;

function render({ model, el }) {
  const { ask, take } = asker(model);
  const id = uniqueId();
  const box = element("section", { className: "trialsim", ariaLabel: model.get("asks") });
  const area = own(element("textarea", { id, rows: 5, spellcheck: false }));
  const { line, say } = problemLine();
  const kept = element("p", { className: "trialsim-small" });
  kept.setAttribute("role", "status");
  area.value = model.get("value");
  let resting = null;
  const keep = async () => {
    resting = null;
    const text = area.value;
    const answer = await ask({ kind: "write", text });
    if (area.value !== text) return; // typed on meanwhile: that will be kept in its turn
    say(answer.refused ?? answer.fault ?? "", area);
    kept.textContent = "kept" in answer && text ? "Kept." : "";
  };
  area.addEventListener("input", () => {
    kept.textContent = "";
    clearTimeout(resting);
    resting = setTimeout(keep, REST_MS);
  });
  const show = () => {
    if (resting === null && area.value !== model.get("value")) area.value = model.get("value");
  };
  box.append(element("label", { htmlFor: id, className: "trialsim-question", textContent: model.get("asks") }), area, line, kept);
  el.replaceChildren(box);
  model.on("msg:custom", take);
  model.on("change:value", show);
  return () => {
    if (resting !== null) keep();
    model.off("msg:custom", take);
    model.off("change:value", show);
  };
}

export default { render };
