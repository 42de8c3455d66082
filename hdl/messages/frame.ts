/**
 * Where the frames of a stack point, whoever wrote them: Node with or without source maps, vite, tsx, a user's
 * formatter.
 */
import { fileURLToPath } from 'node:url';
import type { Place } from '../ir/types.ts';
import { inSource } from './source-map.ts';

/**
 * What the name of a file begins with: a folder, a drive or share of Windows, a scheme; or else code given to `eval`.
 */
const BEGINNING = / \((?=[/\\]|[A-Za-z][\w+.-]*:|eval at )/;

/** Where a frame of a stack points, and how it is written there. */
export interface Frame {
  readonly place: Place;
  readonly text: string;
}

/** The frames of an error, innermost first; none where whoever formats stacks leaves no trace of them. */
export function framesOf(error: Error): readonly Frame[] {
  const theirs = Error.prepareStackTrace;
  let sites: readonly NodeJS.CallSite[] = [];
  // A stack is formatted once, when it is first asked for, and a user's formatter may make anything of it: the sites
  // are noted on the way.
  if (typeof theirs === 'function') {
    Error.prepareStackTrace = (of, given): unknown => {
      sites = given;
      return theirs(of, given);
    };
  }
  try {
    const stack: unknown = error.stack;
    const written = typeof stack === 'string' ? framesIn(stack) : [];
    return written.length > 0 ? written : sites.flatMap(frameOfSite);
  } catch {
    return sites.flatMap(frameOfSite);
  } finally {
    if (typeof theirs === 'function') Error.prepareStackTrace = theirs;
  }
}

/**
 * The frames of those who called the code that made the error, each in its source: from the first on in a file that
 * `isOwn` does not take for one of the code that made it, whose file is `maker`. In sources, because who bundles this
 * library with a design of theirs has both in one file.
 */
export function callersOf(error: Error, isOwn: (file: string, maker: string) => boolean): readonly Frame[] {
  const frames = framesOf(error).filter(({ place }) => !place.file.startsWith('node:'));
  const [made] = frames;
  if (made === undefined) return [];
  const maker = sourceFrame(made).place.file;
  const first = frames.findIndex((frame) => !isOwn(sourceFrame(frame).place.file, maker));
  return first < 0 ? [] : frames.slice(first).map(sourceFrame);
}

function sourceFrame(frame: Frame): Frame {
  const place = inSource(frame.place);
  if (place === frame.place) return frame;
  const location = `${place.file}:${place.line}:${place.column}`;
  const text = frame.text.trimEnd();
  const name = text.endsWith(')') ? text.slice(0, -inParentheses(text.slice(0, -1)).length - 2).trimEnd() : '';
  return { place, text: name === '' ? location : `${name} (${location})` };
}

/** The frames that a stack's text tells of. */
export function framesIn(stack: string): readonly Frame[] {
  // Not by lines: a folder's name may have a line feed in it.
  return stack
    .split(/\n\s*at /)
    .slice(1)
    .flatMap((text) => {
      const place = placeOfFrame(text);
      return place === null ? [] : [{ place, text }];
    });
}

/** The place in `name (file:line:column)` or `file:line:column`; null for frames without one, such as native code. */
export function placeOfFrame(frame: string): Place | null {
  const text = frame.trimEnd();
  return placeOfLocation(text.endsWith(')') ? inParentheses(text.slice(0, -1)) : text.replace(/^async /, ''));
}

/** What stands behind the parenthesis that is closed last: names of functions and of folders can both have some. */
function inParentheses(text: string): string {
  // A URL has no blank in it, and a path no two slashes: what looks like the beginning of a URL is one.
  const url = text.lastIndexOf(' (file://');
  const at = url >= 0 && !text.includes(' (eval at ') ? url : text.search(BEGINNING);
  return text.slice((at >= 0 ? at : text.lastIndexOf(' (')) + 2);
}

function placeOfLocation(location: string): Place | null {
  // Code made of text has no file; who made it has.
  if (location.startsWith('eval at ')) {
    return placeOfFrame(location.slice('eval at '.length, location.lastIndexOf('), ') + 1));
  }
  const [, file, line, column] = /^(.+):(\d+):(\d+)$/s.exec(location) ?? [];
  return file === undefined ? null : { file: fileOf(file), line: Number(line), column: Number(column) };
}

function frameOfSite(site: NodeJS.CallSite): readonly Frame[] {
  const place = placeOfSite(site);
  return place === null ? [] : [{ place, text: `${place.file}:${place.line}:${place.column}` }];
}

function placeOfSite(site: NodeJS.CallSite): Place | null {
  if (site.isEval()) {
    const place = placeOfLocation(`${site.getEvalOrigin() ?? ''}, <anonymous>:1:1`);
    if (place !== null) return place;
  }
  const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()];
  return file == null || line === null || column === null ? null : { file: fileOf(file), line, column };
}

/**
 * The path that a stack or `import.meta.url` means: URLs are decoded, queries of loaders taken off. What is no file
 * stays.
 */
export function fileOf(text: string): string {
  if (text.startsWith('file:')) {
    try {
      const url = new URL(text);
      const windows = process.platform === 'win32' || url.host !== '' || /^\/[A-Za-z]:\//.test(url.pathname);
      return drive(fileURLToPath(url, { windows }));
    } catch {
      return text;
    }
  }
  // `?` is a letter like others in a path; only behind the ending of a script is it a loader's.
  return drive(text.replace(/(\.[cm]?[jt]sx?)\?[^/\\]*$/, '$1'));
}

/** Loaders write the letter of a drive either way. */
function drive(path: string): string {
  return path.replace(/^[a-z]:[/\\]/, (start) => start.toUpperCase());
}
