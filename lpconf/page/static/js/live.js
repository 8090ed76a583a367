// The page with LivePerson's own script: gets the token from the test page, then only watches.
import * as pageMethod from "./pagemethod.js";
import { Steps } from "./steps.js";
import { install, load } from "./tag.js";

const byId = (id) => document.getElementById(id);
const STEPS = [
  { key: "tag", title: "Tag", text: "Loads LivePerson's script for the site." },
  { key: "identity", title: "Identity", text: "LivePerson's script asks the page who the visitor is." },
  { key: "button", title: "Button", text: "LivePerson shows an engagement's button." },
  { key: "click", title: "Choice", text: "You choose the button." },
  { key: "method", title: "Page method", text: "LivePerson's window calls the page method for the token." },
  { key: "window", title: "Window", text: "LivePerson's window opens." },
  { key: "conversation", title: "Conversation", text: "LivePerson tells of the conversation." },
];

/** The settings from the test page, by one message of that one origin. */
function received(control) {
  const opener = window.opener;
  if (!opener) return Promise.reject(new Error("Open this page from the test page."));
  return new Promise((resolve) => {
    window.addEventListener("message", function listen(event) {
      if (event.source !== opener || event.origin !== control) return;
      window.removeEventListener("message", listen);
      // From here on LivePerson's script runs: it has no way back to the test page.
      window.opener = null;
      resolve(event.data);
    });
    opener.postMessage("ready", control);
  });
}

function watch(lpTag, steps) {
  const offers = (name, call) => lpTag.events.bind("LP_OFFERS", name, call);
  const own = (name, call) => lpTag.events.bind("lpUnifiedWindow", name, call);
  const shown = () => {
    steps.finish("button", { ok: true, text: "The button is shown." });
    steps.verdict("running", "Choose LivePerson's button on this page.");
  };
  offers("OFFER_IMPRESSION", shown);
  offers("OFFER_DISPLAY", shown);
  offers("OFFER_REMOVE", () => steps.start("button", "LivePerson took the button away."));
  offers("OFFER_TIMEOUT", () => steps.start("button", "The engagement timed out."));
  offers("OFFER_DECLINED", () => steps.finish("click", { ok: false, text: "The engagement was declined." }));
  offers("OFFER_CLICK", () => steps.finish("click", { ok: true, text: "The button was chosen." }));
  own("state", (data) => {
    const state = String(data?.state ?? "");
    steps.finish("window", { ok: true, text: `The window's state is "${state}".` });
    if (state === "chatting") {
      steps.finish("conversation", { ok: true, text: "The conversation is open." });
      steps.verdict("ok", "The conversation is open.");
    }
  });
  own("conversationInfo", (data) => {
    const details = Object.entries(data ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
    steps.finish("conversation", { ok: true, text: "LivePerson tells of a conversation.", details });
  });
  own("windowClosed", () => steps.start("window", "The window was closed."));
}

/** Identity and page method, as a site gives them. */
function provide(lpTag, { identity, method, token }, steps) {
  // After the snippet: older ones throw away identities that were set before.
  lpTag.identities.push((callback) => {
    steps.finish("identity", {
      ok: true,
      text: "LivePerson's script asked who the visitor is, and was told.",
      details: Object.entries(identity),
    });
    callback({ ...identity });
  });
  pageMethod.define(method, () => {
    steps.finish("method", { ok: true, text: `${pageMethod.written(method)} was called and gave the token.` });
    return token;
  });
}

async function run(steps) {
  const { control, tag } = await (await fetch("/start")).json();
  const settings = await received(control);
  byId("where").textContent = `Site ${settings.account}`;
  steps.start("tag", `From ${new URL(tag).host}.`);
  const lpTag = install(settings);
  provide(lpTag, settings, steps);
  watch(lpTag, steps);
  // LivePerson's script may ask and show at once, before it counts as loaded.
  steps.start("identity", "Waiting for LivePerson's script to ask.");
  steps.start("button", "Waiting for LivePerson to show it.");
  steps.verdict("running", "Waiting for the button. It can take some seconds.");
  try {
    await load(lpTag, tag);
  } catch (error) {
    steps.finish("tag", { ok: false, text: error.message, hint: "Check the network, and whether a blocker stops it." });
    steps.skip("identity", "There is no script to ask.");
    steps.skip("button", "There is no script to show it.");
    steps.stopped("tag", error.message);
    return;
  }
  steps.finish("tag", { ok: true, text: "LivePerson's script is loaded." });
  if (settings.url) {
    const place = { section: settings.section };
    lpTag.newPage?.(settings.url, place);
  }
}

byId("domain").textContent = location.hostname;
const steps = new Steps(byId("steps"), byId("verdict"), byId("announce"), STEPS);
try {
  await run(steps);
} catch (error) {
  steps.verdict("failed", error.message);
}
