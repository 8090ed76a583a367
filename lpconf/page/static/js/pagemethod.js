// The page method: defined on the page and called with a callback, as LivePerson's embedded window does.

const NAME = /^[A-Za-z_$][\w$]*$/;
const FORBIDDEN = new Set(["__proto__", "prototype", "constructor"]);
const PATIENCE_MS = 5000;
const own = new WeakSet();

/** Defines the function at its place. Throws an Error whose text is for people. */
export function define({ name, context }, getToken) {
  const parts = [...path(context), ...path(name)];
  if (!parts.length) throw new Error("The connector names no page method.");
  const last = parts.pop();
  let owner = globalThis;
  for (const part of parts) {
    owner[part] ??= {};
    owner = owner[part];
    if (owner === null || !["object", "function"].includes(typeof owner)) {
      throw new Error(`${part} of the JS Context is not an object on this page.`);
    }
  }
  if (last in owner && !own.has(owner[last])) {
    throw new Error(`Browsers already have something else called ${last}. Choose another JS Method Name.`);
  }
  const method = (callback) => {
    const token = getToken();
    if (token) callback(token);
    else callback("", "There is no token");
  };
  own.add(method);
  owner[last] = method;
}

/** Looks the function up in its scope and calls it. Resolves to what its callback was given. */
export function call({ name, context }) {
  let owner = globalThis;
  let found = globalThis;
  for (const part of [...path(context), ...path(name)]) {
    owner = found;
    found = found?.[part];
  }
  if (typeof found !== "function") {
    return Promise.reject(new Error(`${written({ name, context })} is not a function of this page.`));
  }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The page method did not call back within 5 seconds.")), PATIENCE_MS);
    const callback = (value, error) => {
      clearTimeout(timer);
      if (error !== undefined && error !== null) reject(new Error(`The page method reported: ${error}`));
      else if (typeof value !== "string" || !value) reject(new Error("The page method called back without a token."));
      else resolve(value);
    };
    found.call(owner, callback);
  });
}

/** The function as a page would write it. */
export function written({ name, context }) {
  return [...(context ? [context] : []), name].join(".");
}

function path(text) {
  const parts = text ? text.split(".") : [];
  for (const part of parts) {
    if (!NAME.test(part) || FORBIDDEN.has(part)) {
      throw new Error(`"${text}" is not a name that a page could give to a function.`);
    }
  }
  return parts;
}
