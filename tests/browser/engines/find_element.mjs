// Runs inside of a page of any engine.

/**
 * The middle of the visible element that the target names, scrolled into view, or undefined. Knows
 * the roles that scenarios use, and their names as far as the demo gives them.
 */
export function findElement({ css, role, name }) {
  const selectors = {
    button: "button, [role=button]",
    heading: "h1, h2, h3, [role=heading]",
    textbox: "input:not([type]), input[type=text], textarea, [role=textbox]",
  };
  const nameOf = (element) =>
    element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;

  function* search(root, selector) {
    yield* root.querySelectorAll(selector);
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot !== null) yield* search(element.shadowRoot, selector);
    }
  }
  for (const element of search(document, css ?? selectors[role])) {
    if (css === undefined && nameOf(element)?.trim() !== name) continue;
    element.scrollIntoView({ block: "nearest" });
    const { x, y, width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0) return { x: x + width / 2, y: y + height / 2 };
  }
  return undefined;
}
