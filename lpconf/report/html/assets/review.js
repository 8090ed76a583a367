// Hides the changes that do not fit the filter. Without this script the page shows all of them.
(() => {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const words = document.getElementById("words");
  const risk = document.getElementById("risk");
  const shown = document.getElementById("shown");
  const nothing = document.querySelector(".nothing");
  const marks = [...form.querySelectorAll('input[name="mark"]')];
  const things = [...document.querySelectorAll(".thing")];
  const texts = new Map();

  // Read once, and only when somebody looks for something: a page may hold ten thousand changes.
  const textOf = (thing) => {
    if (!texts.has(thing)) {
      const parts = [...thing.children].filter((part) => !part.matches(".buttons"));
      texts.set(thing, parts.map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(thing);
  };

  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const allowed = new Set(marks.filter((mark) => mark.checked).map((mark) => mark.value));
    let count = 0;
    for (const thing of things) {
      const fits =
        allowed.has(thing.dataset.mark) &&
        (!risk?.value || thing.dataset.risks.split(" ").includes(risk.value)) &&
        wanted.every((word) => textOf(thing).includes(word));
      thing.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count} of ${things.length}`;
    nothing.hidden = count > 0;
  };

  const reset = () => {
    form.reset();
    apply();
  };

  // A link to a change that is filtered out must still lead to it.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.hidden) {
      reset();
      target.scrollIntoView();
    }
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input[type=search], select");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      words.focus();
    } else if (event.key === "Escape" && writing) {
      reset();
    }
  });
  form.hidden = false;
  // A browser that comes back to the page may have kept what was entered.
  apply();
})();
