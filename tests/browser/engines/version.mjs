import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The version that a program prints. */
export async function versionOf(program) {
  const { stdout } = await promisify(execFile)(program, ["--version"], { timeout: 30_000 });
  return /\d+(\.\d+)+\w*/.exec(stdout)?.[0] ?? stdout.trim();
}
