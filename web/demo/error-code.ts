import { HomingError } from "../src/homing.js";

/** For errorText(). Whatever is no error of homing is a bug, and thrown again. */
export function codeOf(error: unknown): string {
  if (error instanceof HomingError) return error.code;
  throw error;
}
