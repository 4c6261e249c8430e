// The stopwatch of measure.py, in the page: presses come from outside, this sees them and what they put on screen.
() => {
  const watch = (window.stopwatch = { box: null, presses: 0 });
  let pressed = { at: 0, handled: 0 };
  let latest; // what was shown last
  let awaited = false; // a frame that will have it
  let found = null; // who waits for the next picture
  let since = 0; // when it began to wait
  let reached = null; // who has it, once the frame is done
  const seen = new Set();

  const tell = (kind, detail) => watch.box.dispatchEvent(new CustomEvent(`trialsim:${kind}`, { detail }));
  const wanted = () => {
    const detail = {};
    tell("waiting", detail);
    return detail.wanted;
  };
  const isEcho = (event) => event.target.id === "echo";

  // The ends of the frame that is drawn next: when its callbacks began, and when its style, layout and paint were done.
  // A message posted in a frame's callback comes when the frame is done.
  const nextFrame = (then) =>
    requestAnimationFrame(() => {
      const began = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(began, performance.now());
      port2.postMessage(0);
    });

  const press = (event) => (pressed = { at: event.timeStamp, handled: performance.now() });
  document.addEventListener("keydown", press, true);
  document.addEventListener("keyup", (event) => event.key === " " && press(event), true); // it acts when it is let go
  document.addEventListener("trialsim:shown", (event) => {
    if (!watch.box?.contains(event.target) && !isEcho(event)) return;
    latest = event.detail;
    if (found && pressed.handled > since && (isEcho(event) || latest === wanted())) {
      const answer = (reached = { found, ...pressed, drawn: 0 });
      queueMicrotask(() => (answer.drawn = performance.now())); // the handler has done all it does to the page
      found = null;
    }
    if (awaited) return;
    awaited = true;
    // What a later step overtook before the frame was not seen.
    requestAnimationFrame(() => {
      awaited = false;
      seen.add(latest);
    });
    nextFrame((framed, done) => {
      reached?.found({ step: done - reached.at, work: reached.drawn - reached.handled + done - framed });
      reached = null;
    });
  });

  // The picture that the next press asks for, in ms; null when none comes (others may come before: a panel may follow
  // what is decided in another). `step` runs from the key to the end of the frame that has the picture; `work` is what
  // of it the page worked: it leaves out the wait for the frame's turn.
  watch.expect = (patience) => {
    watch.coming = new Promise((resolve) => {
      found = resolve;
      since = performance.now();
      setTimeout(() => {
        if (found === resolve) found = null;
        resolve(null);
      }, patience);
    });
  };
  watch.seen = () => seen.size;
  watch.clear = () => seen.clear();

  // Nothing is fetched, and the kernel rests: the echo comes when whatever it still drew is done.
  watch.forget = async (how) => {
    document.activeElement?.blur();
    tell("forget", how);
    const came = new Promise((resolve) => echo.addEventListener("trialsim:shown", resolve, { once: true }));
    echo.value = Number(echo.value) + 1;
    echo.dispatchEvent(new Event("input"));
    await came;
    await new Promise((resolve) => setTimeout(resolve, 50)); // Lab hears that the kernel rests
  };
  // Until all that was asked for is there; with `rest`, also what is fetched when the page rests.
  watch.settled = async (patience, rest = false) => {
    const end = performance.now() + patience;
    const detail = {};
    do {
      await new Promise((resolve) => setTimeout(resolve, 5));
      tell("waiting", detail);
    } while ((detail.waiting || (rest && detail.beside)) && performance.now() < end);
    return !detail.waiting;
  };

  // ---- sections and controls, as they stand on the page -----------------------------------------------------------
  const panels = () =>
    [...document.querySelectorAll(".trialsim")].filter((box) => box.querySelector(".trialsim-picture"));
  const nodes = (box) => [...box.querySelectorAll(".trialsim-controls > .trialsim-control")];
  const inputs = (node, what) => [...node.querySelectorAll(what)].filter((input) => input.checkVisibility());
  const kinds = {
    slider: ["input[type=range]", (all) => Number(all[0].max) - Number(all[0].min) + 1],
    choice: ["input[type=radio]", (all) => all.length],
    select: ["select", (all) => all[0].options.length],
    switch: ["input[role=switch]", () => 2],
    several: ["input[type=checkbox]", (all) => all.length],
    button: ["button", () => null],
  };
  const kindOf = (node) => Object.keys(kinds).find((kind) => inputs(node, kinds[kind][0]).length);
  watch.panels = () =>
    panels().map((box) => ({
      title: box.getAttribute("aria-label"),
      controls: nodes(box).map((node) => {
        const kind = kindOf(node);
        const named = node.querySelector("legend, label")?.textContent ?? node.querySelector("button")?.textContent;
        return { label: named, kind: kind ?? null, values: kind ? kinds[kind][1](inputs(node, kinds[kind][0])) : null };
      }),
    }));

  // The bare echo stands on the screen with whatever is measured.
  const echo = document.querySelector("#echo");
  echo.parentElement.style.cssText = "position: fixed; right: 0; bottom: 0; z-index: 9";
  document.body.append(echo.parentElement);

  // Puts a section under the stopwatch and a control's row at the top of the screen, its picture below it.
  watch.look = (panel) => {
    watch.box = panels()[panel];
    watch.box.scrollIntoView({ block: "start" });
  };
  // A control: the input that has the focus when it is moved, and where it stands: how far on it can still go, and the
  // key that moves it by one.
  watch.control = (at) => {
    const node = nodes(watch.box)[at];
    const kind = kindOf(node);
    const all = inputs(node, kinds[kind][0]);
    const stands = { key: "Space", at: 0, left: 1 };
    if (kind === "several") return { input: all[watch.presses % all.length], stands };
    const input = all.find((one) => one.checked) ?? all[0];
    if (kind === "slider") Object.assign(stands, { key: "ArrowRight", at: Number(input.value), left: input.max - input.value });
    if (kind === "choice") stands.key = "ArrowDown";
    if (kind === "select") {
      const { selectedIndex, length } = input;
      Object.assign(stands, { key: "ArrowDown", at: selectedIndex, left: length - 1 - selectedIndex });
    }
    return { input, stands };
  };
  // Gives a control the focus, or the echo (-1).
  watch.focus = (at) => {
    if (at < 0) return echo.focus({ preventScroll: true });
    watch.control(at).input.focus({ preventScroll: true });
    watch.presses += 1;
  };
  // Gives it the focus and waits until its range is there.
  watch.ready = async (at, patience) => {
    const { stands } = watch.control(at);
    watch.focus(at);
    await watch.settled(patience);
    return stands;
  };
}
