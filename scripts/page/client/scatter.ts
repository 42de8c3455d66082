/** The chart of a sweep's points by two columns. */
import type uPlot from 'uplot';
import type { Column } from '../chart-data.ts';
import { axis, draw, keys, logAxis } from './chart.ts';
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
/** So many points that smaller dots tell more. */
const MANY = 2000;
/** Words that an axis names; more of them are too close. */
const MOST_WORDS = 40;

const label = ({ title, unit }: Column): string => (unit === '' || title.includes(unit) ? title : `${title} (${unit})`);

export interface Scatter {
  /** Shows which point is chosen. */
  readonly mark: (point: number) => void;
  readonly remove: () => void;
}

export function scatter(place: HTMLElement, points: Points, view: View, choose: (point: number) => void): Scatter {
  const { x, y, log } = view;
  const shown = Array.from({ length: points.count }, (_, i) => i).filter((i) => {
    const [left, up] = [x.values[i] ?? null, y.values[i] ?? null];
    return left !== null && up !== null && !(log.x && left <= 0) && !(log.y && up <= 0);
  });
  // The library wants values of the first axis in their order.
  shown.sort((a, b) => (x.values[a] ?? 0) - (x.values[b] ?? 0) || (y.values[a] ?? 0) - (y.values[b] ?? 0));
  const [xs, ys] = [shown.map((i) => x.values[i] ?? 0), shown.map((i) => y.values[i] ?? 0)];
  let [near, chosen] = [-1, -1];

  const byColour = (of: Scale['of']): ReadonlyMap<string, readonly number[]> => {
    const groups = new Map<string, number[]>();
    for (const [i, point] of shown.entries()) {
      const paint = of(view.colour.values[point] ?? null);
      const group = groups.get(paint);
      if (group === undefined) groups.set(paint, [i]);
      else group.push(i);
    }
    return groups;
  };

  // Elements of their own: to point at one of ten thousand does not paint all of them again.
  const rings = ['near', 'picked'].map((name) => {
    const element = document.createElement('div');
    element.className = `ring ${name}`;
    return element;
  });
  let ring = (): void => undefined;

  const paint = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const { of } = view.scale();
    const ratio = devicePixelRatio;
    const size = (shown.length > MANY ? 2.5 : 4) * ratio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - 8 * ratio, bbox.top - 8 * ratio, bbox.width + 16 * ratio, bbox.height + 16 * ratio);
    ctx.clip();
    const at = (i: number): readonly [number, number] => [
      plot.valToPos(xs[i] ?? 0, 'x', true),
      plot.valToPos(ys[i] ?? 0, 'y', true),
    ];
    // A colour at a time: to change it is what costs most.
    for (const [paint, points] of byColour(of)) {
      ctx.fillStyle = paint;
      ctx.beginPath();
      for (const i of points) {
        const [left, up] = at(i);
        ctx.moveTo(left + size, up);
        ctx.arc(left, up, size, 0, 2 * Math.PI);
      }
      ctx.fill();
    }
    ctx.strokeStyle = colour('text');
    ctx.lineWidth = (shown.length > MANY ? 0.75 : 1.25) * ratio;
    for (const [i, point] of shown.entries())
      if (points.inFront.has(point)) {
        ctx.beginPath();
        ctx.arc(...at(i), size + (shown.length > MANY ? 1.25 : 2) * ratio, 0, 2 * Math.PI);
        ctx.stroke();
      }
    ctx.restore();
    ring();
  };

  const axisOf = (column: Column, isLog: boolean, more: uPlot.Axis = {}): uPlot.Axis => {
    if (isLog) return logAxis(label(column), more);
    const { words } = column;
    const values = (_: uPlot, ticks: number[]): string[] =>
      ticks.map((tick) => (words === null ? count(tick) : (words[tick] ?? '')));
    return axis(label(column), {
      values,
      ...(words === null ? {} : { splits: () => words.slice(0, MOST_WORDS).map((_, i) => i) }),
      ...more,
    });
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
  const { plot, readout, remove } = draw(
    place,
    380,
    {
      scales: { x: scale(x, log.x), y: scale(y, log.y) },
      axes: [axisOf(x, log.x), axisOf(y, log.y, { size: 70 })],
      series: [{}, { paths: () => null, points: { show: false } }],
      padding: [10, 14, 0, 0],
      cursor: { drag: { x: true, y: true, uni: 20 }, points: { show: false } },
      hooks: { draw: [paint], setCursor: [({ cursor: { left = -1, top = -1 } }) => look(left, top)] },
    },
    [xs, ys],
  );

  plot.over.append(...rings);
  ring = () => {
    for (const [at, point] of [near, chosen].entries()) {
      const [element, i] = [rings[at], shown.indexOf(point)];
      if (element === undefined) continue;
      element.hidden = i < 0;
      element.style.translate = `${plot.valToPos(xs[i] ?? 0, 'x')}px ${plot.valToPos(ys[i] ?? 0, 'y')}px`;
    }
  };
  ring();

  function tell(point: number): void {
    if (point === near) return;
    near = point;
    ring();
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
  const ended = new AbortController();
  keys(
    place,
    (key) => {
      if (key === 'ArrowRight' || key === 'ArrowUp') step(1);
      else if (key === 'ArrowLeft' || key === 'ArrowDown') step(-1);
      else if (key === 'Enter' && near >= 0) choose(near);
      else return false;
      return true;
    },
    ended.signal,
  );
  return {
    mark: (point) => {
      chosen = point;
      ring();
    },
    remove: () => {
      ended.abort();
      remove();
    },
  };
}
