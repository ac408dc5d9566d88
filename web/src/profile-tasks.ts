// What concerns a profile as a whole, in the worker: passphrases and backups. Their formats are the
// vault's, a second module that is loaded for one task and dropped with all that it had in memory.

import type { EngineEvent, Host, HomingModule } from "homing-module";
import type {
  BackupReader, BackupWriter, Outcome, StoredFile, VaultModule,
} from "homing-vault-module";
import { acquireProfileLock } from "./profile-lock.js";
import type { ProfileTask } from "./protocol.js";
import { Refusal } from "./refusal.js";

export interface TaskContext {
  /** A number for the engine to reply to; the reply goes to the page. */
  readonly ask: () => number;
  /** Aborted by the page, or because the profile is closed. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** The open profile's; refuses if there is none. */
  readonly host: () => Host;
  readonly loadModule: () => Promise<HomingModule>;
  readonly locks: LockManager;
}

type Task<Name extends ProfileTask["name"]> = Extract<ProfileTask, { name: Name }>;

/** Bytes between two looks at what else there is to do. */
const sliceBytes = 1 << 20;

/** "changePassphrase" is answered by the host: its reply follows as an event. */
export function run(task: ProfileTask, context: TaskContext): Promise<unknown> {
  switch (task.name) {
    case "changePassphrase": return changePassphrase(task, context);
    case "exportProfile": return exportProfile(task, context);
    case "importProfile": return importProfile(task, context);
  }
}

/** The key file within. Refuses with `wrong_passphrase`. */
export async function takeOffPassphrase(
  keyFile: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  const vault = await loadVault();
  return spell(passphrase, (bytes) => valueOf(vault.takeOffPassphrase(keyFile, bytes)).keyFile);
}

async function changePassphrase(
  { current, next }: Task<"changePassphrase">,
  { ask, host, signal }: TaskContext,
): Promise<void> {
  const vault = await loadVault();
  giveUpIf(signal);
  // From here on nothing is awaited: what was read is what is replaced. Of two changes at once the
  // host refuses the second.
  let bare = host().keyFile();
  if (host().hasPassphrase()) {
    if (current === undefined) throw new Refusal("wrong_passphrase");
    const stored = bare;
    bare = spell(current, (bytes) => valueOf(vault.takeOffPassphrase(stored, bytes)).keyFile);
  }
  try {
    const stored = next === undefined ? bare : spell(next, (bytes) =>
      valueOf(vault.putOnPassphrase(bare, bytes)).keyFile);
    host().setKeyFile(ask(), stored);
  } finally {
    bare.fill(0);
  }
}

async function exportProfile(
  { passphrase }: Task<"exportProfile">,
  { host, signal, onProgress }: TaskContext,
): Promise<Blob> {
  const vault = await loadVault();
  giveUpIf(signal);
  // In one turn, so that the files belong together; the engine goes on meanwhile.
  const files = host().readFiles();
  const keyFile = files.find(({ name }) => name === "key")?.bytes ?? new Uint8Array();
  // The mark of an import that is still to be taken note of concerns this copy alone.
  const journal = files.filter(({ name }) => name !== "key" && name !== "restored");
  const writer = new vault.BackupWriter();
  try {
    spell(passphrase, (bytes) => valueOf(writer.open(bytes, keyFile, journal.length)));
    return await writeBackup(writer, journal, signal, onProgress);
  } finally {
    writer.delete();
    keyFile.fill(0);
  }
}

async function importProfile(
  { profile, backup, passphrase }: Task<"importProfile">,
  { signal, onProgress, loadModule, locks }: TaskContext,
): Promise<void> {
  const vault = await loadVault();
  const reader = new vault.BackupReader();
  let files: StoredFile[];
  try {
    files = await readBackup(reader, backup, passphrase, signal, onProgress);
  } finally {
    reader.delete();
  }
  const module = await loadModule();
  const lock = await acquireProfileLock(profile, "fail", signal, locks)
    .catch(() => { throw new Refusal("aborted"); });
  if (lock === undefined) throw new Refusal("profile_in_use");
  try {
    // From here on it cannot be given up: it is one commit.
    await storeFiles(module, profile, files);
  } finally {
    lock.release();
  }
}

async function loadVault(): Promise<VaultModule> {
  return (await import("homing-vault-module")).default();
}

/** Gives the passphrase out as bytes, for this one use: a string cannot be wiped, but they can. */
function spell<Value>(passphrase: string, use: (bytes: Uint8Array) => Value): Value {
  // One person's accented letter is one character on one keyboard and two on another.
  const bytes = new TextEncoder().encode(passphrase.normalize("NFKC"));
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

function giveUpIf(signal: AbortSignal): void {
  if (signal.aborted) throw new Refusal("aborted");
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.error !== undefined) throw new Refusal(outcome.error);
  return outcome as Value;
}

/** Lets the worker do what else there is: frames, commits, an abort. */
function breathe(): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve); });
}

async function writeBackup(
  writer: BackupWriter,
  files: readonly StoredFile[],
  signal: AbortSignal,
  onProgress: TaskContext["onProgress"],
): Promise<Blob> {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const parts: BlobPart[] = [];
  const take = (): void => { parts.push(writer.take() as Uint8Array<ArrayBuffer>); };
  let done = 0;
  let sinceBreath = 0;
  for (const { name, bytes } of files) {
    valueOf(writer.beginFile(name, bytes.length));
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes);
      writer.add(slice);
      done += slice.length;
      sinceBreath += slice.length;
      if (sinceBreath < sliceBytes) continue;
      sinceBreath = 0;
      take();
      onProgress(done, total);
      await breathe();
      giveUpIf(signal);
    }
  }
  writer.finish();
  take();
  onProgress(total, total);
  return new Blob(parts);
}

async function readBackup(
  reader: BackupReader,
  backup: Blob,
  passphrase: string,
  signal: AbortSignal,
  onProgress: TaskContext["onProgress"],
): Promise<StoredFile[]> {
  const read = async (from: number, size: number): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await backup.slice(from, from + size).arrayBuffer());
    } catch {
      // The file has changed under the browser, or is gone.
      throw new Refusal("backup_damaged");
    }
  };
  let at = reader.headerBytes();
  const header = await read(0, at);
  giveUpIf(signal);
  spell(passphrase, (bytes) => valueOf(reader.open(header, backup.size, bytes)));
  let told = 0;
  for (let size = reader.nextChunkBytes(); size > 0; size = reader.nextChunkBytes()) {
    valueOf(reader.add(await read(at, size)));
    at += size;
    giveUpIf(signal);
    if (at - told < sliceBytes && at < backup.size) continue;
    told = at;
    onProgress(at, backup.size);
    await breathe();
  }
  giveUpIf(signal);
  return valueOf(reader.finish()).files;
}

async function storeFiles(
  module: HomingModule,
  profile: string,
  files: StoredFile[],
): Promise<void> {
  let answer!: (event: EngineEvent) => void;
  const answered = new Promise<EngineEvent>((resolve) => { answer = resolve; });
  const host = module.createHost({
    relay: "",  // nothing is opened
    profile,
    durability: "strict",
    onEvents: (events) => events.forEach(answer),
  });
  try {
    host.importFiles(1, files);
    files.find(({ name }) => name === "key")?.bytes.fill(0);
    const event = await answered;
    if (event.type === "reply" && event.error !== undefined) throw new Refusal(event.error);
  } finally {
    host.close();
    host.delete();
  }
}
