/** Reads the figures that Yosys writes: `stat -json`, and ABC's `stime` in the log. */

export interface ModuleStat {
  /** Type → number, instances of modules among them. */
  readonly cells: ReadonlyMap<string, number>;
  readonly memoryBits: number;
  /** Of the cells, as the library counts it; 0 without one. */
  readonly area: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
/** Yosys puts a backslash before names that a designer gave. */
const plain = (name: string): string => name.replace(/^\\/, '');

/** By the module's name in Verilog. */
export function statOf(json: string): ReadonlyMap<string, ModuleStat> {
  const read: unknown = JSON.parse(json);
  const modules = isObject(read) && isObject(read['modules']) ? read['modules'] : {};
  return new Map(
    Object.entries(modules).flatMap(([name, stat]): [string, ModuleStat][] => {
      if (!isObject(stat)) return [];
      const types = isObject(stat['num_cells_by_type']) ? stat['num_cells_by_type'] : {};
      return [
        [
          plain(name),
          {
            cells: new Map(Object.entries(types).map(([type, count]) => [plain(type), numberOf(count)])),
            memoryBits: numberOf(stat['num_memory_bits']),
            area: numberOf(stat['area']),
          },
        ],
      ];
    }),
  );
}

/** Picoseconds by the module's name in Verilog; modules without logic are absent. */
export function delays(log: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let module: string | undefined;
  for (const line of log.split('\n')) {
    module = /Extracting gate netlist of module `\\?(\S+)' to/.exec(line)?.[1] ?? module;
    const delay = /^ABC: WireLoad = .* Delay = *([\d.]+) ps/.exec(line)?.[1];
    if (module !== undefined && delay !== undefined) found.set(module, Number(delay));
  }
  return found;
}
