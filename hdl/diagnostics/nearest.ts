/** Which of the names that exist somebody may have meant. */

/** The `most` of `names` that are nearest to `wanted`, nearest first; upper and lower case are alike. */
export function nearest(names: Iterable<string>, wanted: string, most: number): string[] {
  return [...new Set(names)]
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), bare(name).toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** The one name that `wanted` is probably a slip of: at most a third of its letters are wrong. */
export function slipOf(names: Iterable<string>, wanted: string): string | undefined {
  return nearest(names, wanted, 1).find(
    (name) => editDistance(wanted.toLowerCase(), name.toLowerCase()) <= Math.floor(wanted.length / 3),
  );
}

/** Without indices. */
function bare(name: string): string {
  return name.replace(/\[.*/, '');
}

/** Insertions, deletions and replacements of one character that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
