/** The heat map of an array: what each of its multipliers did. */
import type uPlot from 'uplot';
import type { ArrayData } from '../chart-data.ts';
import { axis, draw, keys } from './chart.ts';
import { count } from './numbers.ts';
import { between, colour } from './theme.ts';

export function array(place: HTMLElement, { jobs, cycles }: ArrayData): void {
  const [rows, cols] = [jobs[0]?.rows.length ?? 1, jobs[0]?.cols.length ?? 1];
  const done = (r: number, c: number): number =>
    jobs.reduce((sum, job) => sum + (job.rows[r] ?? 0) * (job.cols[c] ?? 0) * job.times, 0);
  const share = (r: number, c: number): number => (cycles === 0 ? 0 : Math.min(1, done(r, c) / cycles));
  let [row, col] = [-1, -1];

  const paint = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const [low, high] = [colour('low'), colour('high')];
    const [wide, tall] = [bbox.width / cols, bbox.height / rows];
    const gap = Math.min(wide, tall) > 6 ? devicePixelRatio : 0;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) {
        ctx.fillStyle = between(low, high, share(r, c));
        ctx.fillRect(bbox.left + c * wide, bbox.top + r * tall, wide - gap, tall - gap);
      }
    if (row < 0) return;
    ctx.strokeStyle = colour('text');
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.strokeRect(bbox.left + col * wide, bbox.top + row * tall, wide - gap, tall - gap);
  };
  const whole = (_: uPlot, ticks: number[]): string[] => ticks.map((at) => (Number.isInteger(at) ? count(at) : ''));
  const room = place.clientWidth - 60;
  const height = Math.min(420, Math.max(120, Math.min(room, 520) * (rows / cols) + 46));
  const { plot, readout } = draw(
    place,
    height,
    {
      scales: { x: { time: false, range: [0, cols] }, y: { range: [0, rows], dir: -1 } },
      axes: [
        axis('column', { values: whole, grid: { show: false }, incrs: [1, 2, 4, 8, 16, 32, 64] }),
        axis('row', { values: whole, grid: { show: false }, size: 42, incrs: [1, 2, 4, 8, 16, 32, 64] }),
      ],
      series: [{}, { show: false }],
      padding: [6, 14, 0, 0],
      cursor: { drag: { x: false, y: false }, x: false, y: false },
      hooks: { draw: [paint], setCursor: [({ cursor: { left = -1, top = -1 } }) => point(left, top)] },
    },
    [
      [0, cols],
      [0, 0],
    ],
  );

  function choose(r: number, c: number): void {
    if (r === row && c === col) return;
    [row, col] = [r, c];
    plot.redraw(false, false);
    if (readout !== null)
      readout.textContent = `Row ${r}, column ${c}: ${count(done(r, c))} multiplications, ${(100 * share(r, c)).toFixed(1)} % of ${count(cycles)} cycles`;
  }
  function point(left: number, top: number): void {
    if (left < 0 || top < 0) return;
    choose(
      Math.min(rows - 1, Math.max(0, Math.floor(plot.posToVal(top, 'y')))),
      Math.min(cols - 1, Math.max(0, Math.floor(plot.posToVal(left, 'x')))),
    );
  }
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  keys(place, (key) => {
    const by = moves[key];
    if (by === undefined) return false;
    choose(Math.min(rows - 1, Math.max(0, row + by[0])), Math.min(cols - 1, Math.max(0, col + by[1])));
    return true;
  });
}
