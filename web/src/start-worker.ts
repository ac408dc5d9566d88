// Starts the worker also where the page demands Trusted Types.

/** The part of Trusted Types used here; not every browser has them. */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): {
    createScriptURL(url: string): string;
  };
}
const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };

// Under `require-trusted-types-for 'script'` a Worker takes only a URL that a policy has vouched
// for. A page that lists its policies (`trusted-types ...`) has to allow "homing".
class VouchedWorker extends Worker {
  constructor(url: URL, options: WorkerOptions) {
    const text = url.href;
    const policy = trustedTypes?.createPolicy("homing", {
      // Vouches for this one URL and is thrown away.
      createScriptURL(candidate) {
        if (candidate !== text) throw new TypeError("not the worker of homing");
        return candidate;
      },
    });
    super(policy?.createScriptURL(text) ?? text, options);
  }
}

export function startWorker(): Worker {
  // Bundlers know a worker by the literal text of the next expression, so it keeps the usual name.
  const Worker = VouchedWorker;
  return new Worker(new URL("./host-worker.ts", import.meta.url), { type: "module" });
}
