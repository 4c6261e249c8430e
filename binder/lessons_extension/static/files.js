// Without a server JupyterLite parses every file that is called JSON before Python sees it, and never answers when one is
// broken: Python then waits for ever. A file that is no JSON is given to it as one text.

export function mendBrokenJson(filesUrl) {
  const fetches = window.fetch.bind(window);
  window.fetch = async (asked, ...more) => {
    const answer = await fetches(asked, ...more);
    const address = new URL(asked instanceof Request ? asked.url : asked, location.href);
    if (!answer.ok || !address.href.startsWith(filesUrl) || !address.pathname.endsWith(".json")) return answer;
    const text = await answer.clone().text();
    try {
      JSON.parse(text);
      return answer;
    } catch {
      return new Response(JSON.stringify(text), { status: 200, headers: { "Content-Type": "application/json" } });
    }
  };
}
