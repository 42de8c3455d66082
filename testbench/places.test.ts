import { expect, test } from 'vitest';
import { elaborate } from '../hdl/index.ts';
import { npuConfig } from '../npu/config.ts';
import { Npu } from '../npu/npu.ts';

/** Files of the places of all that is in a design. */
function filesIn(part: unknown, files: Set<string>): ReadonlySet<string> {
  if (typeof part !== 'object' || part === null) return files;
  if (part instanceof Map) for (const one of part.values()) filesIn(one, files);
  for (const [key, one] of Object.entries(part)) {
    if (key === 'place' && typeof one === 'object' && one !== null && 'file' in one) files.add(String(one.file));
    else filesIn(one, files);
  }
  return files;
}

test('everything in the NPU has its place in the source, however deep the language calls itself', () => {
  const files = filesIn(elaborate(Npu(npuConfig({})), { monitors: true }), new Set());
  expect([...files].filter((file) => !/(^|\/)(npu|hdl\/lib)\/[a-z/-]*\.ts$/.test(file))).toEqual([]);
  expect(files.size).toBeGreaterThan(30);
});
