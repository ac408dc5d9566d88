// Goal: every test of an attack can fail, and fails for the want of one defence.
// Method: mutation. For each row of defences.mjs one source file is compiled with the defence taken
// away and linked in front of the library it belongs to, so that the linker takes it instead of the
// original; the tree is not touched. The test must pass as it is and fail with the mutant.
//
//   node tests/crypto/prove_defences.mjs [--build build/native] [WORD...]
//
// proves all, or those whose attack or defence contains one of the words.

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { kDefences } from "./defences.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values, positionals } = parseArgs({
  options: { build: { type: "string", default: join(root, "build/native") } },
  allowPositionals: true,
});
const build = values.build;
const work = join(build, "mutants");

/** Commands of a target as ninja would run them: the compilations, and the link as the last. */
const commandsOf = (target) =>
  execFileSync("ninja", ["-C", build, "-t", "commands", target], { encoding: "utf8" })
    .trim()
    .split("\n");

/** Runs a shell command. Gives its exit status, a number or a signal's name, and its output. */
const run = (command) =>
  new Promise((resolve) => {
    const options = { cwd: build, timeout: 120_000, maxBuffer: 1 << 26 };
    execFile("sh", ["-c", command], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : (error.signal ?? error.code);
      resolve({ status, output: stdout + stderr });
    });
  });

async function must(command, what) {
  const { status, output } = await run(command);
  if (status !== 0) throw new Error(`${what} failed:\n${output.slice(-4000)}`);
}

/** A pattern for a piece of code, however it is broken into lines. */
const anyLayout = (code) =>
  new RegExp(
    code
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("\\s+(?://\\s+)?"),
    "g",
  );

function edited(text, was, becomes, file) {
  const found = [...text.matchAll(anyLayout(was))];
  if (found.length !== 1) throw new Error(`${file} has ${found.length} times: ${was}`);
  const before = text.slice(0, found[0].index);
  return before + becomes + text.slice(found[0].index + found[0][0].length);
}

function mutantOf({ file, leave_out, replace, by, and = [] }) {
  const edits = [leave_out ? [leave_out, ";"] : [replace, by], ...and];
  return edits.reduce(
    (text, [was, becomes]) => edited(text, was, becomes, file),
    readFileSync(join(root, file), "utf8"),
  );
}

const shellQuoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** doctest separates names by commas and knows `?` for any character. */
const testCommand = (program, test) =>
  `${program} --test-case=${shellQuoted(test.replace(/[,\\*]/g, "?"))}`;

/** "passed" or "failed" if exactly one case ran to its end, else what happened instead. */
async function outcome(program, test) {
  const { status, output } = await run(testCommand(program, test));
  const ran = /test cases:\s*(\d+)\s*\|/.exec(output)?.[1];
  if (ran === "1" && status === 0) return "passed";
  if (ran === "1" && status === 1) return "failed";
  return `${ran ?? 0} cases ran, status ${status}: ${output.slice(-500)}`;
}

const link = {};
const compile = new Map();
for (const target of new Set(kDefences.map(({ program }) => program ?? "homing_tests"))) {
  const commands = commandsOf(target);
  link[target] = commands.at(-1);
  for (const command of commands) {
    const source = / -c (\S+)$/.exec(command)?.[1];
    if (source) compile.set(source.replace(root, ""), command);
  }
}

async function prove(row, number) {
  const program = row.program ?? "homing_tests";
  const original = /-o (\S+)/.exec(link[program])[1];
  const whole = await outcome(original, row.test);
  if (whole !== "passed") return `the test as it is: ${whole}`;

  const source = join(work, `${number}-${basename(row.file)}`);
  const [object, mutated] = [`${source}.o`, `${source}.run`];
  writeFileSync(source, mutantOf(row));
  const known = compile.get(row.file);
  if (!known) throw new Error(`${row.file} is not compiled for ${program}`);
  await must(
    known.replace(/ -o \S+/, ` -o ${object}`).replace(/ -M[DTF]( \S+)?/g, "")
      .replace(/ -c \S+$/, ` -O0 -g0 -Wno-error -w -c ${source}`),
    "compiling the mutant",
  );
  await must(link[program].replace(/ -o \S+/, ` ${object} -o ${mutated}`), "linking the mutant");
  const without = await outcome(mutated, row.test);
  rmSync(mutated);
  return without === "failed" ? "" : without;
}

const wanted = kDefences.filter(
  ({ test, defence }) =>
    positionals.length === 0 || positionals.some((word) => `${test} ${defence}`.includes(word)),
);
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });

let passed = 0;
let failed = 0;
const queue = wanted.entries();
const worker = async () => {
  for (const [number, row] of queue) {
    const problem = await prove(row, number).catch((error) => error.message);
    if (problem === "") ++passed;
    else ++failed;
    console.log(
      `${row.test}\n  ${row.defence} (${row.file})\n  fails without it: ` +
        (problem === "" ? "yes" : `NO: ${problem}`),
    );
  }
};
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));

// What is promised, tested and listed is one and the same.
const promised = readFileSync(join(root, "docs/threat_model.md"), "utf8");
const tests = join(root, "tests/unit");
const named = new Set(kDefences.map(({ test }) => test));
for (const file of readdirSync(tests).filter((name) => name.endsWith("_test.cc"))) {
  const text = readFileSync(join(tests, file), "utf8").replace(/"\s*\n\s*"/g, "");
  for (const [, name] of text.matchAll(/TEST_CASE\(\s*"(attack: [^"]*)"/g)) {
    if (named.has(name) && promised.includes(`\`${name}\``)) continue;
    console.log(`${name}: not in defences.mjs or not in docs/threat_model.md`);
    ++failed;
  }
}
for (const [, name] of promised.matchAll(/`(attack: [^`]*)`/g)) {
  if (named.has(name)) continue;
  console.log(`${name}: in docs/threat_model.md only`);
  ++failed;
}
for (const { test, program } of kDefences) {
  if (program || promised.includes(`\`${test}\``)) continue;
  console.log(`${test}: not in docs/threat_model.md`);
  ++failed;
}
console.log(`defences: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
