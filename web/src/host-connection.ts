// Ways from a page to a host: a worker that all pages share or, where there is no such thing, one
// of this page alone.

import type { FromWorker, Port, ToWorker } from "./protocol.js";
import { SharedHost } from "./shared-host.js";
import { startWorker } from "./start-worker.js";

/**
 * What became of a host: it ended, it is there and does nothing, it could not be started or has
 * crashed, or shared workers are of no use here and the next connection does without.
 */
export type Loss = "ended" | "frozen" | "failed" | "unusable";
export type OnLoss = (loss: Loss, detail?: string) => void;

export interface HostConnection {
  readonly port: Port<ToWorker, FromWorker>;
  /** See OpenOptions. */
  readonly page?: string;
  /** Hosts of one profile are numbered, see shared-host.ts. */
  readonly number: number;
  /** The host has opened the profile: from now on its end is noticed. */
  watch?(): void;
  /** The host has said something. */
  heard?(): void;
  /** Finds out whether the host still answers. */
  check?(): void;
  /** Whether there is a newer host of the profile. */
  isSuperseded?(): Promise<boolean>;
  close(): void;
}

/** Connects to a host of the profile with at least this number; starts it if there is none. */
export type Connect = (
  profile: string,
  number: number,
  onLoss: OnLoss,
) => Promise<HostConnection>;

export const connectDedicated: Connect = async (_profile, number, onLoss) => {
  const port = startWorker();
  // Loading the script failed, or it threw where nothing caught it.
  port.addEventListener("error", ({ message }) => onLoss("failed", message));
  return { port, number, close: () => port.terminate() };
};

let isShared = typeof SharedWorker === "function";

export const connectHost: Connect = async (profile, number, onLoss) => {
  if (isShared) {
    try {
      return await SharedHost.connect(profile, number, (loss) => {
        if (loss === "unusable") isShared = false;
        onLoss(loss);
      });
    } catch {
      isShared = false;
    }
  }
  return connectDedicated(profile, number, onLoss);
};
