// A conversation over the consumer socket, as LivePerson's window holds it: one request after another, then events.
import { decode } from "./token.js";

const PATIENCE_MS = 10000;
const KEEP_ALIVE_MS = 60000;
const CLOSED = {
  4401: "The visitor's token has expired (4401). LivePerson asks the page for a fresh one.",
  4407: "LivePerson does not take this token (4407).",
  4503: "The consumer socket cannot be reached.",
};

/**
 * One open socket. Events: `message` {own, text, sequence, at}, `read` {sequences}, `typing` {on}, `closed` {text}.
 * Each has its values in `detail`.
 */
export class Conversation extends EventTarget {
  #socket;
  #own;
  #waiting = new Map();
  #next = 1;
  #first;
  #alive;
  #closing = false;
  id = null;

  /** Opens the socket, signs in, and resumes the open conversation or requests one. */
  static async open(address, token, context) {
    const conversation = new Conversation();
    try {
      await conversation.#open(address, token, context);
    } catch (error) {
      conversation.close();
      throw error;
    }
    return conversation;
  }

  async #open(address, token, context) {
    this.#own = decode(token).claims.sub;
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("message", (event) => this.#received(event.data));
    this.#socket.addEventListener("close", (event) => this.#closed(event));
    await new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", resolve, { once: true });
      this.#socket.addEventListener("close", (event) => reject(new Error(meaning(event))), { once: true });
    });
    const headers = [
      { type: ".ams.headers.ClientProperties", appId: "lpconf", integration: "WEB_SDK", features: [] },
      { type: ".ams.headers.ConsumerAuthentication", jwt: token },
    ];
    await this.request("InitConnection", undefined, headers);
    const known = new Promise((resolve) => { this.#first = resolve; });
    await this.request("cqm.SubscribeExConversations", { convState: ["OPEN"] });
    this.id = (await within(known, "list of conversations")) ?? (await this.#begin(context));
    this.#alive = setInterval(() => this.request("GetClock", {}).catch(() => {}), KEEP_ALIVE_MS);
  }

  async #begin({ campaignId, engagementId, contextId, visitorId, sessionId }) {
    const body = {
      channelType: "MESSAGING",
      ttrDefName: "NORMAL",
      campaignInfo: { campaignId, engagementId },
      conversationContext: {
        type: "SharkContext", lang: "en-US", visitorId, sessionId, interactionContextId: contextId,
      },
    };
    return (await this.request("cm.ConsumerRequestConversation", body)).conversationId;
  }

  /** Asks for all messages, the past ones too. Listen for events first. */
  async follow() {
    await this.request("ms.SubscribeMessagingEvents", { dialogId: this.id, conversationId: this.id, fromSeq: 0 });
  }

  /** Sends a text. Resolves when LivePerson has taken it. */
  async say(message) {
    return this.#publish({ type: "ContentEvent", contentType: "text/plain", message });
  }

  #publish(event) {
    return this.request("ms.PublishEvent", { dialogId: this.id, conversationId: this.id, event });
  }

  /** One request. Resolves to the body of its response. */
  request(type, body, headers) {
    const id = String(this.#next++);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, type }));
    this.#socket.send(JSON.stringify({ kind: "req", id, type, ...(body && { body }), ...(headers && { headers }) }));
    return within(answer, type);
  }

  /** Closes the socket. The conversation stays open at LivePerson. */
  close() {
    this.#closing = true;
    clearInterval(this.#alive);
    this.#socket?.close(1000);
  }

  #received(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (message.kind === "resp") this.#answered(message);
    else if (message.type === "cqm.ExConversationChangeNotification") this.#first?.(openOne(message.body));
    else if (message.type === "ms.MessagingEventNotification") {
      for (const change of many(message.body?.changes)) this.#changed(change);
    }
  }

  #answered({ reqId, code, body }) {
    const waiting = this.#waiting.get(String(reqId));
    if (!waiting) return;
    this.#waiting.delete(String(reqId));
    if (code >= 200 && code < 300) waiting.resolve(body ?? {});
    else waiting.reject(new Error(`LivePerson answered ${code} to ${waiting.type}.`));
  }

  #changed({ event, originatorId, sequence, serverTimestamp }) {
    const own = originatorId === this.#own;
    if (event?.type === "ContentEvent") {
      this.#tell("message", { own, text: String(event.message ?? ""), sequence, at: serverTimestamp });
      if (!own) this.#publish({ type: "AcceptStatusEvent", status: "READ", sequenceList: [sequence] }).catch(() => {});
    } else if (event?.type === "ChatStateEvent" && !own) {
      this.#tell("typing", { on: event.chatState === "COMPOSING" });
    } else if (event?.type === "AcceptStatusEvent" && !own && event.status === "READ") {
      this.#tell("read", { sequences: many(event.sequenceList) });
    }
  }

  #closed(event) {
    clearInterval(this.#alive);
    for (const { reject } of this.#waiting.values()) reject(new Error(meaning(event)));
    this.#waiting.clear();
    if (!this.#closing) this.#tell("closed", { text: meaning(event) });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`LivePerson did not answer ${what} within 10 seconds.`)), PATIENCE_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function meaning({ code, reason }) {
  return CLOSED[code] ?? `The connection was closed (${code}${reason && `, ${reason}`}).`;
}

function openOne(body) {
  const open = many(body?.changes).find(({ type, result }) => {
    return type === "UPSERT" && result?.conversationDetails?.state === "OPEN";
  });
  return open?.result.convId ?? null;
}

function many(value) {
  // A list of one may come as its element.
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
