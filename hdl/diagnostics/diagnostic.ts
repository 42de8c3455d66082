import type { Place } from '../ir/types.ts';
import { catalogue, type Code } from './catalogue.ts';
import { UserError } from '../messages/user-error.ts';

/** One mistake in a design. */
export interface Diagnostic {
  readonly code: Code;
  /** What is wrong here, with the names and types involved; completes "E0001 width mismatch: …". */
  readonly message: string;
  /** Where: the places of everything involved, the offending use first, each with what stands there. */
  readonly places: readonly { readonly what: string; readonly place: Place | null }[];
  /** Hierarchy, outermost first; a module's name at least. */
  readonly path: readonly string[];
  /** What to write instead. */
  readonly help: string;
}

/** `pe.ts:14:9`, from the working directory. */
export function formatPlace(place: Place | null): string {
  return place === null ? 'unknown place' : `${place.file}:${place.line}:${place.column}`;
}

/** The text that people see: code and message, places, hierarchy, remedy. */
export function formatDiagnostic(d: Diagnostic): string {
  return [
    `${d.code} ${catalogue[d.code].title}: ${d.message}`,
    ...d.places.map((p) => `  at ${formatPlace(p.place)}: ${p.what}`),
    ...(d.path.length > 0 ? [`  in ${d.path.join(' > ')}`] : []),
    `  help: ${d.help}`,
  ].join('\n');
}

/** All mistakes of one phase, shown together. */
export class DesignError extends UserError {
  override readonly name = 'DesignError';
  // Private behind a getter, so that an uncaught one prints its message and not this list as well.
  readonly #diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map(formatDiagnostic).join('\n\n'), options);
    this.#diagnostics = diagnostics;
  }
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}
