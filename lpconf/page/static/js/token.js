// Reads a token: base64url, then UTF-8, then JSON. Checks nothing; that is the backend's work.

/** The header and claims of a signed token. Throws an Error whose text is for people. */
export function decode(token) {
  const parts = token.trim().split(".");
  if (parts.length === 5) {
    throw new Error("The token is encrypted, so only LivePerson can read it.");
  }
  if (parts.length !== 3) {
    throw new Error(`A token has three parts with dots between them. This text has ${parts.length}.`);
  }
  return { header: part(parts[0], "header"), claims: part(parts[1], "claims") };
}

function part(text, name) {
  let value;
  try {
    const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`The token's ${name} cannot be read. A character may be lost or changed.`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error(`The token's ${name} is not a JSON object.`);
  }
  return value;
}

/** Claims as label and value, times also as dates. */
export function claimRows(claims) {
  return Object.entries(claims).map(([name, value]) => [name, shown(name, value)]);
}

function shown(name, value) {
  if (["exp", "iat", "nbf"].includes(name) && Number.isFinite(value) && Math.abs(value) < 1e11) {
    return `${utc(value)} (${value})`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Seconds since 1970 as "2026-11-22 18:00:00 UTC". */
export function utc(seconds) {
  return new Date(seconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
