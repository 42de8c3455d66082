/** The page of a sweep. */
import { candidatesOf, paretoFront, type Candidate } from '../../testbench/sweep/front.ts';
import { isMeasured, type Line } from '../../testbench/sweep/point.ts';
import { flagOf } from '../npu-flags.ts';
import { count, percent, plural } from '../text.ts';
import type { SweepData } from './chart-data.ts';
import type { Page } from './document.ts';
import { html, type Html } from './html.ts';
import { commandLine, footer, section, table, tiles } from './parts.ts';
import { columnsOf } from './sweep-columns.ts';

/** Rows of the front's table: a page of thousands of NPUs shows the rest in its chart. */
const MOST_ROWS = 100;

export function sweepPage(lines: readonly Line[], name: string): Page {
  const candidates = candidatesOf(lines);
  const front = paretoFront(candidates);
  const { columns, command } = columnsOf(lines);
  const has = (wanted: string): boolean => columns.some((column) => column.name === wanted);
  const data: SweepData = {
    kind: 'sweep',
    columns,
    command,
    front: numbersOf(lines, front),
    errors: lines.flatMap((line, i) => ('error' in line ? [[i, line.error] as const] : [])),
    x: 'multipliers',
    y: 'cycles',
    colour: has('dataflow') ? 'dataflow' : 'utilisation',
  };
  const body = html`<main>
    <header>
      <h1>Sweep: ${name}</h1>
      <p class="lead">
        ${plural(lines.length, 'point')}, ${plural(candidates.length, 'NPU')} compared over
        ${plural(candidates[0]?.products ?? 0, 'product')} each
      </p>
      ${verdict(lines)}
    </header>
    ${best(candidates)} ${section('points-section', 'All points', pointsBody())}
    ${section('front-section', 'Beaten by none', frontBody(front))} ${footer}
  </main>`;
  return { title: `Sweep: ${name}: systole`, body, charts: { sweep: data } };
}

/** The lines of NPUs that are in the front. */
function numbersOf(lines: readonly Line[], front: readonly Candidate[]): readonly number[] {
  const names = Object.keys(front[0]?.choice ?? {});
  const key = (choice: Candidate['choice']): string => JSON.stringify(names.map((name) => choice[name] ?? null));
  const wanted = new Set(front.map(({ choice }) => key(choice)));
  return lines.flatMap((line, i) =>
    isMeasured(line) && wanted.has(key({ ...line.parameters, dataflow: line.dataflow })) ? [i] : [],
  );
}

function verdict(lines: readonly Line[]): Html {
  const wrong = lines.filter((line) => !isMeasured(line) || !line.match).length;
  return wrong === 0
    ? html`<p class="status good">All equal to the reference</p>`
    : html`<p class="status bad">${plural(wrong, 'point')} failed or cannot be: sort the table by status</p>`;
}

const choiceText = ({ choice }: Candidate): string =>
  Object.entries(choice)
    .map(([name, value]) => `${flagOf(name)} ${value ?? '–'}`)
    .join(', ') || 'one NPU';

function best([first, ...others]: readonly Candidate[]): Html | null {
  if (first === undefined) return null;
  const busiest = [first, ...others].reduce((most, one) => (one.overall > most.overall ? one : most));
  return tiles([
    ['Fewest cycles', count(first.cycles), choiceText(first)],
    ['Closest to the least', `${first.ratio.toFixed(2)} ×`, 'cycles of the fastest over the least'],
    ['Best used', percent(busiest.overall), choiceText(busiest)],
  ]);
}

const choose = (name: string, text: string): Html =>
  html`<label
    >${text}
    <select id="sweep-${name}" name="${name}"></select
  ></label>`;
const logarithmic = (name: string, text: string): Html =>
  html`<label><input type="checkbox" id="sweep-log-${name}" /> ${text}</label>`;

const pointsBody = (): Html =>
  html`<div class="row">
      ${choose('x', 'Across')}${logarithmic('x', 'log')}
      ${choose('y', 'Up')}${logarithmic('y', 'log')}${choose('colour', 'Colour')}
    </div>
    <ul class="key" id="sweep-key"></ul>
    <figure>
      <div
        class="chart"
        id="sweep"
        data-chart="sweep"
        role="img"
        aria-label="The points of the sweep by two of their values; arrow keys go from point to point"
      ></div>
      <div class="readout" id="sweep-readout" aria-live="polite"></div>
      <figcaption>
        Those with a ring are of NPUs that no other beats in cycles, multipliers and memory together. Drag to enlarge,
        double-click for all; click a point, or press Enter, for its command.
      </figcaption>
    </figure>
    <div class="chosen" id="chosen" hidden>
      <div id="chosen-what" class="note"></div>
      ${commandLine('chosen-command', '')}
    </div>
    <div class="row" style="margin-top:12px">
      <label><input type="checkbox" id="sweep-front-only" /> only those beaten by none</label>
      <button type="button" id="sweep-before">Before</button><button type="button" id="sweep-after">Next</button>
      <span class="note" id="sweep-range" aria-live="polite"></span>
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Points as a table">
      <table id="sweep-table">
        <thead></thead>
        <tbody></tbody>
      </table>
    </div>`;

function frontBody(front: readonly Candidate[]): Html {
  const names = Object.keys(front[0]?.choice ?? {});
  const rows = front
    .slice(0, MOST_ROWS)
    .map(({ choice, cycles, ratio, overall, multipliers, memory }) => [
      ...(names.length === 0 ? ['one NPU'] : names.map((name) => choice[name] ?? '–')),
      count(cycles),
      `${ratio.toFixed(2)} ×`,
      percent(overall),
      count(multipliers),
      count(memory / 1024),
    ]);
  const measured = ['Cycles', 'Of the least', 'In use', 'Multipliers', 'Memory, KiB'];
  return html`<p class="note">
      No other NPU has as few or fewer of cycles, multipliers and memory, and fewer of one. Cycles are of all products
      together.
    </p>
    ${table(
      [
        ...(names.length === 0 ? [{ text: 'NPU' }] : names.map((name) => ({ text: flagOf(name) }))),
        ...measured.map((text) => ({ text, number: true })),
      ],
      rows,
      'NPUs that no other beats',
    )}${front.length > MOST_ROWS ? html`<p class="note">… and ${front.length - MOST_ROWS} more, in the chart.</p>` : null}`;
}
