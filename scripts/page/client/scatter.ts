/** The chart of a sweep's points by two columns. */
import type uPlot from 'uplot';
import type { Column } from '../chart-data.ts';
import { axis, draw, keys } from './chart.ts';
import { count } from './numbers.ts';
import type { Points } from './points.ts';
import type { Scale } from './scale.ts';
import { colour } from './theme.ts';

export interface View {
  readonly x: Column;
  readonly y: Column;
  readonly scale: () => Scale;
  readonly colour: Column;
  readonly log: { readonly x: boolean; readonly y: boolean };
}

/** Pixels around a point that count as on it. */
const NEAR = 16;

const label = ({ title, unit }: Column): string => (unit === '' || title.includes(unit) ? title : `${title} (${unit})`);

/** Draws it; the function shows which point is chosen. */
export function scatter(
  place: HTMLElement,
  points: Points,
  view: View,
  choose: (point: number) => void,
): (point: number) => void {
  const { x, y, log } = view;
  const shown = Array.from({ length: points.count }, (_, i) => i).filter((i) => {
    const [left, up] = [x.values[i] ?? null, y.values[i] ?? null];
    return left !== null && up !== null && !(log.x && left <= 0) && !(log.y && up <= 0);
  });
  // The library wants values of the first axis in their order.
  shown.sort((a, b) => (x.values[a] ?? 0) - (x.values[b] ?? 0) || (y.values[a] ?? 0) - (y.values[b] ?? 0));
  const [xs, ys] = [shown.map((i) => x.values[i] ?? 0), shown.map((i) => y.values[i] ?? 0)];
  let [near, chosen] = [-1, -1];

  const paint = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const { of } = view.scale();
    const ratio = devicePixelRatio;
    const size = (shown.length > 2000 ? 2.5 : 4) * ratio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - 8 * ratio, bbox.top - 8 * ratio, bbox.width + 16 * ratio, bbox.height + 16 * ratio);
    ctx.clip();
    const dot = (i: number, radius: number): void => {
      ctx.beginPath();
      ctx.arc(plot.valToPos(xs[i] ?? 0, 'x', true), plot.valToPos(ys[i] ?? 0, 'y', true), radius, 0, 2 * Math.PI);
    };
    for (const [i, point] of shown.entries()) {
      ctx.fillStyle = of(view.colour.values[point] ?? null);
      dot(i, size);
      ctx.fill();
    }
    ctx.strokeStyle = colour('text');
    ctx.lineWidth = 1.25 * ratio;
    for (const [i, point] of shown.entries())
      if (points.inFront.has(point)) {
        dot(i, size + 2 * ratio);
        ctx.stroke();
      }
    ctx.lineWidth = 2.5 * ratio;
    ctx.strokeStyle = colour('accent');
    for (const point of [near, chosen]) {
      const i = shown.indexOf(point);
      if (i < 0) continue;
      dot(i, size + 4 * ratio);
      ctx.stroke();
    }
    ctx.restore();
  };

  const names = ({ words }: Column): Partial<uPlot.Axis> =>
    words === null
      ? { values: (_, ticks) => ticks.map((tick) => count(tick)) }
      : {
          splits: () => words.slice(0, 40).map((_, i) => i),
          values: (_, ticks) => ticks.map((tick) => words[tick] ?? ''),
        };
  const scale = (column: Column, isLog: boolean): uPlot.Scale => ({
    time: false,
    ...(isLog ? { distr: 3 } : {}),
    range: (_: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax => {
      const [from, to] = [min ?? 0, max ?? 1];
      if (column.words !== null) return [from - 0.5, to + 0.5];
      if (isLog) return [from / 1.15, to * 1.15];
      const room = (to - from || Math.abs(to) || 1) * 0.05;
      return [from - room, to + room];
    },
  });
  place.replaceChildren();
  const { plot, readout } = draw(
    place,
    380,
    {
      scales: { x: scale(x, log.x), y: scale(y, log.y) },
      axes: [axis(label(x), names(x)), axis(label(y), { size: 70, ...names(y) })],
      series: [{}, { paths: () => null, points: { show: false } }],
      padding: [10, 14, 0, 0],
      cursor: { drag: { x: true, y: true, uni: 20 }, points: { show: false } },
      hooks: { draw: [paint], setCursor: [({ cursor: { left = -1, top = -1 } }) => look(left, top)] },
    },
    [xs, ys],
  );

  function tell(point: number): void {
    if (point === near) return;
    near = point;
    plot.redraw(false, false);
    if (readout !== null) readout.textContent = point < 0 ? '' : points.told(point);
  }
  function look(left: number, top: number): void {
    if (left < 0) return;
    let [best, least] = [-1, NEAR * NEAR];
    for (const [i, point] of shown.entries()) {
      const [dx, dy] = [plot.valToPos(xs[i] ?? 0, 'x') - left, plot.valToPos(ys[i] ?? 0, 'y') - top];
      const far = dx * dx + dy * dy;
      if (far < least) [best, least] = [point, far];
    }
    tell(best);
  }
  plot.over.addEventListener('click', () => {
    if (near >= 0) choose(near);
  });
  const step = (by: number): void => {
    const at = shown.indexOf(near);
    tell(shown[Math.min(shown.length - 1, Math.max(0, at + by))] ?? -1);
  };
  keys(place, (key) => {
    if (key === 'ArrowRight' || key === 'ArrowUp') step(1);
    else if (key === 'ArrowLeft' || key === 'ArrowDown') step(-1);
    else if (key === 'Enter' && near >= 0) choose(near);
    else return false;
    return true;
  });
  return (point) => {
    chosen = point;
    plot.redraw(false, false);
  };
}
