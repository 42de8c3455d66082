/** What an artefact says of itself in JSON; docs/artefact.md says what each field means. */
import { byName, namesOf } from '../../common/records.ts';
import { ConfigError, npuConfig, type NpuConfig } from '../../config.ts';
import type { GraphType } from '../../graph/graph.ts';
import type { LayerKind } from '../network/layer.ts';
import { numberNames, parameterNames, parameters, wordNames, type NpuParameters } from '../../parameters.ts';
import { damaged } from './error.ts';
import { fieldsOf, listOf, oneOf, orNull, real, record, text, whole, type Reader } from './fields.ts';

const layerKinds = namesOf({
  convolution: true,
  depthwise: true,
  pool: true,
  elementwise: true,
  lookup: true,
  softmax: true,
  rename: true,
  move: true,
  host: true,
} satisfies Readonly<Record<LayerKind, true>>);
const types = namesOf({
  int8: true,
  uint8: true,
  int16: true,
  int32: true,
  int64: true,
  float32: true,
} satisfies Readonly<Record<GraphType, true>>);

const anyWhole = whole(-(2 ** 32));
const picture = record({ height: whole(1), width: whole(1), channels: whole(1) });
const view = record({ tensor: whole(), picture });
const dram = record({ tensor: text, offset: whole(), row: whole() });

const boundary = record({
  name: text,
  shape: listOf(whole()),
  type: oneOf(types),
  quantisation: orNull(record({ scales: listOf(real), zeros: listOf(anyWhole), axis: whole() })),
  address: whole(),
  view,
  dram,
});
const layer = record({
  kind: oneOf(layerKinds),
  operators: listOf(whole()),
  name: text,
  input: orNull(view),
  output: view,
});
const tensor = record({
  name: text,
  shape: listOf(whole()),
  type: oneOf(['int8', 'uint8', 'int32']),
  role: oneOf(['input', 'constant', 'intermediate', 'output']),
  order: oneOf(['rows', 'columns']),
  address: whole(),
  bytes: whole(),
});
const place = record({ tensor: whole(), picture, lanes: whole(1), row: whole(), fold: whole() });

/** @throws ArtefactError for parameters that are missing, and NPUs that there cannot be */
const npu: Reader<NpuConfig> = (value, where) => {
  const given = fieldsOf(value, where);
  const chosen: { -readonly [P in keyof NpuParameters]?: NpuParameters[P] } = {};
  for (const name of numberNames) chosen[name] = whole()(given.get(name), `${where}.${name}`);
  for (const name of wordNames) chosen[name] = oneOf(parameters[name].words)(given.get(name), `${where}.${name}`);
  try {
    return npuConfig(chosen);
  } catch (error) {
    if (error instanceof ConfigError) return damaged(error.message.replace(/;.*/s, ''));
    throw error;
  }
};

const manifest = record({
  systole: text,
  npu,
  latency: whole(),
  cycles: whole(),
  ring: record({ base: whole(), entries: whole(2), tail: whole() }),
  inputs: listOf(boundary),
  outputs: listOf(boundary),
  tensors: listOf(tensor),
  layers: listOf(layer),
  before: listOf(whole()),
  after: listOf(whole()),
  places: listOf(place),
  stored: listOf(record({ tensor: whole(), inDram: text })),
  steps: listOf(listOf(whole())),
});
export type Manifest = ReturnType<typeof manifest>;
/** Inputs and outputs, as the host sees them. */
export type BoundaryEntry = Manifest['inputs'][number];

/** As it is written: what follows from the NPU's parameters is left out. */
export function manifestBytes(given: Manifest): Uint8Array {
  const written = { ...given, npu: byName(parameterNames, (name) => given.npu[name]) };
  return new TextEncoder().encode(JSON.stringify(written));
}

/** @throws ArtefactError for bytes that are no manifest, naming the field */
export function readManifest(bytes: Uint8Array): Manifest {
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return damaged('its manifest is no JSON');
  }
  return manifest(given, 'manifest');
}
