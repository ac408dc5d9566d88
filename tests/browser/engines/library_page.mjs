import { Page } from "./driver.mjs";

/** A page of playwright-core or of puppeteer-core: what is used here is the same in both. */
export class LibraryPage extends Page {
  constructor(page) {
    super();
    this.page = page;
  }

  run(expression) {
    return this.page.evaluate(expression);
  }

  goto(url) {
    return this.page.goto(url);
  }

  clickAt(x, y) {
    return this.page.mouse.click(x, y);
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  pressKey(key) {
    return this.page.keyboard.press(key);
  }

  screenshot(path) {
    return this.page.screenshot({ path });
  }

  close() {
    return this.page.close();
  }
}
