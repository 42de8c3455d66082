/** Keeps what has become of each array, for whoever asks. */
import type { ArrayFunction, ArrayReport, Obstacle } from '../../arrays.ts';
import type { Flat, FlatGrid, FlatId, Frame } from '../flat/types.ts';

export interface Noted {
  readonly kind: ArrayFunction['kind'];
  /** Of `outputs`: the cells' nodes. */
  readonly nodes: readonly FlatId[];
  readonly scalar: Obstacle | null;
}

export class ArrayNotes {
  private readonly notes = new Map<FlatGrid, Map<string, Noted>>();

  /** What is noted again under a key replaces what was noted before: modules are written in attempts. */
  note(grid: FlatGrid, key: string, noted: Noted): void {
    const known = this.notes.get(grid);
    if (known === undefined) this.notes.set(grid, new Map([[key, noted]]));
    else known.set(key, noted);
  }

  /** All arrays of the design, those of outer instances first. */
  reports({ frames }: Flat): readonly ArrayReport[] {
    return frames.flatMap((frame) =>
      [...frame.grids].map(([name, grid]): ArrayReport => ({
        path: pathOf(frame, name),
        rows: grid.domain.rows,
        cols: grid.domain.cols,
        functions: [...(this.notes.get(grid)?.values() ?? [])].map(({ kind, nodes, scalar }) => ({
          kind,
          ports: portsOf(grid, nodes),
          scalar,
        })),
      })),
    );
  }
}

/** Of instances that are cells the first and the last, since the designer wrote no array. */
function pathOf(frame: Frame, name: string): string {
  const instances = [...frame.replicas]
    .filter(([, { grid }]) => grid === name)
    .map(([instance]) => `${frame.path}.${instance}`);
  const [first] = instances;
  return first === undefined ? `${frame.path}.${name}` : `${first} … ${instances.at(-1) ?? first}`;
}

function portsOf({ frame }: FlatGrid, nodes: readonly FlatId[]): readonly string[] {
  return Object.entries(frame.view.module.outputs)
    .filter(([, node]) => nodes.includes(frame.ids[node] ?? -1))
    .map(([port]) => port);
}
