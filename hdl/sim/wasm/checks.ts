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
  private readonly layout: Layout;
  private readonly noted = new Map<Frame, Map<Statement, number>>();

  constructor(flat: Flat, layout: Layout) {
    this.layout = layout;
    this.record = layout.allocate(8, 'the record of a failing check');
    const failures: { readonly frame: Frame; readonly statement: Check }[] = [];
    for (const frame of flat.frames) {
      const numbers = new Map<Statement, number>();
      const counters = new Map<Statement, number>();
      eachStatement(frame.view.module.body, (statement) => {
        if (statement.kind !== 'check') return;
        if (statement.check === 'cover')
          counters.set(statement, layout.allocate(8 * frame.domain.total, 'cover points'));
        else numbers.set(statement, failures.push({ frame, statement }) - 1);
      });
      this.numbers.set(frame, numbers);
      this.counters.set(frame, counters);
    }
    this.failures = failures;
  }

  failure(frame: Frame, statement: Statement): number {
    return found(this.numbers.get(frame)?.get(statement));
  }

  failed(frame: Frame, statement: Statement): number {
    const known = this.noted.get(frame) ?? new Map<Statement, number>();
    this.noted.set(frame, known);
    const address = known.get(statement) ?? this.layout.allocate(frame.domain.total, 'checks that fail');
    known.set(statement, address);
    return address;
  }

  /** The checks of a frame that are noted when they fail, with the addresses of their bytes by lane. */
  notedOf(frame: Frame): ReadonlyMap<Statement, number> {
    return this.noted.get(frame) ?? new Map<Statement, number>();
  }

  cover(frame: Frame, statement: Statement): number {
    return found(this.counters.get(frame)?.get(statement));
  }

  /** The cover points of a frame, with the addresses of their counters by lane. */
  coversOf(frame: Frame): Iterable<readonly [Statement, number]> {
    return this.counters.get(frame) ?? [];
  }
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

  /**
   * The failure that the last run recorded, which is then forgotten. @param noteAll notes all that fail, of a design
   * whose code looks at instances in another order than theirs; else null
   */
  take(noteAll: (() => void) | null): FailedCheck | null {
    const { record, failures } = this.places;
    const number = this.heap.view.getInt32(record, true);
    if (number === 0) return null;
    const lane = this.heap.view.getInt32(record + 4, true);
    this.heap.view.setInt32(record, 0, true);
    if (noteAll !== null) {
      noteAll();
      return this.takeNoted();
    }
    const failure = failures[number - 1];
    if (failure === undefined || failure.statement.check === 'cover') throw new RangeError(`no check ${number}`);
    const { frame, statement } = failure;
    for (const scope of this.scopes()) {
      const at = locate(this.flat, scope);
      if (at.frame === frame && at.lane === lane) return failedAt(scope, statement);
    }
    throw new RangeError(`no instance for lane ${lane} of ${frame.path}`);
  }

  /** The first of those noted, in the order of instances and of their bodies; none is noted any more. */
  private takeNoted(): FailedCheck {
    const failed: FailedCheck[] = [];
    for (const scope of this.scopes()) {
      const { frame, lane } = locate(this.flat, scope);
      const noted = this.places.notedOf(frame);
      eachStatement(noted.size === 0 ? [] : frame.view.module.body, (statement) => {
        const address = noted.get(statement);
        if (address === undefined || statement.kind !== 'check' || this.heap.view.getUint8(address + lane) === 0)
          return;
        this.heap.view.setUint8(address + lane, 0);
        failed.push(failedAt(scope, statement));
      });
    }
    const [first] = failed;
    if (first === undefined) throw new RangeError('a check failed, and none is noted');
    return first;
  }

  covers(): CoverPoint[] {
    return [...this.scopes()].flatMap((scope) => {
      const { frame, lane } = locate(this.flat, scope);
      return [...this.places.coversOf(frame)].flatMap(([statement, address]) =>
        statement.kind !== 'check'
          ? []
          : [
              {
                path: pathOf(scope),
                message: statement.message,
                place: statement.place,
                hits: Number(this.heap.view.getBigUint64(address + 8 * lane, true)),
              },
            ],
      );
    });
  }

  private scopes(): Iterable<Scope> {
    return walkScopes(this.library, topScope(this.library));
  }
}

function failedAt(scope: Scope, { check, message, place }: Check): FailedCheck {
  if (check === 'cover') throw new RangeError('a cover cannot fail');
  return { path: pathOf(scope), check, message, place };
}

function found(number: number | undefined): number {
  if (number === undefined) throw new RangeError('a check of another design');
  return number;
}
