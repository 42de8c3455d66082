import type { Statement } from '../../ir/types.ts';
import { eachStatement } from '../../ir/body.ts';
import type { FailedCheck } from '../core.ts';
import { pathOf, topScope, walkScopes, type Scope } from '../hierarchy.ts';
import type { Library } from '../library.ts';
import type { CoverPoint } from '../simulator.ts';
import type { Flat, Frame } from './flat/types.ts';
import type { Heap } from './heap.ts';
import type { Layout } from './layout.ts';
import { locate } from './locate.ts';
import type { Checks } from './plan/context.ts';

type Check = Extract<Statement, { kind: 'check' }>;

/** Where the generated code of a design records which checks failed or held. */
export class CheckPlaces implements Checks {
  readonly record: number;
  /** By number: what failed. */
  readonly failures: readonly { readonly frame: Frame; readonly statement: Check }[];
  private readonly numbers = new Map<Frame, Map<Statement, number>>();
  private readonly counters = new Map<Frame, Map<Statement, number>>();

  constructor(flat: Flat, layout: Layout) {
    this.record = layout.allocate(8, 'the record of a failing check');
    const failures: { readonly frame: Frame; readonly statement: Check }[] = [];
    for (const frame of flat.frames) {
      const numbers = new Map<Statement, number>();
      const counters = new Map<Statement, number>();
      eachStatement(frame.view.module.body, (statement) => {
        if (statement.kind !== 'check') return;
        if (statement.check === 'cover') counters.set(statement, layout.allocate(8 * frame.domain.total, 'cover points'));
        else numbers.set(statement, failures.push({ frame, statement }) - 1);
      });
      this.numbers.set(frame, numbers);
      this.counters.set(frame, counters);
    }
    this.failures = failures;
  }

  failure(frame: Frame, statement: Statement): number { return found(this.numbers.get(frame)?.get(statement)); }

  cover(frame: Frame, statement: Statement): number { return found(this.counters.get(frame)?.get(statement)); }

  /** The cover points of a frame, with the addresses of their counters by lane. */
  coversOf(frame: Frame): Iterable<readonly [Statement, number]> { return this.counters.get(frame) ?? []; }
}

/** Reads what one simulation recorded of its checks. */
export class CheckRecords {
  private readonly places: CheckPlaces;
  private readonly flat: Flat;
  private readonly heap: Heap;
  private readonly library: Library;

  constructor(places: CheckPlaces, flat: Flat, heap: Heap, library: Library) {
    this.places = places;
    this.flat = flat;
    this.heap = heap;
    this.library = library;
  }

  /** The failure that the last run recorded, which is then forgotten. */
  take(): FailedCheck | null {
    const { record, failures } = this.places;
    const number = this.heap.view.getInt32(record, true);
    if (number === 0) return null;
    const lane = this.heap.view.getInt32(record + 4, true);
    this.heap.view.setInt32(record, 0, true);
    const failure = failures[number - 1];
    if (failure === undefined || failure.statement.check === 'cover') throw new RangeError(`no check ${number}`);
    const { frame, statement: { check, message, place } } = failure;
    for (const scope of this.scopes()) {
      const at = locate(this.flat, scope);
      if (at.frame === frame && at.lane === lane) return { path: pathOf(scope), check, message, place };
    }
    throw new RangeError(`no instance for lane ${lane} of ${frame.path}`);
  }

  covers(): CoverPoint[] {
    return [...this.scopes()].flatMap((scope) => {
      const { frame, lane } = locate(this.flat, scope);
      return [...this.places.coversOf(frame)].flatMap(([statement, address]) => (statement.kind !== 'check' ? [] : [{
        path: pathOf(scope), message: statement.message, place: statement.place,
        hits: Number(this.heap.view.getBigUint64(address + 8 * lane, true)),
      }]));
    });
  }

  private scopes(): Iterable<Scope> { return walkScopes(this.library, topScope(this.library)); }
}

function found(number: number | undefined): number {
  if (number === undefined) throw new RangeError('a check of another design');
  return number;
}
