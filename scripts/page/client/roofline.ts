/** The roofline: what multipliers and bus allow, and where a run is below it. */
import type uPlot from 'uplot';
import type { RooflineData } from '../chart-data.ts';
import { draw, logAxis } from './chart.ts';
import { colour, font } from './theme.ts';

export function roofline(place: HTMLElement, { peak, bandwidth, points }: RooflineData): void {
  const ridge = peak / bandwidth;
  const all = [...points.map(({ intensity }) => intensity), ridge];
  const [from, to] = [Math.min(...all) / 4, Math.max(...all) * 4];
  const least = Math.min(...points.map(({ rate }) => rate), bandwidth * from) / 1.5;

  const paint = ({ ctx, valToPos, bbox }: uPlot): void => {
    ctx.font = font(12 * devicePixelRatio);
    ctx.textBaseline = 'middle';
    for (const [i, { name, intensity, rate }] of points.entries()) {
      const [x, y] = [valToPos(intensity, 'x', true), valToPos(rate, 'y', true)];
      const size = 5 * devicePixelRatio;
      ctx.beginPath();
      ctx.arc(x, y, size, 0, 2 * Math.PI);
      ctx.fillStyle = colour(i === 0 ? 'memory' : 'card');
      ctx.strokeStyle = colour(i === 0 ? 'card' : 'muted');
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.fill();
      ctx.stroke();
      ctx.fillStyle = colour('text');
      const fits = x + 2 * size + ctx.measureText(name).width < bbox.left + bbox.width;
      ctx.textAlign = fits ? 'left' : 'right';
      ctx.fillText(name, fits ? x + 2 * size : x - 2 * size, y + 2.4 * size);
    }
    ctx.textAlign = 'start';
  };
  draw(
    place,
    300,
    {
      scales: { x: { time: false, distr: 3, range: [from, to] }, y: { distr: 3, range: [least, peak * 2] } },
      axes: [logAxis('MACs for each byte'), logAxis('MACs a cycle', { size: 52 })],
      series: [{}, { stroke: () => colour('use'), width: 2, points: { show: false } }],
      padding: [8, 16, 0, 0],
      cursor: { show: false },
      hooks: { draw: [paint] },
    },
    [
      [from, ridge, to],
      [from * bandwidth, peak, peak],
    ],
  );
}
