// What was typed and may not have reached the file: kept by this page, and by the browser where it may, until Python says
// that it is written. A page whose widgets are drawn anew puts back its own; what another page left is offered.

const UNSENT = "trialsim unsent, ";
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function unsent(model, about = () => "") {
  const page = (window.trialsimUnsent ??= {});
  const key = () => `${UNSENT}${model.get("place")}${about()}`;
  const read = () => {
    if (key() in page) return page[key()];
    try {
      const kept = JSON.parse(localStorage.getItem(key()));
      return kept !== null && "value" in kept ? kept : null;
    } catch {
      return null;
    }
  };
  const drop = () => {
    delete page[key()];
    try {
      localStorage.removeItem(key());
    } catch {
      // Nothing was kept there.
    }
  };
  return {
    drop,
    held: () => read() !== null,
    kept: () => read()?.value,
    // Keep a value that stands in place of `over`, what Python knew; says whether it outlives the page.
    hold(value, over) {
      if (!model.get("place")) return false;
      page[key()] = { value, over, time: Date.now() };
      try {
        localStorage.setItem(key(), JSON.stringify(page[key()]));
        return true;
      } catch {
        return false;
      }
    },
    // Forget it once it is in the file; what was typed since stays.
    answered(value, answer) {
      if (answer.written && same(read()?.value, value)) drop();
    },
    // `put` shows the value; `node` takes what is said of it; `shown` says it in words, or nothing where it can be none.
    bringBack(current, put, node, shown) {
      node.replaceChildren();
      if (!model.get("place")) return;
      const kept = read();
      if (kept === null) return;
      const said = shown(kept.value);
      if (same(kept.value, current) || !said) return drop();
      const untouched = !("over" in kept) || kept.over === undefined || same(kept.over, current);
      if (key() in page && untouched) {
        put(kept.value, false);
        node.append("What you did while Python was away is back.");
        return;
      }
      const [back, leave] = ["Bring it back", "Leave it"].map((textContent) =>
        own(element("button", { type: "button", textContent })),
      );
      back.addEventListener("click", () => {
        node.replaceChildren();
        put(kept.value, true);
      });
      leave.addEventListener("click", () => {
        node.replaceChildren();
        drop();
      });
      node.append(`This browser kept what did not reach your work, of ${when(kept.time)}: ${said} `, back, " ", leave);
    },
  };
}

// Start over: nothing of a lesson is put back.
function dropUnsent(lesson) {
  const start = `${UNSENT}${lesson} `;
  for (const key of Object.keys(window.trialsimUnsent ?? {})) if (key.startsWith(start)) delete window.trialsimUnsent[key];
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(start)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing.
  }
}

const keptLine = () => {
  const line = element("p", { className: "trialsim-small" });
  line.setAttribute("role", "status");
  return line;
};
