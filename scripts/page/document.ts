/** A whole page in one file, which asks the network for nothing. */
import { chartLibrary, clientScripts, inPage } from './assets.ts';
import type { ChartData } from './chart-data.ts';
import { Html, html, json } from './html.ts';
import { style } from './style/index.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** By the name of the figure that they are drawn in. */
  readonly charts: Readonly<Record<string, ChartData>>;
}

/** Scripts may be those of the page and nothing may be fetched, whatever a text in it says. */
const policy = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data:";

/** By its name a browser's console tells where an error comes from. */
const moduleUrl = (name: string, code: string): string =>
  `data:text/javascript,${encodeURIComponent(`${code}\n//# sourceURL=systole/${name}.js`)}`;

/** @throws UsageError where the chart library is not installed */
export async function documentOf({ title, body, charts }: Page): Promise<Uint8Array> {
  const library = chartLibrary();
  const scripts = await clientScripts();
  const modules = {
    uplot: moduleUrl('uplot', 'export default globalThis.uPlot;'),
    ...Object.fromEntries([...scripts].map(([name, code]) => [inPage(name), moduleUrl(name, code)])),
  };
  const text = `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="generator" content="systole" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(library.style)}
        </style>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        ${body}
        ${Object.entries(charts).map(
          ([name, data]) =>
            html`<script type="application/json" id="data-${name}">
              ${json(data)}
            </script> `,
        )}
        <script type="text/plain" data-licence="uPlot">
          ${new Html(library.licence.replaceAll('<', '&lt;'))}
        </script>
        <script>
          ${new Html(library.script)};
        </script>
        <script type="importmap">
          ${json({ imports: modules })}
        </script>
        <script type="module">
          import { inPageOrder } from '${new Html(inPage('main'))}';
          inPageOrder();
        </script>
      </body>
    </html> `.text
  }`;
  return new TextEncoder().encode(text);
}
