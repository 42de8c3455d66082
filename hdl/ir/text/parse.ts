import type { Design, Module } from '../types.ts';
import { Cursor } from './cursor.ts';
import type { Enumeration } from './enumerations.ts';
import { readLines } from './lines.ts';
import { parseModule } from './parse-module.ts';
import { IrSyntaxError } from './syntax-error.ts';
import { header } from './words.ts';

/**
 * The design that a text describes, as `printDesign` writes it. Throws an {@link IrSyntaxError} with the line, what was
 * expected and what stands there; `file` is its name in that message. Only the form is checked: `validate` of
 * `hdl/checks` checks the sense.
 */
export function parseDesign(text: string, file = 'design.ir'): Design {
  const lines = readLines(text, file);
  const [first, second, ...rest] = lines;
  const lastLine = text.split('\n').length;
  if (first?.tokens.join(' ') !== header) {
    throw new IrSyntaxError(
      file,
      first?.number ?? lastLine,
      `"${header}"`,
      first === undefined ? 'the end of the file' : `"${first.tokens.join(' ')}"`,
    );
  }
  if (second === undefined) throw new IrSyntaxError(file, lastLine, '"top"', 'the end of the file');
  const head = new Cursor(second, file);
  head.expect('top');
  const top = head.name('the name of the top module');
  head.end();
  const enums = new Map<string, Enumeration>();
  const modules: Module[] = [];
  for (const line of rest) {
    const cursor = new Cursor(line, file);
    if (cursor.choice(['enum', 'module'], '"enum" or "module"') === 'module') modules.push(parseModule(cursor, enums));
    else parseEnumeration(cursor, enums);
  }
  return { top, modules };
}

/** `enum alias = name<width> { label, … }` */
function parseEnumeration(cursor: Cursor, enums: Map<string, Enumeration>): void {
  const alias = cursor.name('the name of an enumeration');
  cursor.expect('=');
  const name = cursor.name('the name of an enumeration');
  cursor.expect('<');
  const width = cursor.number('a width');
  cursor.expect('>');
  cursor.expect('{');
  const labels = cursor.list('}', () => cursor.name('a label'));
  cursor.end();
  cursor.leaf();
  enums.set(alias, { kind: 'enum', width, name, labels });
}
