/** Commands that are printed for people to paste into a shell: `sh` and its kin. */

/** One word: as it is where nothing in it means anything to a shell, else in single quotes. */
function shellWord(text: string): string {
  return /^[\w./,:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The name of a file as one word; no program takes it for an option. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path);
}

/** A program and its arguments. */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
