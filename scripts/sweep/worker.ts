/** A process that runs points of a sweep, one after another, as they are sent to it. */
import { runPoint, type Point } from '../../testbench/sweep/point.ts';

export interface Order {
  readonly index: number;
  readonly point: Point;
}

process.on('message', ({ index, point }: Order) => {
  process.send?.(runPoint(point, index));
});
// Ctrl-C reaches every process of a terminal; the one that began the sweep ends the others.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
