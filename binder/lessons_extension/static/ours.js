// Which of our lessons a notebook is, by the code of its cells; undefined for anybody else's. A reader's own cells may
// stand between ours: they are never started unasked, and then nothing else is either (untouched is false).

export function lessonOf(lessons, sources) {
  for (const [name, { code }] of Object.entries(lessons)) {
    let at = 0;
    for (const source of sources) if (source === code[at]) at += 1;
    if (at === code.length) return { name, code, untouched: sources.length === code.length };
  }
  return undefined;
}
