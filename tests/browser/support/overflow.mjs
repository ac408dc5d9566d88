// Whether everything fits on a small screen.

/** What on the page would need scrolling sideways. */
export function overflowing(page) {
  return page.evaluate(() => {
    const all = (root) => [...root.querySelectorAll("*")].flatMap((element) =>
      [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
    return all(document).filter((element) => {
      const { display, overflowX } = getComputedStyle(element);
      // A field scrolls its own text; an ellipsis says that there is more.
      return overflowX !== "hidden" && !display.startsWith("inline") && display !== "contents" &&
        !element.matches("input, textarea") && element.clientWidth > 0 &&
        element.scrollWidth > element.clientWidth + 1;
    }).map((element) => `${element.localName}.${element.className}: ` +
      `${element.scrollWidth} in ${element.clientWidth}`);
  });
}
