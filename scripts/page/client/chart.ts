/** What all charts have in common: their size, their axes, and that they follow the theme and the width. */
import uPlot from 'uplot';
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

export interface Drawn {
  readonly plot: uPlot;
  readonly readout: HTMLElement | null;
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
  new ResizeObserver(() => {
    if (place.clientWidth === width || place.clientWidth === 0) return;
    width = place.clientWidth;
    plot.setSize({ width, height });
  }).observe(place);
  onTheme(() => plot.redraw(false, true));
  return { plot, readout: document.getElementById(`${place.id}-readout`) };
}

/** Lets the keyboard reach a chart; `press` says whether it has used a key. */
export function keys(place: HTMLElement, press: (key: string) => boolean): void {
  place.tabIndex = 0;
  place.addEventListener('keydown', (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && press(event.key)) event.preventDefault();
  });
}
