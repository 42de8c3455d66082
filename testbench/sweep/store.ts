/**
 * Where a sweep lies while it runs: a folder beside its file, with the plan and a file for each chunk that is done.
 * Each of them appears whole or not at all, so that a sweep that was killed goes on where it was.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chunksOf, fingerprint, PlanError, type Plan } from './plan.ts';
import type { Line } from './point.ts';

const PLAN = 'plan.json';
const chunkFile = (number: number): string => `${String(number).padStart(6, '0')}.jsonl`;
/** What a chunk that runs on another machine prints; its number, or what stands for it. */
export const chunkLog = (number: number | string): string => `chunk-${number}.log`;

export class Store {
  readonly folder: string;
  /** @param out the file that the sweep ends in */
  constructor(out: string) {
    this.folder = `${out}.parts`;
  }

  /** Whether a sweep is under way here. */
  get exists(): boolean {
    return existsSync(join(this.folder, PLAN));
  }

  /**
   * Writes the plan, or finds that it is there already.
   * @throws PlanError where another plan is: its results are not those of this one
   */
  begin(plan: Plan): void {
    mkdirSync(this.folder, { recursive: true });
    if (!this.exists) this.#write(PLAN, JSON.stringify(plan));
    else if (fingerprint(this.plan()) !== fingerprint(plan))
      throw new PlanError(`${this.folder} holds another sweep; name another --out, or remove that folder`);
  }

  /** @throws PlanError where there is none, or none that can be read */
  plan(): Plan {
    const path = join(this.folder, PLAN);
    if (!this.exists) throw new PlanError(`there is no plan in ${this.folder}; make one with systole sweep plan`);
    const found: unknown = parsed(readFileSync(path, 'utf8'));
    if (!isPlan(found)) throw new PlanError(`${path} is no plan of this version; remove ${this.folder}`);
    return found;
  }

  /** The numbers of the chunks that are not done, in order. */
  missing(plan: Plan): readonly number[] {
    const done = new Set(readdirSync(this.folder));
    return Array.from({ length: chunksOf(plan) }, (_, number) => number).filter(
      (number) => !done.has(chunkFile(number)),
    );
  }

  /** Those of some chunks that have a log: they have begun, and run, or have failed. */
  begun(chunks: readonly number[]): readonly number[] {
    const there = new Set(readdirSync(this.folder));
    return chunks.filter((number) => there.has(chunkLog(number)));
  }

  /** Keeps a file with the sweep, until that ends. */
  keep(name: string, text: string): void {
    this.#write(name, text);
  }

  finish(number: number, lines: readonly Line[]): void {
    this.#write(chunkFile(number), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** The lines of all chunks that are done, in the order of the plan. */
  lines(plan: Plan): readonly Line[] {
    const missing = new Set(this.missing(plan));
    return Array.from({ length: chunksOf(plan) }, (_, number) => number)
      .filter((number) => !missing.has(number))
      .flatMap((number) => linesOf(readFileSync(join(this.folder, chunkFile(number)), 'utf8')));
  }

  /** Removes the folder: what it held is in the sweep's file now. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    const part = join(this.folder, `${name}.${process.pid}.part`);
    writeFileSync(part, text);
    renameSync(part, join(this.folder, name));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isPlan = (value: unknown): value is Plan =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  value.version === 1 &&
  'points' in value &&
  Array.isArray(value.points);

const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && 'point' in value && 'status' in value;

/** The lines of a sweep's file; what is none is left out. */
export const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .map(parsed)
    .filter((value) => isLine(value));
