// Changes are gathered and shown once per frame.

export class FrameUpdates {
  readonly #show: () => void;
  #isDue = false;

  constructor(show: () => void) {
    this.#show = show;
  }

  ask(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const show = (): void => {
      this.#isDue = false;
      this.#show();
    };
    // Hidden pages get no frames, but their title should still count.
    if (document.visibilityState === "visible") requestAnimationFrame(show);
    else setTimeout(show, 100);
  }
}
