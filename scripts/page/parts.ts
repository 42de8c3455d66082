/** Parts that pages are put together from. */
import { html, type Html, type Part } from './html.ts';
import type { Tone } from './chart-data.ts';

export interface Heading {
  readonly text: string;
  readonly number?: boolean;
  /** Of bars, which take what is left of the width. */
  readonly bars?: boolean;
}

/** A table whose first column names the rows. Cells of columns of numbers end together. */
export function table(headings: readonly Heading[], rows: readonly (readonly Part[])[], caption: string): Html {
  const side = (i: number): string =>
    headings[i]?.number === true ? 'number' : headings[i]?.bars === true ? 'bars' : 'text';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <thead>
        <tr>
          ${headings.map(({ text }, i) => html`<th scope="col" class="${side(i)}">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${side(i)}">${cell}</td>`))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What a picture is drawn in, by the name of its data; `label` says what it shows. */
export const figure = (name: string, label: string, caption: Part, below: Part): Html =>
  html`<figure>
      <div class="chart" id="${name}" data-chart="${name}" role="img" aria-label="${label}"></div>
      <div class="readout" id="${name}-readout" aria-live="polite"></div>
      <figcaption>${caption}</figcaption>
    </figure>
    <details>
      <summary>The same as a table</summary>
      ${below}
    </details>`;

export const section = (id: string, title: string, body: Part): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section> `;

/** Figures that are seen first: title, value, what it is of. */
export const tiles = (all: readonly (readonly [title: string, value: string, of: string])[]): Html =>
  html`<dl class="tiles">
    ${all.map(
      ([title, value, of]) =>
        html`<div>
          <dt>${title}</dt>
          <dd>${value}<small>${of}</small></dd>
        </div>`,
    )}
  </dl> `;

export const key = (entries: readonly (readonly [tone: Tone, text: string])[]): Html =>
  html`<ul class="key">
    ${entries.map(([tone, text]) => html`<li><span class="swatch tone-${tone}"></span>${text}</li>`)}
  </ul>`;

export const zoomButtons = html`<div class="row" role="group" aria-label="Zoom of the timeline">
  <button type="button" data-zoom="in">Zoom in</button><button type="button" data-zoom="out">Zoom out</button>
  <button type="button" data-zoom="left" aria-label="Earlier">◀</button
  ><button type="button" data-zoom="right" aria-label="Later">▶</button>
  <button type="button" data-zoom="all">Whole run</button>
</div>`;

export const footer = html`<footer>
  Made by systole; this file is all there is to it, and asks the network for nothing.
</footer>`;

/** A command line, and a button that copies it. */
export const commandLine = (id: string, text: string): Html =>
  html`<div class="command">
    <pre><code id="${id}">${text}</code></pre>
    <button type="button" data-copy="${id}">Copy</button>
  </div>`;
