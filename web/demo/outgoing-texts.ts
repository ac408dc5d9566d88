// Texts on their way from the keyboard to the store: drafts, and what was sent and is not known to
// be stored yet. Only in memory, because the store is the one place that is sealed.

interface UnsavedText {
  readonly peer: string;
  readonly text: string;
}

/** As many unsaved texts are shown; they are many only while the browser cannot store. */
const shownMax = 20;

export class OutgoingTexts {
  readonly #drafts = new Map<string, string>();
  readonly #unsaved = new Set<UnsavedText>();

  get hasAny(): boolean {
    return this.#unsaved.size > 0 || [...this.#drafts.values()].some((text) => text !== "");
  }

  draft(peer: string): string {
    return this.#drafts.get(peer) ?? "";
  }

  setDraft(peer: string, text: string): void {
    this.#drafts.set(peer, text);
  }

  /** Texts for this person that are not stored yet, oldest first. */
  unsaved(peer: string): string[] {
    const texts: string[] = [];
    for (const entry of this.#unsaved) {
      if (texts.length === shownMax) break;
      if (entry.peer === peer) texts.push(entry.text);
    }
    return texts;
  }

  /** Keeps a text until `stored` settles. If it could not be stored, it is a draft again. */
  async keep(peer: string, text: string, stored: Promise<unknown>): Promise<void> {
    const entry = { peer, text };
    this.#unsaved.add(entry);
    this.#drafts.delete(peer);
    try {
      await stored;
    } catch (error) {
      const draft = this.draft(peer);
      this.#drafts.set(peer, draft === "" ? text : `${text}\n${draft}`);
      throw error;
    } finally {
      this.#unsaved.delete(entry);
    }
  }
}
