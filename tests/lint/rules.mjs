// What the linter checks. A rule takes all files of the tree as { path, text } and yields one
// message per finding. Words that a rule bans are put together here from parts, or the linter would
// find itself.

const kWidthMax = 100;
const kLinesTalk = 400;
const kLinesMax = 800;
const kRatchetPath = "tests/lint/ratchet.json";
const kVectors = "tests/vectors/";

const kCodeEnding = /\.(cc|h|c|ts|js|mjs|css|cmake|sh)$/;
const isScript = (path) => /^(script\/|\.ci\/)[^.]+$/.test(path);
const isVector = (path) => path.startsWith(kVectors);
const isCode = (path) =>
  !isVector(path) && (kCodeEnding.test(path) || path.endsWith("CMakeLists.txt") || isScript(path));

const linesOf = (text) => text.replace(/\n$/, "").split("\n");

function* linesMatching(files, selected, pattern, message) {
  for (const { path, text } of files.filter(({ path }) => selected(path))) {
    for (const [index, line] of linesOf(text).entries()) {
      if (pattern.test(line)) yield `${path}:${index + 1}: ${message}`;
    }
  }
}

/** Lines of code fit on half a screen, and beside a diff. */
const width = (files) =>
  linesMatching(files, isCode, RegExp(`^.{${kWidthMax + 1}}`, "u"), `over ${kWidthMax} columns`);

/** Signs that look alike, or are not shown at all, do not belong into code. */
const ascii = (files) =>
  linesMatching(
    files,
    (path) => isCode(path) || (path.endsWith(".html") && !isVector(path)),
    /[^\t\x20-\x7e]/,
    "a character outside of ASCII",
  );

/** What is unfinished is written in the tracker, or finished. */
const unfinished = (files) =>
  linesMatching(
    files,
    (path) => !isVector(path) && !path.endsWith("package-lock.json"),
    new RegExp(`\\b(${["FIX" + "ME", "TO" + "DO", "X" + "XX"].join("|")})\\b`),
    "marked as unfinished",
  );

/** The core reports by values; only a broken invariant may print, in the one file that does. */
const output = (files) =>
  linesMatching(
    files,
    (path) => /^wasm\/(src|include)\//.test(path) && path !== "wasm/src/result.cc",
    /\b(v?f?printf|f?puts|putchar)\s*\(|\bc(out|err|log)\s*<<|<(iostream|print)>/,
    "the core does not print",
  );

/** A file over 400 lines is listed with its length, may only shrink, and is never over 800. */
function* size(files) {
  const listed = JSON.parse(files.find(({ path }) => path === kRatchetPath)?.text ?? "{}");
  const lengths = new Map(
    files.filter(({ path }) => isCode(path)).map(({ path, text }) => [path, linesOf(text).length]),
  );
  for (const [path, length] of lengths) {
    if (length > kLinesMax) yield `${path}: ${length} lines, over ${kLinesMax}: split it`;
    else if (length <= kLinesTalk) continue;
    else if (listed[path] === undefined) {
      yield `${path}: ${length} lines, over ${kLinesTalk}: split it, or list it in ${kRatchetPath}`;
    } else if (length > listed[path]) {
      yield `${path}: grew from ${listed[path]} to ${length} lines`;
    }
  }
  for (const [path, length] of Object.entries(listed)) {
    const now = lengths.get(path) ?? 0;
    if (now < length) yield `${kRatchetPath}: ${path} has ${now} lines now, lower its ${length}`;
  }
}

/** A lock file names versions and hashes; where packages come from is the machine's business. */
const lock = (files) =>
  linesMatching(
    files,
    (path) => path.endsWith("package-lock.json"),
    /"resolved":\s*"(?!file:)/,
    "names a registry (npm config set omit-lockfile-registry-resolved true)",
  );

/**
 * Every test vector says where it is from, in SOURCES.md of its folder or of one above, and some
 * test reads it.
 */
function* vectors(files) {
  const sources = new Map(files.map(({ path, text }) => [path, text]));
  const tests = files.filter(({ path }) => /^tests\/.*\.(cc|mjs)$/.test(path));
  for (const { path } of files.filter(({ path }) => isVector(path))) {
    if (path.endsWith("/SOURCES.md")) continue;
    const parts = path.split("/");
    const named = parts.slice(2).some((_, depth) => {
      const folder = parts.slice(0, depth + 2).join("/");
      return sources.get(`${folder}/SOURCES.md`)?.includes(parts.at(-1));
    });
    if (!named) yield `${path}: not named in ${kVectors}SOURCES.md`;
    if (!path.endsWith(".json")) continue;
    const name = path.slice(kVectors.length);
    if (!tests.some(({ text }) => text.includes(`"${name}"`))) yield `${path}: no test reads it`;
  }
}

/** By name, with a tree of one file that breaks the rule and nothing else: the proof it works. */
export const kRules = [
  { name: "width", check: width, breaks: { "wasm/src/a.cc": `// ${"a".repeat(98)}\n` } },
  { name: "ascii", check: ascii, breaks: { "web/src/a.ts": "// caf\u00e9\n" } },
  { name: "unfinished", check: unfinished, breaks: { "docs/a.md": `${"TO" + "DO"}: later\n` } },
  { name: "output", check: output, breaks: { "wasm/src/a.cc": 'void f() { printf("x"); }\n' } },
  { name: "size", check: size, breaks: { "script/long": "true\n".repeat(kLinesTalk + 1) } },
  {
    name: "size",
    check: size,
    breaks: {
      "web/src/a.ts": "x;\n".repeat(kLinesTalk + 2),
      [kRatchetPath]: `{"web/src/a.ts": ${kLinesTalk + 1}}`,
    },
  },
  {
    name: "size",
    check: size,
    breaks: {
      "web/src/a.ts": "x;\n".repeat(kLinesMax + 1),
      [kRatchetPath]: `{"web/src/a.ts": ${kLinesMax + 1}}`,
    },
  },
  {
    name: "size",
    check: size,
    breaks: {
      "web/src/a.ts": "x;\n",
      [kRatchetPath]: `{"web/src/a.ts": ${kLinesTalk + 1}}`,
    },
  },
  {
    name: "lock",
    check: lock,
    breaks: { "web/package-lock.json": '"resolved": "https://registry.example/a.tgz"\n' },
  },
  {
    name: "vectors",
    check: vectors,
    breaks: {
      "tests/unit/a_test.cc": 'load("a.json");\n',
      "tests/vectors/a.json": "{}\n",
      "tests/vectors/SOURCES.md": "# Origins\n",
    },
  },
  {
    name: "vectors",
    check: vectors,
    breaks: { "tests/vectors/a.json": "{}\n", "tests/vectors/SOURCES.md": "a.json: made\n" },
  },
];

/** A tree that breaks no rule, though it comes close to each. */
export const kCleanTree = {
  "wasm/src/a.cc": `// ${"a".repeat(97)}\nvoid f() { record_printf(); }\n`,
  "web/src/a.ts": "x;\n".repeat(kLinesTalk),
  "web/src/b.ts": "x;\n".repeat(kLinesTalk + 1),
  [kRatchetPath]: `{"web/src/b.ts": ${kLinesTalk + 1}}`,
  "docs/a.md": `# Caf\u00e9\n${"long ".repeat(40)}\n`,
  "web/package-lock.json": '"integrity": "sha512-x"\n"resolved": "file:../a"\n',
  "tests/unit/a_test.cc": 'load("a.json") && load("deep/b/c.json");\n',
  "tests/vectors/SOURCES.md": "a.json: made by hand\n",
  "tests/vectors/a.json": `"${"\u00e9".repeat(200)}"\n`,
  "tests/vectors/deep/SOURCES.md": "b/c.json: made by hand\n",
  "tests/vectors/deep/b/c.json": "{}\n",
};
