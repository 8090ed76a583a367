// What the visitor sees: the button, the window, the conversation. Steps 6 to 8.
import { post } from "./api.js";
import { draw } from "./button.js";
import { Conversation } from "./conversation.js";
import * as pageMethod from "./pagemethod.js";
import { MessagingWindow } from "./window.js";

/** One visit, from the button on. */
export class Visit {
  #steps;
  #found;
  #accepted;
  #buttonPlace;
  #windowPlace;
  #window = null;
  #conversation = null;
  #sent = null;

  constructor(steps, found, accepted, buttonPlace, windowPlace) {
    this.#steps = steps;
    this.#found = found;
    this.#accepted = accepted;
    this.#buttonPlace = buttonPlace;
    this.#windowPlace = windowPlace;
  }

  /** Draws the button, if the visitor is offered one that leads to a conversation. Returns the outcome of step 6. */
  offer() {
    const { engagement, button } = this.#found;
    const why = !engagement.ok
      ? "Nothing is offered, so there is no button."
      : this.#accepted.ok
        ? ""
        : "The visitor would see the button, but no conversation would start.";
    if (why) return this.#skip(why);
    if (!button) {
      const outcome = {
        ok: false,
        text: "The engagement has no enabled display instance for agents who are online, so there is nothing to draw.",
      };
      this.#steps.finish("button", outcome);
      this.#steps.skip("window", "There is no button to choose.");
      this.#steps.skip("conversation", "There is no window.");
      return outcome;
    }
    this.#buttonPlace.replaceChildren(draw(button, () => this.#open()));
    const outcome = { ok: true, text: "The button is at the edge of this page." };
    this.#steps.finish("button", outcome);
    this.#steps.start("window", "Choose the button to open it.");
    return outcome;
  }

  /** Takes everything away again. */
  leave() {
    this.#close();
    this.#buttonPlace.replaceChildren();
  }

  #skip(text) {
    this.#steps.skip("button", text);
    this.#steps.skip("window", "There is no button to choose.");
    this.#steps.skip("conversation", "There is no window.");
    return { ok: false, skipped: true, text };
  }

  async #open() {
    if (this.#window) return;
    const opened = new MessagingWindow({ onSend: (text) => this.#say(text), onClose: () => this.#back() });
    this.#window = opened;
    this.#windowPlace.replaceChildren(opened.element);
    this.#buttonPlace.firstChild?.setAttribute("hidden", "");
    this.#steps.finish("window", { ok: true, text: "The window is open." });
    this.#steps.start("conversation", "Connecting.");
    try {
      await this.#connect(opened);
    } catch (error) {
      this.#failed(opened, error.message);
    }
  }

  /** Connects one window. Once it is closed, what its connection does concerns nobody: another may be open. */
  async #connect(opened) {
    // As LivePerson's window does: it asks the page for the token anew each time it opens.
    const token = await pageMethod.call(this.#found.method);
    const answer = await post("/api/authenticate", { connector: this.#found.connector.id, token });
    if (!answer.ok) throw new Error(answer.text);
    const address = new URL("/api/conversation", location.href);
    address.protocol = "ws:";
    const conversation = await Conversation.open(address, answer.token, this.#found.context);
    if (this.#window !== opened) {
      conversation.close();
      return;
    }
    this.#conversation = conversation;
    conversation.addEventListener("message", ({ detail }) => this.#heard(opened, detail));
    conversation.addEventListener("read", ({ detail }) => opened.read(detail.sequences));
    conversation.addEventListener("typing", ({ detail }) => opened.typing(detail.on));
    conversation.addEventListener("closed", ({ detail }) => this.#failed(opened, detail.text));
    await conversation.follow();
    if (this.#window !== opened) return;
    opened.ready();
    if (this.#sent === null) {
      this.#steps.start("conversation", "Open. Write a message.");
      this.#steps.verdict("running", "Write a message in the window.");
    }
  }

  async #say(text) {
    const opened = this.#window;
    try {
      const { sequence } = await this.#conversation.say(text);
      this.#sent ??= sequence;
    } catch (error) {
      this.#failed(opened, error.message);
    }
  }

  #heard(opened, message) {
    if (this.#window !== opened) return;
    opened.add(message);
    // What an earlier visit was answered proves nothing about this one.
    if (!message.own && this.#sent !== null && message.sequence > this.#sent) {
      opened.typing(false);
      this.#steps.finish("conversation", { ok: true, text: `Your message was answered: "${message.text}"` });
      this.#steps.verdict("ok", "All eight steps work: this visitor's message was answered.");
    }
  }

  #failed(opened, text) {
    if (this.#window !== opened) return;
    opened.stop(text);
    this.#steps.finish("conversation", { ok: false, text });
    this.#steps.stopped("conversation", text);
  }

  #back() {
    this.#close();
    const button = this.#buttonPlace.firstChild;
    button?.removeAttribute("hidden");
    button?.focus();
  }

  #close() {
    this.#conversation?.close();
    this.#conversation = null;
    this.#window = null;
    this.#windowPlace.replaceChildren();
  }
}
