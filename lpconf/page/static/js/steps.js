// The list of steps: what each would do, what it found, and where the way stops.
import { make, picture } from "./dom.js";

const MARKS = {
  waiting: "M8 12h8",
  running: "M12 4a8 8 0 1 1-8 8",
  ok: "m6 12.500 4 4 8-9",
  failed: "m7.500 7.500 9 9m0-9-9 9",
  skipped: "M8 12h8",
};
const SAID = { waiting: "", running: "under way", ok: "done", failed: "failed", skipped: "not reached" };

/** The steps on the page. A step is `{key, title, text}`. */
export class Steps {
  #items = new Map();
  #announce;
  #verdict;
  #steps;

  constructor(list, verdict, announce, steps) {
    this.#announce = announce;
    this.#verdict = verdict;
    this.#steps = steps;
    list.replaceChildren(...steps.map((step, index) => this.#item(step, index + 1)));
    this.reset();
  }

  #item({ key, title }, number) {
    const item = make("li", { class: "step", id: `step-${key}` });
    const mark = make("span", { class: "mark", "aria-hidden": "true" });
    const state = make("span", { class: "unseen" });
    const body = make("div", { class: "body" });
    item.append(mark, make("div", {}, make("h3", {}, `${number}. ${title}`, state), body));
    this.#items.set(key, { item, mark, state, body, number, title });
    return item;
  }

  /** All steps back to what they would do. */
  reset() {
    for (const { key, text } of this.#steps) this.#show(key, "waiting", { text });
  }

  /** A step is under way. */
  start(key, text) {
    this.#show(key, "running", { text });
  }

  /** A step was not reached, and why. */
  skip(key, text) {
    this.#show(key, "skipped", { text });
  }

  /** A step's outcome: `{ok, text, hint, notes, details}`, all but the first two optional. */
  finish(key, outcome) {
    this.#show(key, outcome.ok ? "ok" : "failed", outcome);
    const { number, title } = this.#items.get(key);
    this.#announce.textContent = `Step ${number}, ${title}: ${outcome.ok ? "done" : "failed"}. ${outcome.text}`;
  }

  /** How far the visitor came, in one line. `state` is idle, running, ok or failed. */
  verdict(state, text) {
    this.#verdict.dataset.state = state;
    this.#verdict.textContent = text;
    this.#announce.textContent = text;
  }

  /** The line for the first step that failed. */
  stopped(key, text) {
    const { number, title } = this.#items.get(key);
    this.verdict("failed", `Stops at step ${number}, ${title.toLowerCase()}: ${text}`);
  }

  #show(key, state, { text, hint = "", notes = [], details = [] }) {
    const { item, mark, state: said, body } = this.#items.get(key);
    const open = body.querySelector("details")?.open ?? false;
    item.dataset.state = state;
    mark.replaceChildren(picture(MARKS[state], "picture"));
    said.textContent = SAID[state] && `, ${SAID[state]}`;
    body.replaceChildren(make("p", { class: "text" }, text));
    if (notes.length) body.append(make("ul", { class: "notes" }, ...notes.map((note) => make("li", {}, note))));
    if (hint) body.append(make("p", { class: "hint" }, hint));
    if (details.length) body.append(this.#details(details, open));
  }

  #details(rows, open) {
    const list = make("dl", {});
    for (const [label, value] of rows) list.append(make("dt", {}, label), make("dd", {}, value || "–"));
    return make("details", { open }, make("summary", {}, "Details"), list);
  }
}
