/** Identifiers: what the tools accept, and what a module, or a folder, has used already. */
import { devices, keywords, wordsOfC } from './reserved.ts';

/** `zeroLength` as a constant's name: `ZERO_LENGTH`. */
export function upperCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

/**
 * An identifier that stays as it is: with the mark that makes any name one, where it needs that. Ends with a blank
 * then.
 */
export function exactly(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !keywords.has(name) ? name : `\\${name} `;
}

/** The identifiers of one name space. Every name that the writer makes is claimed in one. */
export class Names {
  readonly #used = new Set<string>();
  /** By an identifier that was wanted again: the number that was given last. */
  readonly #numbers = new Map<string, number>();

  /**
   * A legal identifier as near to `wanted` as can be, which nothing else has: other characters become `_`, a reserved
   * word, or one that `isTaken`, gets one at its end, and a number where that is used.
   */
  claim(wanted: string, isTaken: (name: string) => boolean = () => false): string {
    const legal = wanted.replaceAll(/[^A-Za-z0-9_]/gu, '_');
    const started = /^[A-Za-z_]/.test(legal) ? legal : `_${legal}`;
    const base = this.isReserved(started) || isTaken(started) ? `${started}_` : started;
    let name = base;
    for (let n = (this.#numbers.get(base) ?? 1) + 1; this.has(name) || isTaken(name); n++) {
      name = `${base}_${n}`;
      this.#numbers.set(base, n);
    }
    this.#used.add(this.key(name));
    return name;
  }

  has(name: string): boolean {
    return this.#used.has(this.key(name));
  }

  protected isReserved(name: string): boolean {
    return keywords.has(name);
  }
  /** Two names of one key are the same. */
  protected key(name: string): string {
    return name;
  }
}

/** The names in a module that is written: Verilator makes members of C++ classes of them. */
export class ModuleNames extends Names {
  protected override isReserved(name: string): boolean {
    return keywords.has(name) || wordsOfC.has(name);
  }
}

/** The names of a folder's files, without their endings: some systems tell no upper case from lower case. */
export class FileNames extends Names {
  protected override isReserved(name: string): boolean {
    return keywords.has(name) || devices.has(name.toLowerCase());
  }
  protected override key(name: string): string {
    return name.toLowerCase();
  }
}
