// Draws the engagement's button from its display instance. What it says comes from the account and is not trusted:
// only a few properties are taken, and the browser parses each as one CSS value.
import { make, picture } from "./dom.js";

const BUBBLE = "M4 5h16v11H9l-5 4z";
// position.type 1 to 9 is a grid of 3 by 3, row by row; 6 is seen, the others were found once.
const PLACES = ["start", "center", "end"];
const LONGEST_SIDE = 400;
const LARGEST_FONT = 48;
const WIDEST_BORDER = 16;
const LONGEST_TEXT = 200;

/** The button, to be put on the page. */
export function draw({ presentation = {}, position }, onClick) {
  const width = side(presentation.size?.width, 40);
  const height = side(presentation.size?.height, 152);
  const label = presentation.elements?.labels?.[0] ?? {};
  const text = typeof label.text === "string" && label.text.trim() ? cut(label.text.trim()) : "Message us";
  const button = make(
    "button",
    { type: "button", class: "engagement", id: "engagement-button", data: { upright: String(height > width) } },
    picture(BUBBLE, "bubble"),
    make("span", {}, text),
  );
  const place = Number.isInteger(position) && position >= 1 && position <= 9 ? position : 6;
  button.dataset.row = PLACES[Math.floor((place - 1) / 3)];
  button.dataset.column = PLACES[(place - 1) % 3];
  style(button, {
    "min-width": `min(${width}px, 90vw)`,
    "min-height": `min(${height}px, 90dvh)`,
    "background-color": presentation.background?.color,
    "border-radius": `${side(presentation.border?.radius, 0)}px`,
    "border-width": `${side(presentation.border?.width, 0, WIDEST_BORDER)}px`,
    "border-color": presentation.border?.color,
    color: label.css?.color,
    "font-family": label.css?.fontFamily,
    "font-weight": label.css?.fontWeight,
    "font-style": label.css?.fontStyle,
    "font-size": `${side(label.css?.fontSize, 16, LARGEST_FONT)}px`,
  });
  button.addEventListener("click", onClick);
  return button;
}

function style(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "string" && value && !/url\s*\(/i.test(value)) element.style.setProperty(name, value);
  }
}

function side(value, otherwise, most = LONGEST_SIDE) {
  const number = Number.parseFloat(value);
  return Number.isFinite(number) && number >= 0 ? Math.min(number, most) : otherwise;
}

/** The text, cut where it is too long. By characters, so that none is halved. */
function cut(text) {
  const characters = [...text];
  return characters.length > LONGEST_TEXT ? `${characters.slice(0, LONGEST_TEXT).join("")}…` : text;
}
