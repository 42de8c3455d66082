import type { Type } from '../types.ts';
import { sameType } from '../walk.ts';
import { word } from './words.ts';

export type Enumeration = Extract<Type, { kind: 'enum' }>;

/** Types as text. Each enumeration of a design is declared once, and named by an alias wherever a value has it. */
export class Enumerations {
  readonly #aliases = new Map<string, Enumeration>();

  /** The type where a value has it, such as `vec<4, enum state>`. */
  text(type: Type): string {
    if (type.kind === 'vec') return `vec<${type.length}, ${this.text(type.element)}>`;
    return type.kind === 'enum' ? `enum ${word(this.#alias(type))}` : `${type.kind}<${type.width}>`;
  }

  /** The lines that declare all enumerations that `text` has met. */
  declarations(): readonly string[] {
    return [...this.#aliases].map(
      ([alias, type]) =>
        `enum ${word(alias)} = ${word(type.name)}<${type.width}> { ${type.labels.map(word).join(', ')} }`,
    );
  }

  /** The type's own name; `state_2` for a different enumeration that is also called `state`. */
  #alias(type: Enumeration): string {
    for (let copy = 1; ; copy++) {
      const alias = copy === 1 ? type.name : `${type.name}_${copy}`;
      const known = this.#aliases.get(alias);
      if (known === undefined) this.#aliases.set(alias, type);
      if (known === undefined || sameType(known, type)) return alias;
    }
  }
}
