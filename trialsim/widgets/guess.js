// What asks for a prediction, in a cell of its own and in a panel: one control, and a button that commits what it says.
// A slider stands somewhere before anybody moved it, so there the first press only says so. Behind unsent.js.

const BEGINS = "This is where the slider begins. Move it, or press again to keep it.";

function guessForm({ spec, model, trait, about, read, ask, committed }) {
  const { line, say } = problemLine();
  const offer = element("p", { className: "trialsim-small" });
  const mine = unsent(model, about);
  const stands = spec.kind === "slider"; // no option of a list is suggested
  let value;
  let chosen;
  const choose = (next) => {
    value = next;
    chosen = true;
    mine.hold(value);
    say("");
  };
  const control = BUILDERS[spec.kind](spec, choose, read);
  const begin = () => {
    value = spec.default;
    chosen = false;
    control.show(stands ? value : null);
    say("");
  };
  begin();
  const commit = own(element("button", { type: "button", textContent: "This is my guess" }));
  // A key that is held down, or the second half of a double click, is no second press.
  commit.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
  commit.addEventListener("click", async (event) => {
    if (!chosen) {
      chosen = stands;
      return say(stands ? BEGINS : "Choose one of these first.");
    }
    if (event.detail > 1 && line.textContent === BEGINS) return;
    mine.hold(value);
    const answer = await ask({ kind: "commit", value });
    mine.answered(value, answer);
    if (!("committed" in answer)) return say(answer.refused ?? answer.fault);
    begin(); // for who starts over
    committed();
  });
  const put = (kept) => {
    choose(kept);
    control.show(kept);
  };
  mine.bringBack(model.get(trait), put, offer, (kept) => spec.shown[spec.values.indexOf(kept)]);
  return [control.node, element("p", {}, commit), line, offer];
}
