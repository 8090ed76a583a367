// LivePerson's tag: what its snippet of version 1.10 puts on a page, then its script.
// Before the script is there, calls are queued where it looks for them.

/** Puts `lpTag` on the page. The script is not loaded yet. */
export function install({ account, section }) {
  const queue = (name) => (entry) => (lpTag[name] ??= []).push(entry);
  const lpTag = {
    wl: null,
    scp: null,
    site: account,
    section,
    tagletSection: null,
    autoStart: true,
    ovr: {},
    _v: "1.10.0",
    _tagCount: 1,
    protocol: "https:",
    events: {
      bind: (app, name, call) => lpTag.defer(() => lpTag.events.bind(app, name, call), 0),
      trigger: (app, name, data) => lpTag.defer(() => lpTag.events.trigger(app, name, data), 1),
    },
    defer(call, kind) {
      queue({ 0: "_defB", 1: "_defT" }[kind] ?? "_defL")(call);
    },
    start() { lpTag.autoStart = true; },
    isDom: false,
    _timing: { start: Date.now() },
    _domReady(kind) {
      if (!lpTag.isDom) {
        lpTag.isDom = true;
        lpTag.events.trigger("LPT", "DOM_READY", { t: kind });
      }
      lpTag._timing[kind] = Date.now();
    },
    vars: [], dbs: [], ctn: [], sdes: [], hooks: [], identities: [], ev: [],
  };
  window.lpTag = lpTag;
  return lpTag;
}

/** Loads the script. Rejects when it cannot be loaded. */
export function load(lpTag, address) {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    url.searchParams.set("site", lpTag.site);
    const script = document.createElement("script");
    script.charset = "UTF-8";
    script.src = url.href;
    script.addEventListener("load", () => {
      lpTag._domReady("contReady");
      lpTag._domReady("domReady");
      resolve();
    });
    script.addEventListener("error", () => reject(new Error(`${url.host} does not give the script.`)));
    document.head.append(script);
  });
}
