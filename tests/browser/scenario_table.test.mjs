// Goal: the table tells what passed from what failed and from what an engine cannot do.
// Method: scenarios that do each of these, on a ground that is none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CannotDo } from "./engines/driver.mjs";
import { count, formatTable, playAll } from "./support/scenario_table.mjs";

const engines = [{ name: "One", version: "1.0" }, { name: "Two", version: "2.0" }];

class NoGround {
  constructor(scenario, engine) {
    this.scenario = scenario;
    this.engine = engine;
  }

  async assertNothingWentWrong() {
    if (this.scenario.name === "wrong") throw new Error("an error in the console");
  }

  async takePictures() {}

  async end() {
    NoGround.ended += 1;
    if (this.scenario.name === "stays") throw new Error("a process is left");
  }
}

async function play(...scenarios) {
  NoGround.ended = 0;
  const cells = await playAll(scenarios, engines, {
    jobs: 2,
    cellMs: 100,
    createGround: (scenario, engine) => new NoGround(scenario, engine),
    onCell() {},
  });
  return { cells, text: formatTable(scenarios, engines, cells) };
}

const works = { name: "works", run: async () => "3 ms" };

test("table: what an engine cannot do has its reason, and counts as neither", async () => {
  const cannot = {
    name: "no such thing",
    async run({ engine }) {
      if (engine.name === "Two") throw new CannotDo("Two has no such thing");
    },
  };
  const { cells, text } = await play(works, cannot);
  assert.deepEqual(["ok", "cannot", "FAILED"].map((state) => count(cells, state)), [3, 1, 0]);
  assert.match(text, /^no such thing {2}ok 0 s {3}cannot \(1\)$/m);
  assert.match(text, /^\(1\) cannot: Two has no such thing$/m);
  assert.match(text, /^ {2}works, One: 3 ms$/m);
});

test("table: errors, what never ends, and what is left behind are failures", async () => {
  const scenarios = [
    { name: "throws", async run() { throw new Error("as it should not be"); } },
    { name: "hangs", run: () => new Promise(() => {}) },
    { name: "wrong", async run() {} },
    { name: "stays", async run() {} },
  ];
  const { cells, text } = await play(works, ...scenarios);
  assert.equal(count(cells, "FAILED"), 8);
  assert.equal(count(cells, "ok"), 2);
  assert.equal(NoGround.ended, 10, "everything was ended");
  assert.match(text, /as it should not be/);
  assert.match(text, /not within 0.1 s: hangs/);
  assert.match(text, /an error in the console/);
  assert.match(text, /a process is left/);
});

test("table: what is measured runs alone, after all the rest", async () => {
  let running = 0;
  let most = 0;
  const order = [];
  const busy = (name, isMeasured) => ({
    name,
    isMeasured,
    async run() {
      running += 1;
      if (isMeasured) most = Math.max(most, running);
      order.push(name);
      await new Promise(setImmediate);
      running -= 1;
    },
  });
  await play(busy("measured", true), busy("other", false));
  assert.equal(most, 1);
  assert.deepEqual(order, ["other", "other", "measured", "measured"]);
});
