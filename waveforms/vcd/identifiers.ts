/**
 * Identifier codes: printable ASCII except `$`, so that no code can contain `$end`, which would end a declaration
 * early; and shortest first, since a code is written at every change.
 */
const ALPHABET = Array.from({ length: 126 - 33 + 1 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => c !== '$');

/** The code of the nth variable, n from 0. */
export function identifier(n: number): string {
  let code = '';
  for (let rest = n; rest >= 0; rest = Math.floor(rest / ALPHABET.length) - 1) {
    code += ALPHABET[rest % ALPHABET.length] ?? '';
  }
  return code;
}
