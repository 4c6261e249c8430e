// A drawer whose table is asked for when it is opened first. It may take long: there is no time after which it is given up.

function render({ model, el }) {
  const { send } = asker(model);
  const waiting = element("p", { className: "trialsim-small" }, "Computing ... ", element("progress", { ariaLabel: "Computing" }));
  const place = element("div", { className: "trialsim-scroll" }, waiting);
  const drawer = element("details", {}, own(element("summary", { textContent: model.get("drawer") })), place);
  el.replaceChildren(element("section", { className: "trialsim", ariaLabel: model.get("drawer") }, drawer));
  const say = (text) => place.replaceChildren(element("p", { className: "trialsim-problem", role: "alert", textContent: text }));
  let asked = null;
  const take = (message) => {
    if (message.id !== asked || message.coming) return;
    if ("table" in message) place.innerHTML = message.table;
    else say(message.refused ?? `This could not be computed: ${message.fault}`);
  };
  const opened = () => {
    if (!drawer.open || asked !== null) return;
    asked = send({ kind: "open" });
    if (asked === null) say(NO_ANSWER);
  };
  drawer.addEventListener("toggle", opened);
  model.on("msg:custom", take);
  return () => model.off("msg:custom", take);
}

export default { render };
