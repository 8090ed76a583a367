// Hands site id and token to the tab with LivePerson's script, by a message to that one origin. Nothing is in its address.

/** Opens the tab and answers its first question, once. */
export function handOver(origin, settings) {
  const tab = window.open(`${origin}/`);
  if (!tab) return;
  const answer = (event) => {
    if (event.source !== tab || event.origin !== origin || event.data !== "ready") return;
    window.removeEventListener("message", answer);
    tab.postMessage(settings, origin);
  };
  window.addEventListener("message", answer);
}
