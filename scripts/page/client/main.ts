/** Draws what the page holds, in its order. */
import type { ChartData } from '../chart-data.ts';
import { array } from './array.ts';
import { copyButtons } from './copy.ts';
import { roofline } from './roofline.ts';
import { sweep } from './sweep.ts';
import { timeline } from './timeline.ts';

function drawn(place: HTMLElement, data: ChartData): void {
  switch (data.kind) {
    case 'timeline':
      return timeline(place, data);
    case 'array':
      return array(place, data);
    case 'roofline':
      return roofline(place, data);
    case 'sweep':
      return sweep(place, data);
  }
}

export function inPageOrder(): void {
  copyButtons(document);
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const text = document.getElementById(`data-${place.dataset['chart'] ?? ''}`)?.textContent;
    if (text === undefined) continue;
    // Written by the program that this script belongs to.
    drawn(place, JSON.parse(text) as ChartData);
    place.dataset['drawn'] = 'true';
  }
}
