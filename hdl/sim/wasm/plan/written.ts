import type { Changeable } from './pass.ts';

/** What a function has overwritten on some path to the instruction being written. */
export class Written {
  private readonly places = new Set<Changeable>();
  /** In the order of being overwritten. */
  private readonly log: Changeable[] = [];

  has(place: Changeable): boolean {
    return this.places.has(place);
  }

  get none(): boolean {
    return this.places.size === 0;
  }

  add(place: Changeable): void {
    if (this.places.has(place)) return;
    this.places.add(place);
    this.log.push(place);
  }

  /** Writes arms of which at most one runs: none sees what another overwrites, and what follows sees all. */
  arms(arms: readonly (() => void)[]): void {
    const { next, end } = this.beginArms();
    for (const arm of arms) {
      arm();
      next();
    }
    end();
  }

  /** The same step by step: `next` after each arm, `end` after all of them. */
  beginArms(): { readonly next: () => void; readonly end: () => void } {
    const start = this.log.length;
    const all: Changeable[] = [];
    return {
      next: () => {
        for (const place of this.log.splice(start)) {
          this.places.delete(place);
          all.push(place);
        }
      },
      end: () => {
        for (const place of all) this.add(place);
      },
    };
  }
}
