/** Filter files: they make GTKWave show the words of an enumeration in place of its codes. */
import type { ScalarType } from '../../hdl/ir/types.ts';
import { isOurs, sealed } from './sealed.ts';

export type EnumType = ScalarType & { readonly kind: 'enum' };

/** Backgrounds that white text reads well on; X11 names. The first label, as a rule the state at rest, has none. */
const BACKGROUNDS = [
  'DarkGreen',
  'MidnightBlue',
  'SaddleBrown',
  'Purple4',
  'DarkSlateGray',
  'Firebrick4',
  'DarkOliveGreen',
  'RoyalBlue4',
];

/** The text of a filter file for values shown in hexadecimal, with a background for each word. */
function filterText(type: EnumType): string {
  const digits = Math.ceil(type.width / 4);
  return sealed(
    '# systole words',
    type.labels
      .map((label, code) => {
        const background = code === 0 ? '' : `?${BACKGROUNDS[(code - 1) % BACKGROUNDS.length] ?? ''}?`;
        return `${code.toString(16).toUpperCase().padStart(digits, '0')} ${background}${label}\n`;
      })
      .join(''),
  );
}

/** Collects the filter files that a view needs: one for each different enumeration. */
export class WordFiles {
  /** Whether the waves have tables of enumerations themselves. */
  readonly inFile: boolean;
  readonly #stem: string;
  readonly #files = new Map<string, string>();

  /**
   * @param stem absolute path that the files' names start with
   * @param inFile whether the waves have tables of enumerations themselves
   */
  constructor(stem: string, inFile: boolean) {
    this.#stem = stem;
    this.inFile = inFile;
  }

  /**
   * Path of the file for an enumeration, absolute since GTKWave looks from its working directory; and its number, from
   * 1.
   */
  use(type: EnumType): { readonly path: string; readonly number: number } {
    const text = filterText(type);
    const existing = [...this.#files].findIndex(([, other]) => other === text);
    if (existing >= 0) return { path: [...this.#files.keys()][existing] ?? '', number: existing + 1 };
    const name = type.name.replaceAll(/[^\w-]/g, '_');
    let path = `${this.#stem}.${name}.words`;
    for (let n = 2; this.#files.has(path) || !isOurs(path, '# systole words'); n++)
      path = `${this.#stem}.${name}-${n}.words`;
    this.#files.set(path, text);
    return { path, number: this.#files.size };
  }

  /** Path → text. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }
}
