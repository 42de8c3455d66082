/** What all charts have in common: their size, their axes, and that they follow the theme and the width. */
import uPlot from 'uplot';
import { count } from './numbers.ts';
import { colour, font, onTheme } from './theme.ts';

/** An axis of a chart; `title` with its unit. */
export const axis = (title: string, more: uPlot.Axis = {}): uPlot.Axis => ({
  label: title,
  labelSize: 22,
  labelFont: font(12),
  font: font(11),
  labelGap: 2,
  stroke: () => colour('muted'),
  grid: { stroke: () => colour('grid'), width: 1 },
  ticks: { stroke: () => colour('line'), width: 1, size: 5 },
  ...more,
});

/** 1, 2 and 5 of each power of ten between two values: the library's own begin at the lower one, whatever it is. */
function logTicks(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++)
    for (const digit of [1, 2, 5]) {
      // Not digit · 10^power, which is off in its last place.
      const tick = Number(`${digit}e${power}`);
      if (tick >= least && tick <= most) ticks.push(tick);
    }
  return ticks;
}

/** An {@link axis} of a scale that is logarithmic. */
export const logAxis = (title: string, more: uPlot.Axis = {}): uPlot.Axis =>
  axis(title, {
    splits: (_, __, least, most) => logTicks(least, most),
    filter: (_, ticks) => ticks,
    values: (_, ticks) => ticks.map(count),
    ...more,
  });

export interface Drawn {
  readonly plot: uPlot;
  readonly readout: HTMLElement | null;
  /** Takes it away, and what follows the page for it. */
  readonly remove: () => void;
}

/** Draws a chart in an element, and again where the width or the theme is another. */
export function draw(
  place: HTMLElement,
  height: number,
  options: Omit<uPlot.Options, 'width' | 'height'>,
  data: uPlot.AlignedData,
): Drawn {
  const plot = new uPlot({ ...options, width: place.clientWidth, height, legend: { show: false } }, data, place);
  let width = place.clientWidth;
  const resized = new ResizeObserver(() => {
    if (place.clientWidth === width || place.clientWidth === 0) return;
    width = place.clientWidth;
    plot.setSize({ width, height });
  });
  resized.observe(place);
  const ended = new AbortController();
  onTheme(() => plot.redraw(false, true), ended.signal);
  const remove = (): void => {
    ended.abort();
    resized.disconnect();
    plot.destroy();
  };
  return { plot, readout: document.getElementById(`${place.id}-readout`), remove };
}

/** Lets the keyboard reach a chart; `press` says whether it has used a key. */
export function keys(place: HTMLElement, press: (key: string) => boolean, signal?: AbortSignal): void {
  place.tabIndex = 0;
  place.addEventListener(
    'keydown',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && press(event.key)) event.preventDefault();
    },
    signal === undefined ? {} : { signal },
  );
}
