import type { Statement } from '../../ir/types.ts';
import { eachStatement } from '../../ir/body.ts';
import type { FailedCheck } from '../core.ts';
import { pathOf, topScope, walkScopes, type Scope } from '../hierarchy.ts';
import type { Library } from '../library.ts';
import type { CoverPoint } from '../simulator.ts';
import type { Flat, Frame } from './flat/types.ts';
import { locate } from './locate.ts';
import type { Heap } from './heap.ts';
import type { Checks } from './plan/context.ts';

type Check = Extract<Statement, { kind: 'check' }>;

/** Which checks failed or held, as the generated code records it. */
export class CheckRecords implements Checks {
  readonly record: number;
  private readonly flat: Flat;
  private readonly heap: Heap;
  private readonly library: Library;
  private readonly failures: { readonly frame: Frame; readonly statement: Check }[] = [];
  private readonly numbers = new Map<Frame, Map<Statement, number>>();
  private readonly counters = new Map<Frame, Map<Statement, number>>();

  constructor(flat: Flat, heap: Heap, library: Library) {
    this.flat = flat;
    this.heap = heap;
    this.library = library;
    this.record = heap.allocate(8, 'the record of a failing check');
    for (const frame of flat.frames) {
      const numbers = new Map<Statement, number>();
      const counters = new Map<Statement, number>();
      eachStatement(frame.view.module.body, (statement) => {
        if (statement.kind !== 'check') return;
        if (statement.check === 'cover') counters.set(statement, heap.allocate(8 * frame.domain.total, 'cover points'));
        else numbers.set(statement, this.failures.push({ frame, statement }) - 1);
      });
      this.numbers.set(frame, numbers);
      this.counters.set(frame, counters);
    }
  }

  failure(frame: Frame, statement: Statement): number { return found(this.numbers.get(frame)?.get(statement)); }

  cover(frame: Frame, statement: Statement): number { return found(this.counters.get(frame)?.get(statement)); }

  /** The failure that the last run recorded, which is then forgotten. */
  take(): FailedCheck | null {
    const number = this.heap.view.getInt32(this.record, true);
    if (number === 0) return null;
    const lane = this.heap.view.getInt32(this.record + 4, true);
    this.heap.view.setInt32(this.record, 0, true);
    const failure = this.failures[number - 1];
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
      return [...this.counters.get(frame) ?? []].flatMap(([statement, address]) => (statement.kind !== 'check' ? [] : [{
        path: pathOf(scope), message: statement.message, place: statement.place, hits: Number(this.heap.view.getBigUint64(address + 8 * lane, true)),
      }]));
    });
  }

  private scopes(): Iterable<Scope> { return walkScopes(this.library, topScope(this.library)); }
}

function found(number: number | undefined): number {
  if (number === undefined) throw new RangeError('a check of another design');
  return number;
}
