import { valueTypeCodes, type Code, type ValueType } from './code.ts';
import { unsigned } from './leb.ts';

/** V8 refuses larger function bodies. */
export const mostBodyBytes = 7_654_321;
/** V8 refuses functions with more locals. */
export const mostLocals = 50_000;

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Thrown when a module needs more than the WebAssembly implementation can take; the message names the limit. */
export class CapacityError extends Error {
  override readonly name = 'CapacityError';
}

/** A WebAssembly module that uses one imported memory, `env.memory`. Imported functions come before its own. */
export class ModuleBuilder {
  private readonly limits: readonly number[];
  private readonly signatures: Signature[] = [];
  private readonly imports: { readonly name: string; readonly type: number }[] = [];
  private readonly functions: {
    readonly name: string;
    readonly type: number;
    code: Code | null;
    readonly exported: boolean;
  }[] = [];

  /** @param sharedPages of a memory that threads share, which cannot grow; null for one that is not shared */
  constructor(sharedPages: number | null = null) {
    this.limits = sharedPages === null ? [0x00, 0x01] : [0x03, ...leb(sharedPages), ...leb(sharedPages)];
  }

  /** Declares a function imported as `env.name`; returns its index. Not allowed after {@link declare}. */
  importFunction(name: string, signature: Signature): number {
    this.imports.push({ name, type: this.typeOf(signature) });
    return this.imports.length - 1;
  }

  /** Declares a function of this module; returns its index. Its body follows by {@link define}. */
  declare(name: string, signature: Signature, exported = false): number {
    this.functions.push({ name, type: this.typeOf(signature), code: null, exported });
    return this.imports.length + this.functions.length - 1;
  }

  define(index: number, code: Code): void {
    const entry = this.functions[index - this.imports.length];
    if (entry === undefined) throw new RangeError(`no function ${index}`);
    if (code.bytes.length + 5 * code.locals.length > mostBodyBytes) {
      throw new CapacityError(
        `${entry.name} needs ${code.bytes.length} bytes of code; V8 takes at most ${mostBodyBytes} bytes in one function`,
      );
    }
    if (code.locals.length > mostLocals) {
      throw new CapacityError(
        `${entry.name} needs ${code.locals.length} local variables; V8 takes at most ${mostLocals}`,
      );
    }
    entry.code = code;
  }

  /** The binary module. */
  encode(): Uint8Array<ArrayBuffer> {
    const env = name('env');
    const memory = [env, name('memory'), [0x02, ...this.limits]].flat();
    const exported = this.functions.flatMap((f, i) =>
      f.exported ? [[...name(f.name), 0x00, ...leb(this.imports.length + i)]] : [],
    );
    const bodies = this.functions.map((f) => {
      if (f.code === null) throw new RangeError(`function ${f.name} has no body`);
      return bodyOf(f.code);
    });
    return joined([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(
        1,
        vector(
          this.signatures.map((s) => [
            0x60,
            ...vector(s.parameters.map(codeOf)).flat(),
            ...vector(s.results.map(codeOf)).flat(),
          ]),
        ),
      ),
      ...section(
        2,
        vector([memory, ...this.imports.map(({ name: n, type }) => [...env, ...name(n), 0x00, ...leb(type)])]),
      ),
      ...section(3, vector(this.functions.map(({ type }) => leb(type)))),
      ...section(7, vector(exported)),
      ...section(10, [leb(bodies.length), ...bodies.flat()]),
      ...section(0, [name('name'), ...nameSubsection(this.imports, this.functions)]),
    ]);
  }

  private typeOf(signature: Signature): number {
    const key = keyOf(signature);
    const known = this.signatures.findIndex((s) => keyOf(s) === key);
    return known >= 0 ? known : this.signatures.push(signature) - 1;
  }
}

function keyOf({ parameters, results }: Signature): string {
  return `${parameters.join()}:${results.join()}`;
}

function codeOf(type: ValueType): number[] {
  return [valueTypeCodes[type]];
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  unsigned(bytes, value);
  return bytes;
}

function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
}

/** Bytes to come one after the other: joined once, at the end. */
type Parts = readonly (readonly number[])[];

const lengthOf = (parts: Parts): number => parts.reduce((sum, part) => sum + part.length, 0);

function joined(parts: Parts): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A count and the items. */
function vector(items: Parts): Parts {
  return [leb(items.length), ...items];
}

function section(id: number, content: Parts): Parts {
  return [[id, ...leb(lengthOf(content))], ...content];
}

function bodyOf(code: Code): Parts {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of code.locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  const head = vector(runs.map(({ type, count }) => [...leb(count), valueTypeCodes[type]])).flat();
  return [leb(head.length + code.bytes.length + 1), head, code.bytes, [0x0b]];
}

function nameSubsection(
  imports: readonly { readonly name: string }[],
  functions: readonly { readonly name: string }[],
): Parts {
  return section(1, vector([...imports, ...functions].map((f, i) => [...leb(i), ...name(f.name)])));
}
