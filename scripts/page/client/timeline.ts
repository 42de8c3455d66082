/** The timeline of a run: a track for each unit, zoomed by dragging, buttons and keys. */
import type uPlot from 'uplot';
import type { TimelineData } from '../chart-data.ts';
import { axis, draw, keys } from './chart.ts';
import { count } from './numbers.ts';
import { unpacked } from './runs.ts';
import { colour, font } from './theme.ts';

const TRACK = 46;
const ABOVE = 18;

export function timeline(place: HTMLElement, { start, width, bins, tracks }: TimelineData): void {
  const end = start + bins * width;
  const values = tracks.map(({ states }) => states.map(({ runs }) => unpacked(runs, bins)));
  const height = tracks.length * TRACK + 52;
  const top = (track: number): number => tracks.length - track;

  const paint = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const [from, to] = [plot.scales['x']?.min ?? start, plot.scales['x']?.max ?? end];
    // As many bins together as share a pixel.
    const perPixel = Math.max(1, Math.floor((to - from) / width / bbox.width));
    const [first, last] = [
      Math.max(0, Math.floor((from - start) / width)),
      Math.min(bins, Math.ceil((to - start) / width)),
    ];
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [t, { title, states }] of tracks.entries()) {
      const y = plot.valToPos(top(t), 'y', true) + ABOVE * ratio;
      const tall = (TRACK - ABOVE - 6) * ratio;
      const colours = states.map(({ tone }) => colour(tone));
      for (let bin = first - (first % perPixel); bin < last; bin += perPixel) {
        const x = plot.valToPos(start + bin * width, 'x', true);
        const wide = plot.valToPos(start + (bin + perPixel) * width, 'x', true) - x;
        const sums = states.map((_, s) => {
          let sum = 0;
          for (let one = bin; one < bin + perPixel && one < bins; one++) sum += values[t]?.[s]?.[one] ?? 0;
          return sum;
        });
        const all = sums.reduce((a, b) => a + b, 0);
        let below = y + tall;
        for (const [s, sum] of sums.entries()) {
          if (sum === 0) continue;
          const part = (tall * sum) / all;
          ctx.fillStyle = colours[s] ?? '';
          ctx.fillRect(x, below - part, Math.max(wide, 1) + 0.3, part);
          below -= part;
        }
      }
      ctx.fillStyle = colour('text');
      ctx.font = font(12 * ratio);
      ctx.textBaseline = 'bottom';
      ctx.textAlign = 'left';
      ctx.fillText(title, bbox.left, y - 2 * ratio);
    }
    ctx.restore();
  };

  // For whoever cannot see it.
  const within = ({ scales: { x } }: uPlot): void => {
    place.dataset['shown'] = `${Math.round(x?.min ?? start)}-${Math.round(x?.max ?? end)}`;
  };
  const { plot, readout } = draw(
    place,
    height,
    {
      scales: {
        x: { time: false, range: (_, min, max) => [Math.max(start, min), Math.min(end, max)] },
        y: { range: [0, tracks.length] },
      },
      axes: [axis('cycle of the simulation', { values: (_, ticks) => ticks.map(count) }), { show: false }],
      series: [{}, { show: false }],
      padding: [0, 14, 0, 2],
      cursor: { y: false, drag: { x: true, y: false } },
      hooks: { draw: [paint], setScale: [within], setCursor: [(plot) => tell(plot)] },
    },
    [
      [start, end],
      [0, 0],
    ],
  );

  function tell({ cursor: { left = -1 } }: uPlot): void {
    if (readout === null) return;
    if (left < 0) {
      readout.textContent = '';
      return;
    }
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((plot.posToVal(left, 'x') - start) / width)));
    const parts = tracks.map(({ title, states }, t) => {
      const most = states.reduce(
        (best, _, s) => ((values[t]?.[s]?.[bin] ?? 0) > (values[t]?.[best]?.[bin] ?? 0) ? s : best),
        0,
      );
      return `${title}: ${states[most]?.name ?? ''}`;
    });
    const last = width === 1 ? '' : ` to ${count(start + (bin + 1) * width - 1)}`;
    readout.textContent = `Cycle ${count(start + bin * width)}${last}. ${parts.join('; ')}`;
  }

  const show = (from: number, to: number): void => {
    const wide = Math.min(end - start, Math.max(4 * width, to - from));
    const min = Math.min(Math.max(start, from), end - wide);
    plot.setScale('x', { min, max: min + wide });
  };
  const zoom = (how: string): boolean => {
    const [min, max] = [plot.scales['x']?.min ?? start, plot.scales['x']?.max ?? end];
    const [wide, middle] = [max - min, (min + max) / 2];
    if (how === 'in') show(middle - wide / 4, middle + wide / 4);
    else if (how === 'out') show(middle - wide, middle + wide);
    else if (how === 'left') show(min - wide / 2, max - wide / 2);
    else if (how === 'right') show(min + wide / 2, max + wide / 2);
    else if (how === 'all') show(start, end);
    else return false;
    return true;
  };
  const ways: Readonly<Record<string, string>> = {
    '+': 'in',
    '=': 'in',
    '-': 'out',
    ArrowLeft: 'left',
    ArrowRight: 'right',
    '0': 'all',
  };
  keys(place, (key) => zoom(ways[key] ?? ''));
  for (const button of document.querySelectorAll<HTMLElement>('[data-zoom]'))
    button.addEventListener('click', () => zoom(button.dataset['zoom'] ?? ''));
}
