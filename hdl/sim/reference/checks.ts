/** Asserts, assumes and covers of all instances. */
import type { Statement } from '../../ir/types.ts';
import { eachStatement, filterBody } from '../../ir/body.ts';
import type { Edges, FailedCheck } from '../core.ts';
import { pathOf } from '../hierarchy.ts';
import { present, type ModuleView } from '../library.ts';
import type { CoverPoint } from '../simulator.ts';
import { compileBody, type Run } from './body.ts';
import { clockOf } from './edges.ts';
import type { Frame } from './frames.ts';
import type { State } from './state.ts';

type Cover = { -readonly [K in keyof CoverPoint]: CoverPoint[K] };

/** Looks at the checks of the clocks that rise and are not in reset. */
export class CheckLooker {
  private readonly state: State;
  private readonly checked: (() => void)[] = [];
  private readonly points = new Map<Frame, ReadonlyMap<Statement, Cover>>();
  private edges: Edges = 0;
  private failed: FailedCheck | null = null;
  private hit: Cover[] = [];

  constructor(frames: readonly Frame[], state: State) {
    this.state = state;
    const compiled = new Map<ModuleView, Run | null>();
    for (const frame of frames) {
      const { view } = frame.scope;
      const run = compiled.get(view) ?? this.compile(view);
      compiled.set(view, run);
      if (run === null) continue;
      this.checked.push(() => run(frame));
      this.points.set(frame, coversOf(frame));
    }
  }

  /** The first failure by frame and place in the body. Values must be settled. */
  look(edges: Edges): FailedCheck | null {
    this.edges = edges;
    this.failed = null;
    this.hit = [];
    for (const check of this.checked) check();
    return this.failed;
  }

  /** Counts the covers that held at the last look. */
  count(): void {
    for (const cover of this.hit) cover.hits++;
  }

  covers(): CoverPoint[] {
    return [...this.points.values()].flatMap((covers) => [...covers.values()].map((cover) => ({ ...cover })));
  }

  private compile(view: ModuleView): Run | null {
    const body = filterBody(view.module.body, (statement) => statement.kind === 'check');
    if (body.length === 0) return null;
    return compileBody(
      body,
      (frame, node) => this.state.read(frame, node),
      (statement) => {
        if (statement.kind !== 'check') return () => {};
        const { check, clock, condition, message, place } = statement;
        return (frame) => {
          if ((this.edges & (1 << clockOf(frame, clock))) === 0 || this.inReset(frame, clock)) return;
          const holds = this.state.read(frame, condition) !== 0n;
          if (check === 'cover') {
            if (holds) this.hit.push(present(this.points.get(frame)?.get(statement), 'cover point'));
          } else if (!holds) {
            this.failed ??= { path: pathOf(frame.scope), check, message, place };
          }
        };
      },
    );
  }

  private inReset(frame: Frame, clock: string): boolean {
    const reset = frame.scope.clocks.get(clock)?.reset ?? null;
    return reset !== null && this.state.resets.get(reset) === true;
  }
}

function coversOf(frame: Frame): Map<Statement, Cover> {
  const covers = new Map<Statement, Cover>();
  eachStatement(frame.scope.view.module.body, (statement) => {
    if (statement.kind !== 'check' || statement.check !== 'cover') return;
    covers.set(statement, { path: pathOf(frame.scope), message: statement.message, place: statement.place, hits: 0 });
  });
  return covers;
}
