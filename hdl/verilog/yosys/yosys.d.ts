/**
 * The parts of @yowasp/yosys that `tool.ts` uses. Declared here because the package is optional: without it, everything
 * else still compiles.
 */
declare module '@yowasp/yosys' {
  export interface Tree {
    readonly [name: string]: Tree | string | Uint8Array;
  }
  export interface RunOptions {
    readonly stdout?: (bytes: Uint8Array | null) => void;
    readonly stderr?: (bytes: Uint8Array | null) => void;
    readonly decodeASCII?: boolean;
  }
  export function runYosys(args: readonly string[], files: Tree, options: RunOptions): Promise<Tree>;
}
