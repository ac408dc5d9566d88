// Starts the worker also where the page demands Trusted Types.

/** The part of Trusted Types used here; not every browser has them. */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): {
    createScriptURL(url: string): string;
  };
}
const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
/** Made once: a page that lists its policies allows each name a single time. */
let policy: ReturnType<PolicyFactory["createPolicy"]> | undefined;
let scriptUrl = "";

// Under `require-trusted-types-for 'script'` a worker takes only a URL that a policy has vouched
// for. A page that lists its policies (`trusted-types ...`) has to allow "homing".
function vouchFor(url: URL): string {
  scriptUrl = url.href;
  policy ??= trustedTypes?.createPolicy("homing", {
    // Vouches for this one URL.
    createScriptURL(candidate) {
      if (candidate !== scriptUrl) throw new TypeError("not the worker of homing");
      return candidate;
    },
  });
  return policy?.createScriptURL(scriptUrl) ?? scriptUrl;
}

// Bundlers know a worker by the literal text of the expressions below, so they keep the usual
// names, and get what is not literal from a class around the browser's.

export function startWorker(): Worker {
  const Worker = class extends globalThis.Worker {
    constructor(url: URL, options: WorkerOptions) {
      super(vouchFor(url), options);
    }
  };
  return new Worker(new URL("./host-worker.ts", import.meta.url), { type: "module" });
}

/** The worker of this name that all pages share. Throws where there is no such thing. */
export function startSharedWorker(name: string): SharedWorker {
  const SharedWorker = class extends globalThis.SharedWorker {
    constructor(url: URL, options: WorkerOptions) {
      super(vouchFor(url), { ...options, name });
    }
  };
  return new SharedWorker(new URL("./host-worker.ts", import.meta.url), { type: "module" });
}
