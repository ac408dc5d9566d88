// What a person does with the profile as a whole, in words: passphrase, lock, and backups.

import { type ExportOptions, Homing } from "../src/homing.js";
import { codeOf } from "./error-code.js";
import { errorText } from "./format.js";

export class ProfileCare {
  readonly #profile: string;
  readonly #client: () => Homing | undefined;
  readonly #changed: () => void;

  constructor(profile: string, client: () => Homing | undefined, changed: () => void) {
    this.#profile = profile;
    this.#client = client;
    this.#changed = changed;
  }

  get hasPassphrase(): boolean { return this.#client()?.hasPassphrase ?? false; }

  // Each of these resolves with a sentence of what is wrong, or "".

  setPassphrase(next: string, current: string): Promise<string> {
    return this.#attempt(async () => this.#client()?.setPassphrase(next, { current }));
  }

  removePassphrase(current: string): Promise<string> {
    return this.#attempt(async () => this.#client()?.removePassphrase(current));
  }

  lock(): Promise<string> {
    return this.#attempt(async () => this.#client()?.lock());
  }

  /** Offers the backup as a download. Given up: "". */
  exportProfile(options: ExportOptions): Promise<string> {
    return this.#attempt(async () => {
      const file = await this.#client()?.exportProfile(options);
      if (file !== undefined) download(file);
    }, options.signal);
  }

  importProfile(backup: File, options: ExportOptions): Promise<string> {
    return this.#attempt(
      () => Homing.importProfile(backup, { ...options, profile: this.#profile }), options.signal);
  }

  async #attempt(action: () => Promise<unknown>, signal?: AbortSignal): Promise<string> {
    try {
      await action();
      return "";
    } catch (error) {
      if (signal?.aborted) return "";
      return errorText(codeOf(error));
    } finally {
      this.#changed();
    }
  }
}

function download(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
