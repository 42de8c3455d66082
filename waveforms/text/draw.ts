/** Draws rows of values with box characters. */

/** A row to draw: what it shows in each column; null where nothing is known. */
export interface Row {
  readonly label: string;
  /** `line`: `0` and `1` as a low and a high line, other letters as they are. `bus`: any text, in boxes. */
  readonly kind: 'line' | 'bus';
  readonly columns: readonly (string | null)[];
}

/** What the ruler says: its name, and how much is between two of its numbers. */
export interface Ruler {
  readonly name: string;
  readonly step: number;
}

/**
 * The drawing, without a newline at its end: a ruler that numbers the cycles, then two lines a row.
 * @param first number of the first cycle
 * @param width columns of a cycle
 */
export function draw(
  rows: readonly Row[],
  first: number,
  width: number,
  { name, step }: Ruler = { name: 'cycle', step: 1 },
): string {
  const margin = Math.max(name.length, ...rows.map(({ label }) => label.length)) + 1;
  const columns = Math.max(0, ...rows.map((row) => row.columns.length));
  const lines = rows.flatMap((row) => {
    const [top, bottom] = row.kind === 'line' ? drawLine(row.columns) : drawBus(row.columns);
    return [' '.repeat(margin) + top, row.label.padEnd(margin) + bottom];
  });
  return [name.padEnd(margin) + ruler(first, step, width, columns), ...lines].map((line) => line.trimEnd()).join('\n');
}

function ruler(first: number, step: number, width: number, columns: number): string {
  const longest = String(first + Math.ceil(columns / width) * step).length + 1;
  const every = Math.ceil(longest / width);
  let text = '';
  for (let cycle = 0; cycle * width < columns; cycle += every)
    text += String(first + cycle * step).padEnd(every * width);
  return text;
}

function drawLine(columns: readonly (string | null)[]): [string, string] {
  let top = '';
  let bottom = '';
  columns.forEach((level, i) => {
    const before = columns[i - 1] ?? level;
    const [above, below] = piece(level, before);
    top += above;
    bottom += below;
  });
  return [top, bottom];
}

/** What is drawn above and below. */
function piece(level: string | null, before: string | null): readonly [string, string] {
  if (level === null) return [' ', ' '];
  if (level !== '0' && level !== '1') return [' ', level];
  if (level !== before && (before === '0' || before === '1')) return level === '1' ? ['┌', '┘'] : ['┐', '└'];
  return level === '1' ? ['─', ' '] : [' ', '─'];
}

function drawBus(columns: readonly (string | null)[]): [string, string] {
  let top = '';
  let bottom = '';
  for (let start = 0; start < columns.length;) {
    const value = columns[start] ?? null;
    let end = start + 1;
    while (end < columns.length && columns[end] === value) end++;
    const room = end - start - 1;
    top += value === null ? ' '.repeat(room + 1) : `┬${'─'.repeat(room)}`;
    bottom += value === null ? ' '.repeat(room + 1) : `│${fit(value, room)}`;
    start = end;
  }
  return [top, bottom];
}

/** Numbers that are too long lose the digits that change least, the first; words and lists what comes last. */
function fit(text: string, room: number): string {
  if (text.length <= room) return text.padEnd(room);
  if (room === 0) return '';
  const [, prefix, digits] = /^(-|0x|)([0-9a-f]+)$/.exec(text) ?? [];
  if (prefix === undefined || digits === undefined || !/^(-?\d+|0x.*)$/.test(text))
    return `${text.slice(0, room - 1)}…`;
  const kept = room > prefix.length + 1 ? prefix : '';
  const most = room - kept.length - 1;
  return `${kept}…${most > 0 ? digits.slice(-most) : ''}`;
}
