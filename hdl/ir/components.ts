/**
 * The strongly connected components of the graph over 0 … count − 1, each after all those that it points to (Tarjan's
 * algorithm, R. Tarjan 1972, with its own stack so that deep graphs do not exhaust the host's).
 */
export function components(
  count: number,
  successors: (vertex: number) => readonly number[],
): readonly (readonly number[])[] {
  const unvisited = -1;
  const index = new Int32Array(count).fill(unvisited);
  const low = new Int32Array(count);
  const cursor = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  let next = 0;

  const at = (array: Int32Array, v: number): number => array[v] ?? 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== unvisited) continue;
    const path = [root];
    for (let v = path.at(-1); v !== undefined; v = path.at(-1)) {
      if (index[v] === unvisited) {
        index[v] = next;
        low[v] = next++;
        stack.push(v);
        onStack[v] = 1;
      }
      const successor = successors(v)[at(cursor, v)];
      if (successor !== undefined) {
        cursor[v] = at(cursor, v) + 1;
        if (index[successor] === unvisited) path.push(successor);
        else if (onStack[successor] === 1) low[v] = Math.min(at(low, v), at(index, successor));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(at(low, parent), at(low, v));
      if (low[v] === index[v]) {
        const component = stack.splice(stack.lastIndexOf(v));
        for (const member of component) onStack[member] = 0;
        found.push(component);
      }
    }
  }
  return found;
}

/**
 * A shortest path from `start` to a vertex that `isGoal`, at least one step long and through vertices that are
 * `inside`: the vertices in order with both ends, or null. From a vertex to itself it is a shortest cycle.
 */
export function shortestPath(
  start: number,
  successors: (vertex: number) => readonly number[],
  isGoal: (vertex: number) => boolean,
  inside: (vertex: number) => boolean = () => true,
): readonly number[] | null {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const v of queue) {
    for (const successor of successors(v)) {
      if (isGoal(successor)) {
        const path = [successor, v];
        for (let step = v; step !== start;) {
          step = cameFrom.get(step) ?? start;
          path.push(step);
        }
        return path.reverse();
      }
      if (successor === start || cameFrom.has(successor) || !inside(successor)) continue;
      cameFrom.set(successor, v);
      queue.push(successor);
    }
  }
  return null;
}
