// With a server, a lesson's Python starts while JupyterLab itself is still being loaded, and does the lesson's imports:
// both take seconds, and both together no more than the longer. JupyterLab then finds the session of the page and takes
// it. Whatever goes wrong here, JupyterLab starts Python as it always does.
import { lessonOf } from "./ours.js";

const IMPORT = /^(import|from) [\w.]+( import [\w, ]+)?( as \w+)?$/;

export async function startPython(known) {
  const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");
  const path = config.treePath;
  if (!path?.endsWith(".ipynb")) return;
  const ask = askWith(config);
  const address = path.split("/").map(encodeURIComponent).join("/");
  const [lessons, sessions, { content }] = await Promise.all([
    known,
    ask("api/sessions"),
    ask(`api/contents/${address}?type=notebook&content=1`),
  ]);
  const cells = content.cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.source);
  const lesson = lessonOf(lessons, cells);
  if (!lesson?.untouched || sessions.some((session) => session.path === path)) return;
  const kernel = { name: content.metadata.kernelspec?.name };
  const session = await ask("api/sessions", { path, name: path.split("/").pop(), type: "notebook", kernel });
  const imports = lesson.code.flatMap((cell) => cell.split("\n")).filter((line) => IMPORT.test(line));
  run(imports.join("\n"), session.kernel.id, config);
}

// Asks the server, and gives its answer; with `body` it asks it to make something.
function askWith({ baseUrl, token }) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `token ${token}`;
  const crossSite = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (crossSite) headers["X-XSRFToken"] = crossSite;
  return async (what, body) => {
    const method = body ? "POST" : "GET";
    const answer = await fetch(new URL(baseUrl + what, location.href), { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status}`);
    return answer.json();
  };
}

// Silently: it counts as no cell, and an error comes again when the cell itself is run.
function run(code, kernel, { baseUrl, token }) {
  const address = new URL(`${baseUrl}api/kernels/${kernel}/channels`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const session = crypto.randomUUID?.() ?? String(Math.random());
  address.searchParams.set("session_id", session);
  if (token) address.searchParams.set("token", token);
  const socket = new WebSocket(address);
  const header = { msg_id: `${session}_imports`, msg_type: "execute_request", session, username: "", version: "5.3" };
  const content = { code, silent: true, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: false };
  socket.onopen = () =>
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, buffers: [], channel: "shell" }));
  socket.onmessage = ({ data }) => {
    if (typeof data === "string" && JSON.parse(data).header.msg_type === "execute_reply") socket.close();
  };
}
