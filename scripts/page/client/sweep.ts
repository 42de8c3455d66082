/** A sweep: what its chart shows is chosen, and a point in chart or table is shown with its command. */
import type { SweepData } from '../chart-data.ts';
import { count } from './numbers.ts';
import { Points } from './points.ts';
import { scaleOf, type Scale } from './scale.ts';
import { scatter, type Scatter } from './scatter.ts';
import { sweepTable } from './sweep-table.ts';
import { onTheme } from './theme.ts';

const input = (id: string): HTMLInputElement | HTMLSelectElement | null => {
  const found = document.getElementById(id);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : null;
};

function showKey({ swatches, ramp: ends }: Scale): void {
  const item = (paint: string, text: string): HTMLElement => {
    const [line, swatch] = [document.createElement('li'), document.createElement('span')];
    swatch.className = 'swatch';
    swatch.style.background = paint;
    line.append(swatch, text);
    return line;
  };
  const ramp = (least: number, most: number): HTMLElement => {
    const [line, bar] = [document.createElement('li'), document.createElement('span')];
    bar.className = 'ramp';
    line.append(count(Number(least.toPrecision(4))), bar, count(Number(most.toPrecision(4))));
    return line;
  };
  const parts = ends === null ? swatches.map(([paint, text]) => item(paint, text)) : [ramp(...ends)];
  document.getElementById('sweep-key')?.replaceChildren(...parts);
}

export function sweep(place: HTMLElement, data: SweepData): void {
  const points = new Points(data);
  let chart: Scatter | null = null;
  let chosen = -1;
  const choose = (point: number): void => {
    const [box, what, command] = ['chosen', 'chosen-what', 'chosen-command'].map((id) => document.getElementById(id));
    if (box === null || box === undefined) return;
    box.hidden = false;
    if (what !== null && what !== undefined) what.textContent = points.told(point);
    if (command !== null && command !== undefined) command.textContent = points.command(point);
    select(point);
    chosen = point;
    chart?.mark(point);
  };
  const select = sweepTable(points, choose);

  const fill = (name: 'x' | 'y' | 'colour'): void => {
    const found = input(`sweep-${name}`);
    found?.replaceChildren(...data.columns.map(({ name, title }) => new Option(title, name)));
    if (found !== null) found.value = data[name];
  };
  for (const name of ['x', 'y', 'colour'] as const) fill(name);
  const isLog = (name: string): boolean => {
    const box = input(`sweep-log-${name}`);
    return box instanceof HTMLInputElement && box.checked;
  };
  const redraw = (): void => {
    const [x, y, by] = ['x', 'y', 'colour'].map((name) => points.column(input(`sweep-${name}`)?.value ?? ''));
    if (x === undefined || y === undefined || by === undefined) return;
    let scale = scaleOf(by);
    showKey(scale);
    const log = { x: isLog('x') && x.words === null, y: isLog('y') && y.words === null };
    chart?.remove();
    chart = scatter(place, points, { x, y, colour: by, scale: () => scale, log }, choose);
    chart.mark(chosen);
    rescale = () => {
      scale = scaleOf(by);
      showKey(scale);
    };
  };
  let rescale = (): void => undefined;
  // Before the chart is: what it is painted with is new when it is painted again.
  onTheme(() => rescale());
  for (const id of ['sweep-x', 'sweep-y', 'sweep-colour', 'sweep-log-x', 'sweep-log-y'])
    input(id)?.addEventListener('change', redraw);
  redraw();
}
