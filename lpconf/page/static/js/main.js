// The page: asks for site id and token, then goes the visitor's way step by step.
import { post } from "./api.js";
import { handOver } from "./handover.js";
import * as pageMethod from "./pagemethod.js";
import { Steps } from "./steps.js";
import { claimRows, decode } from "./token.js";
import { Visit } from "./visit.js";

const byId = (id) => document.getElementById(id);
const SANDBOX_STEPS = [
  { key: "token", title: "Token", text: "Reads the token and checks it against the connector's key." },
  { key: "connector", title: "Connector", text: "Finds the connector that the engagement uses." },
  { key: "method", title: "Page method", text: "Defines the page method and calls it, as LivePerson's window does." },
  { key: "idp", title: "Identity provider", text: "Hands the token to LivePerson's identity provider." },
  { key: "engagement", title: "Engagement", text: "Asks which engagement this visitor is offered." },
  { key: "button", title: "Button", text: "Draws the engagement's button on this page." },
  { key: "window", title: "Window", text: "Opens when you choose the button." },
  { key: "conversation", title: "Conversation", text: "Sends your message and waits for the answer." },
];
const LIVE_STEPS = SANDBOX_STEPS.slice(0, 3);

class Page {
  #steps;
  #visit = null;
  #start;
  #runs = 0;
  #found = null;

  constructor(start) {
    this.#start = start;
    const list = start.live ? LIVE_STEPS : SANDBOX_STEPS;
    this.#steps = new Steps(byId("steps"), byId("verdict"), byId("announce"), list);
    byId("account").value = start.account;
    const site = start.label ? `${start.label}, site` : "Site";
    byId("where").textContent = `${site} ${start.account} on ${start.live ? "LivePerson" : "the local sandbox"}`;
    byId("token-help").append(start.live ? " It goes to LivePerson, from your browser." : " It stays on this computer.");
    byId("mint").hidden = !start.mint;
    byId("place").hidden = !start.live;
    byId("mint-button").addEventListener("click", () => this.#mint());
    byId("live-button").addEventListener("click", () => this.#open());
    byId("form").addEventListener("input", () => this.#changed());
    byId("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run();
    });
    byId("start").disabled = false;
  }

  async #mint() {
    try {
      byId("token").value = (await post("/api/mint")).token;
      this.#changed();
      this.#steps.verdict("idle", "A new token is in the field. Choose Start.");
    } catch (error) {
      this.#steps.verdict("failed", error.message);
    }
  }

  /** What the last Start found is not about what is entered now, so it is not handed over. */
  #changed() {
    if (!this.#start.live || (byId("live").hidden && !byId("start").disabled)) return;
    this.#runs++;
    byId("live").hidden = true;
    byId("start").disabled = false;
    this.#steps.verdict("idle", "You changed what is entered. Choose Start again.");
  }

  async #run() {
    const run = ++this.#runs;
    this.#visit?.leave();
    this.#visit = null;
    byId("live").hidden = true;
    const token = byId("token").value.trim();
    this.#steps.reset();
    this.#steps.verdict("running", "Under way.");
    const narrow = matchMedia("(max-width: 820px)").matches;
    byId("what-happens").scrollIntoView({ block: narrow ? "start" : "nearest" });
    byId("start").disabled = true;
    try {
      await this.#go(token, () => run === this.#runs);
    } catch (error) {
      if (run === this.#runs) this.#steps.verdict("failed", error.message);
    } finally {
      if (run === this.#runs) byId("start").disabled = false;
    }
  }

  async #go(token, current) {
    const account = byId("account").value.trim();
    const found = await post("/api/look", { account, token });
    if (!current()) return;
    // Identity and method belong to this site id and this token, so all are handed over together.
    this.#found = { ...found, account, entered: token };
    this.#steps.finish("token", tokenStep(token, found.token));
    this.#steps.finish("connector", found.connector);
    const called = await this.#call(token, found);
    if (!current()) return;
    if (this.#start.live) {
      this.#conclude([["token", found.token], ["connector", found.connector], ["method", called]]);
      byId("live").hidden = !(called.ok && found.identity);
      return;
    }
    const accepted = called.ok
      ? await this.#authenticate(called.token, found)
      : this.#skipped("idp", "There is no token to hand over.");
    this.#steps.finish("engagement", found.engagement);
    this.#visit = new Visit(this.#steps, found, accepted, byId("button-place"), byId("window-place"));
    const button = this.#visit.offer();
    this.#conclude([
      ["token", found.token], ["connector", found.connector], ["method", called], ["idp", accepted],
      ["engagement", found.engagement], ["button", button],
    ]);
  }

  async #call(token, { connector, method }) {
    if (!connector.ok) return this.#skipped("method", "There is no connector that names it.");
    const name = pageMethod.written(method);
    this.#steps.start("method", `Calling ${name}.`);
    let outcome;
    try {
      pageMethod.define(method, () => token);
      const handed = await pageMethod.call(method);
      const origin = method.given ? "" : " The connector names none, so this is the default.";
      outcome = { ok: true, text: `${name} was called and gave the token.${origin}`, token: handed };
    } catch (error) {
      outcome = { ok: false, text: error.message };
    }
    this.#steps.finish("method", outcome);
    return outcome;
  }

  async #authenticate(token, { connector }) {
    this.#steps.start("idp", "Waiting for the answer.");
    let outcome;
    try {
      outcome = await post("/api/authenticate", { connector: connector.id, token });
    } catch (error) {
      outcome = { ok: false, text: error.message };
    }
    this.#steps.finish("idp", outcome);
    return outcome;
  }

  #skipped(key, text) {
    this.#steps.skip(key, text);
    return { ok: false, skipped: true, text };
  }

  #conclude(outcomes) {
    const failed = outcomes.find(([, outcome]) => !outcome.ok && !outcome.skipped);
    if (failed) this.#steps.stopped(failed[0], failed[1].text);
    else if (this.#start.live) this.#steps.verdict("ok", "Ready. Open the page with LivePerson's tag.");
    else this.#steps.verdict("running", "Choose the button at the edge of this page.");
  }

  #open() {
    const { account, entered, method, identity } = this.#found;
    handOver(this.#start.live, {
      account,
      token: entered,
      section: byId("section").value.split(",").map((each) => each.trim()).filter(Boolean),
      url: byId("url").value.trim(),
      method,
      identity,
    });
  }
}

/** Step 1 with what the browser itself reads in the token. */
function tokenStep(token, outcome) {
  try {
    return { ...outcome, details: claimRows(decode(token).claims) };
  } catch (error) {
    return outcome.ok ? { ...outcome, notes: [...outcome.notes, error.message] } : outcome;
  }
}

try {
  new Page(await post("/api/start"));
} catch (error) {
  byId("verdict").dataset.state = "failed";
  byId("verdict").textContent = error.message;
}
