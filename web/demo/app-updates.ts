// The page on this device: keeps it there, and offers a newer one, which nobody is forced to take.

/** The part of Trusted Types used here; not every browser has them. */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): {
    createScriptURL(url: string): string;
  };
}

const lookEveryMs = 60 * 60 * 1000;

export class AppUpdates {
  readonly #changed: () => void;
  readonly #mayReload: () => boolean;
  #registration: ServiceWorkerRegistration | undefined;
  #isAsked = false;

  /** A newer page is here, and waits. */
  isWaiting = false;
  /** Another tab has taken it; this one still shows the former page. */
  isBehind = false;

  /** `mayReload`: whether nothing would be lost that is only in this tab. */
  constructor(changed: () => void, mayReload: () => boolean) {
    this.#changed = changed;
    this.#mayReload = mayReload;
  }

  /** Does nothing where there are no service workers, as in some private windows. */
  async start(): Promise<void> {
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (container === undefined) return;
    // The first one takes this page over, which changes nothing about it.
    let isFirst = container.controller === null;
    container.addEventListener("controllerchange", () => {
      if (!isFirst) this.#taken();
      isFirst = false;
    });
    try {
      this.#registration = await container.register(
        scriptUrl("./service-worker.js"), { type: "module" });
    } catch {
      // Without it the page needs a network to open, which is how it came here.
      return;
    }
    this.#watch(this.#registration);
    const look = (): void => void this.#registration?.update().catch(() => undefined);
    setInterval(look, lookEveryMs);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") look();
    });
  }

  /** Every tab begins anew with the newer page, but those that mayReload() keeps. */
  apply(): void {
    this.#isAsked = true;
    if (this.isBehind) location.reload();
    else this.#registration?.waiting?.postMessage("activate");
  }

  #watch(registration: ServiceWorkerRegistration): void {
    const look = (): void => {
      this.isWaiting = registration.waiting !== null && registration.active !== null;
      this.#changed();
    };
    const follow = (): void => registration.installing?.addEventListener("statechange", look);
    registration.addEventListener("updatefound", follow);
    follow();
    look();
  }

  #taken(): void {
    if (this.#isAsked || this.#mayReload()) {
      location.reload();
      return;
    }
    this.isWaiting = false;
    this.isBehind = true;
    this.#changed();
  }
}

function scriptUrl(path: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  const policy = trustedTypes?.createPolicy("homing-demo", {
    createScriptURL(url) {
      if (url !== path) throw new TypeError("not the service worker of this page");
      return url;
    },
  });
  return policy?.createScriptURL(path) ?? path;
}
