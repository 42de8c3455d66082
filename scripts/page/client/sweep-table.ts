/** The table of a sweep: sorted by any column, a hundred rows at a time. */
import { count } from './numbers.ts';
import { colour } from './theme.ts';
import type { Points } from './points.ts';

const ROWS = 100;

const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
};

export function sweepTable(points: Points, choose: (point: number) => void): (point: number) => void {
  const table = byId('sweep-table');
  const { columns } = points.data;
  const [head, body] = [table.querySelector('thead'), table.querySelector('tbody')];
  if (head === null || body === null) throw new Error('the page has no table');
  let [by, descending, page] = ['cycles', false, 0];
  let chosen = -1;
  let order: readonly number[] = [];

  const row = head.insertRow();
  const headings = columns.map(({ name, title, unit, words }) => {
    const cell = document.createElement('th');
    cell.scope = 'col';
    if (words === null) cell.className = 'number';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = unit === '' || unit === title || title.includes(unit) ? title : `${title}, ${unit}`;
    button.addEventListener('click', () => {
      [descending, by, page] = [by === name && !descending, name, 0];
      sort();
    });
    cell.append(button);
    row.append(cell);
    return { name, cell };
  });
  const [before, after, only] = [byId('sweep-before'), byId('sweep-after'), byId('sweep-front-only')];
  const turn = (by: number): void => {
    page += by;
    show();
  };
  before.addEventListener('click', () => turn(-1));
  after.addEventListener('click', () => turn(1));
  only.addEventListener('change', () => {
    page = 0;
    sort();
  });

  function sort(): void {
    const column = points.column(by) ?? columns[0];
    const all = column === undefined ? [] : points.sorted(column, descending);
    const onlyFront = only instanceof HTMLInputElement && only.checked;
    order = onlyFront ? all.filter((point) => points.inFront.has(point)) : all;
    for (const { name, cell } of headings) {
      if (name === by) cell.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    }
    show();
  }

  function show(): void {
    const pages = Math.max(1, Math.ceil(order.length / ROWS));
    page = Math.min(pages - 1, Math.max(0, page));
    const shown = order.slice(page * ROWS, (page + 1) * ROWS);
    body?.replaceChildren(...shown.map(rowOf));
    byId('sweep-range').textContent =
      `${shown.length === 0 ? 0 : page * ROWS + 1} to ${page * ROWS + shown.length} of ${count(order.length)}`;
    before.toggleAttribute('disabled', page === 0);
    after.toggleAttribute('disabled', page === pages - 1);
  }

  function rowOf(point: number): HTMLTableRowElement {
    const line = document.createElement('tr');
    line.tabIndex = 0;
    line.dataset['point'] = String(point);
    line.setAttribute('aria-selected', String(point === chosen));
    for (const column of columns) {
      const cell = line.insertCell();
      cell.textContent = points.text(column, point);
      cell.className = column.words === null ? 'number' : 'text';
      if (column.name === 'status' && cell.textContent !== 'equal') cell.style.color = colour('bad');
    }
    line.addEventListener('click', () => choose(point));
    line.addEventListener('keydown', (event) => {
      const next = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling }[event.key];
      if (event.key === 'Enter' || event.key === ' ') choose(point);
      else if (next instanceof HTMLElement) next.focus();
      else return;
      event.preventDefault();
    });
    return line;
  }

  sort();
  return (point) => {
    chosen = point;
    for (const line of body.querySelectorAll('tr'))
      line.setAttribute('aria-selected', String(line.dataset['point'] === String(point)));
  };
}
