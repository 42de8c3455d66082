import { expect, it } from 'vitest';
import { npuConfig } from '../../npu/config.ts';
import type { LayerMeasurement, NetworkMeasurement } from '../../testbench/network/measurement.ts';
import { timelineOf, type Span } from '../../testbench/network/timeline.ts';
import { unpacked } from './client/runs.ts';
import { npuParametersOf, type NetworkSetting } from '../network/kept.ts';
import { documentOf } from './document.ts';
import { networkPage } from './network-page.ts';

const hostile = `</script><script>alert(1)</script><img src=x onerror="alert('2')">&`;
const escaped =
  '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;&amp;';

/** A network of layers that take turns on the matrix engine and the vector unit, ten cycles each. */
function networkOf(count: number, change: Partial<LayerMeasurement> = {}): NetworkMeasurement {
  const layers = Array.from({ length: count }, (_, index): LayerMeasurement => ({
    index,
    operator: `OPERATOR_${index}`,
    name: `tensor of ${index}`,
    shape: [1, 2, 3],
    by: index % 2 === 0 ? 'matrix' : 'vector',
    macs: 256,
    cycles: 10,
    worked: 10,
    bound: { by: 'multipliers', cycles: 5 },
    spent: { load: 0, store: 0, matrix: 10, vector: 0, none: 0 },
    occupied: 8,
    utilisation: 0.5,
    bytesRead: 16,
    bytesWritten: 0,
    match: true,
    wrong: 0,
    ...change,
  }));
  const spans = layers.map((_, layer): Span => ({
    unit: layer % 2 === 0 ? 'matrix' : 'vector',
    layer,
    start: 10 * layer,
    end: 10 * layer + 10,
  }));
  return {
    version: 1,
    match: layers.every(({ match }) => match !== false),
    cycles: 10 * count,
    macs: 256 * count,
    overall: 0.1,
    layers,
    outputs: [{ name: change.name ?? 'result', shape: [1, 3], type: 'int8', data: [1, -2, 3] }],
    timeline: timelineOf(spans, 0, 10 * count),
    commands: count,
    seconds: { compile: 0, build: 0, run: 0 },
  };
}
const settingOf = (model: string): NetworkSetting => ({
  model,
  input: 'random, seed 1',
  seed: 1,
  parameters: { ...npuParametersOf(npuConfig({})), latency: 2, stall: 0 },
  command: `systole run ${model}`,
});
const pageOf = (measured: NetworkMeasurement, model = 'model.tflite') =>
  networkPage({ ...settingOf(model), ...measured });
const textOf = async (...given: Parameters<typeof pageOf>): Promise<string> =>
  new TextDecoder().decode(await documentOf(pageOf(...given)));

/** Elements that are not closed, or closed where they are not open. */
function faults(page: string): readonly string[] {
  const empty = new Set(['meta', 'link', 'img', 'br', 'input']);
  const open: string[] = [];
  const found: string[] = [];
  const bare = page.replaceAll(/(<(?:script|style)\b[^>]*>)[^]*?(<\/(?:script|style)>)/g, '$1$2');
  for (const [, slash, name = ''] of bare.matchAll(/<(\/?)([a-z][\w-]*)(?:\s+[\w-]+(?:="[^"]*")?)*\s*\/?>/g)) {
    if (empty.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) found.push(`</${name}>`);
  }
  return [...found, ...open];
}

it('is one well-formed file without a reference to the network, with every layer', async () => {
  const page = await textOf(networkOf(13));
  expect(faults('<p><b>unclosed</p>')).not.toEqual([]);
  expect(faults(page)).toEqual([]);
  expect(page).not.toMatch(/(?:src|href|action)="(?!data:)|url\((?!data:)|@import/);
  for (let layer = 0; layer < 13; layer++) {
    expect(page).toContain(`<th scope="row">${layer} OPERATOR_${layer}</th>`);
    expect(page).toContain(`<td class="text">tensor of ${layer}</td>`);
  }
  expect(page).toContain('<dd>10.00 ×<small>MACs over 256 multipliers</small></dd>');
});

it('draws of each bin what was worked on and what was not', () => {
  const { timeline } = pageOf(networkOf(9)).charts;
  if (timeline?.kind !== 'timeline') throw new Error('no timeline');
  for (const { states } of timeline.tracks) {
    const all = states.map(({ runs }) => unpacked(runs, timeline.bins));
    for (let bin = 0; bin < timeline.bins; bin++)
      expect(all.reduce((sum, values) => sum + (values[bin] ?? 0), 0)).toBe(timeline.width);
  }
  const matrix = timeline.tracks.find(({ title }) => title === 'matrix engine');
  expect(matrix?.states.map(({ name }) => name)).toEqual([
    ...[0, 2, 4, 6, 8].map((layer) => `${layer} OPERATOR_${layer}`),
    'nothing',
  ]);
});

it('takes whatever a file names for text', async () => {
  const page = await textOf(networkOf(2, { name: hostile, operator: hostile }), hostile);
  expect(page).not.toContain('<script>alert');
  expect(page).not.toContain('<img');
  expect(page).toContain(`<h1>${escaped}</h1>`);
  expect(page).toContain(`<td class="text">${escaped}</td>`);
  expect(faults(page)).toEqual([]);
});

it('says which layers are wrong', () => {
  const { body } = pageOf(networkOf(2, { match: false, wrong: 3 }));
  expect(body.text).toContain('Differs from the reference: 3 bytes of layer 0, 3 bytes of layer 1');
});

it('stays small, however long the run and however many its layers', async () => {
  const [small, large] = [await textOf(networkOf(1)), await textOf(networkOf(1000))];
  expect(large.length - small.length).toBeLessThan(1_500_000);
  const once = networkOf(2);
  const long = { ...once, timeline: timelineOf([{ unit: 'load', layer: 0, start: 5, end: 1e9 }], 0, 1e9) };
  expect(JSON.stringify(pageOf(long).charts).length).toBeLessThan(2000);
});

it('has no ratio of a network that multiplies nothing', () => {
  expect(pageOf({ ...networkOf(1), macs: 0, overall: 0 }).body.text).toContain('<dd>–<small>MACs over');
});
