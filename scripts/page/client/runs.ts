/** Numbers that are written with how often each comes. */
export function unpacked(runs: readonly number[], length: number): Float64Array {
  const values = new Float64Array(length);
  let at = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const times = runs[i + 1] ?? 0;
    values.fill(runs[i] ?? 0, at, at + times);
    at += times;
  }
  return values;
}
