// Talks to the page's own backend. Tokens travel in bodies only.

/** The JSON answer to a POST. Throws an Error whose text is for people. */
export async function post(path, body = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
    });
  } catch {
    throw new Error("lpconf page does not answer. Is it still running?");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error ?? `lpconf page answered ${answer.status}.`);
  return found;
}
