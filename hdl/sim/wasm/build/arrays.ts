/** Keeps what has become of each array, for whoever asks. */
import type { ArrayFunction, ArrayReport, Obstacle } from '../../arrays.ts';
import { present } from '../../library.ts';
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

  /** All arrays of the design as they were written, those of outer instances first. */
  reports({ frames }: Flat): readonly ArrayReport[] {
    return frames.flatMap((frame) =>
      [...frame.grids].flatMap(([name, grid]) => {
        const parts = [...frame.joined].flatMap(([part, whole]) => (whole === name ? [part] : []));
        return parts.length === 0
          ? [this.report(pathOf(frame, name), grid, grid.frame)]
          : parts.map((part) =>
              this.report(`${frame.path}.${part}`, grid, present(grid.frame.instances.get(part), `array ${part}`)),
            );
      }),
    );
  }

  private report(path: string, grid: FlatGrid, cells: Frame): ArrayReport {
    const noted = [...(this.notes.get(grid)?.values() ?? [])];
    return {
      path,
      rows: grid.domain.rows,
      cols: grid.domain.cols,
      functions: noted.flatMap(({ kind, nodes, scalar }) => {
        const ports = portsOf(cells, nodes);
        // Where arrays have become one, only some of them have outputs in it.
        return nodes.length > 0 && ports.length === 0 ? [] : [{ kind, ports, scalar }];
      }),
    };
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

function portsOf(frame: Frame, nodes: readonly FlatId[]): readonly string[] {
  return Object.entries(frame.view.module.outputs)
    .filter(([, node]) => nodes.includes(frame.ids[node] ?? -1))
    .map(([port]) => port);
}
