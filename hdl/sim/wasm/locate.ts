import { scopesTo, type Scope } from '../hierarchy.ts';
import { present } from '../library.ts';
import { gridOf } from './flat/flatten.ts';
import type { Flat, Frame } from './flat/types.ts';

/** The frame of an instance, and which of the frame's lanes it is. */
export function locate(flat: Flat, scope: Scope): { readonly frame: Frame; readonly lane: number } {
  let frame = flat.top;
  let lane = 0;
  for (const { step } of scopesTo(scope)) {
    if (step === null) continue;
    const cell = step.kind === 'cell' ? step : frame.replicas.get(step.name);
    if (cell !== undefined) {
      const joined = frame.joined.get(cell.grid);
      const { frame: cells, domain } = gridOf(frame, joined ?? cell.grid);
      lane = lane * domain.lanes + cell.row * domain.stride + cell.col;
      frame = joined === undefined ? cells : present(cells.instances.get(cell.grid), `array ${cell.grid}`);
    } else if (step.kind === 'instance') {
      frame = present(frame.instances.get(step.name), `instance ${step.name}`);
    }
  }
  return { frame, lane };
}
