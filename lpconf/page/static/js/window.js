// The messaging window: messages, a line to write, and a way to close it.
import { make, picture } from "./dom.js";

const CLOSE = "m7 7 10 10m0-10-10 10";
const SEND = "M5 12h13m-5-6 6 6-6 6";

/** The window on the page. `onSend(text)` and `onClose()` are called by what the visitor does. */
export class MessagingWindow {
  #list;
  #input;
  #send;
  #typing;
  #status = new Map();
  element;

  constructor({ onSend, onClose }) {
    const title = make("h2", { id: "window-title" }, "Message us");
    const close = make("button", { type: "button", class: "icon", "aria-label": "Close the window" }, picture(CLOSE, "picture"));
    close.addEventListener("click", onClose);
    this.#list = make("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabIndex: 0 });
    this.#typing = make("p", { class: "typing" });
    this.#input = make("input", {
      type: "text", name: "message", placeholder: "Write a message", "aria-label": "Message", autocomplete: "off", disabled: true,
    });
    this.#send = make("button", { type: "submit", class: "icon send", "aria-label": "Send", disabled: true }, picture(SEND, "picture"));
    const form = make("form", { class: "write" }, this.#input, this.#send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (!text) return;
      this.#input.value = "";
      onSend(text);
    });
    this.element = make(
      "section",
      { class: "window", id: "window", role: "dialog", "aria-labelledby": "window-title" },
      make("header", {}, title, close), this.#list, this.#typing, form,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") onClose();
    });
  }

  /** Lets the visitor write. */
  ready() {
    this.#input.disabled = this.#send.disabled = false;
    this.#input.focus({ preventScroll: true });
  }

  /** Shows a message of the visitor's own or of the other side. */
  add({ own, text, sequence, at }) {
    const status = make("span", { class: "status" }, own ? "Sent" : "");
    const time = at ? new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
    const who = make("span", { class: "unseen" }, own ? "You: " : "Agent: ");
    this.#list.append(
      make("div", { class: own ? "message own" : "message" },
        make("p", {}, who, text),
        make("p", { class: "meta" }, time, " ", status)),
    );
    if (own) this.#status.set(sequence, status);
    this.#down();
  }

  /** The other side has read these messages. */
  read(sequences) {
    for (const sequence of sequences) {
      const status = this.#status.get(sequence);
      if (status) status.textContent = "Read";
    }
  }

  /** The other side is writing, or no longer. */
  typing(on) {
    this.#typing.textContent = on ? "The agent is writing" : "";
  }

  /** Says that the conversation cannot go on. */
  stop(text) {
    this.#input.disabled = this.#send.disabled = true;
    this.typing(false);
    this.#list.append(make("p", { class: "notice" }, text));
    this.#down();
  }

  #down() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
