/** A paragraph on lines of at most so many columns, cut at blanks; a word that is longer has a line to itself. */
export function wrapped(paragraph: string, columns = 120): string {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
