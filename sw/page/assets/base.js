// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What all parts of the page share: the data, text, elements, colours. Names from files reach the
// page as text nodes only.
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

/** Hue-safe for most colour-blind readers (Okabe and Ito), in the order of use. */
const palette = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1',
  '#999999', '#f0e442', '#5f3b1a', '#1c2430'];

const grouped = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** '-' for what is not known; a figure is never 0 for that. */
const count = (value) => value === null || value === undefined ? '-' : grouped(value);
const percent = (value) =>
  value === null || value === undefined ? '-' : (100 * value).toFixed(1) + ' %';

/** With three or four significant digits and the unit's prefix: engineering(1.4e10, 'pJ'). */
function engineering(value, unit) {
  if (value === null || value === undefined) return '-';
  const prefixes = { pJ: ['pJ', 'nJ', 'uJ', 'mJ', 'J'], B: ['B', 'KB', 'MB', 'GB', 'TB'] }[unit];
  let step = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 1000 && step + 1 < prefixes.length) {
    scaled /= 1000;
    step += 1;
  }
  return significant(scaled, 4) + ' ' + prefixes[step];
}

function significant(value, digits) {
  if (value === null || value === undefined) return '-';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 10 ** digits) return grouped(value);
  return Number(value.toPrecision(digits)).toString();
}

/** element('p', {class: 'note'}, 'text', child, ...) */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  for (const child of children) {
    made.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return made;
}

/** A section with its entry in the contents. */
function section(id, title, ...children) {
  document.getElementById('contents').append(element('a', { href: '#' + id }, title));
  const made = element('section', { id }, element('h2', {}, title), ...children);
  document.getElementById('page').append(made);
  return made;
}

const note = (text) => element('p', { class: 'note' }, text);

/** A choice that calls `chosen(value)` now and whenever it changes. */
function choice(label, options, chosen) {
  const select = element('select', { 'aria-label': label });
  options.forEach(([value, text]) => select.append(element('option', { value }, text)));
  select.addEventListener('change', () => chosen(select.value));
  const box = element('label', {}, label + ' ', select);
  return { box, select, start: () => chosen(select.value) };
}

/** Charts by their canvas's id; a second one there replaces the first. */
const charts = new Map();

function chartBox(id, height) {
  const canvas = element('canvas', { id, role: 'img' });
  return element('div', { class: 'chart', style: 'height:' + height + 'px' }, canvas);
}

function draw(id, configuration) {
  if (charts.has(id)) charts.get(id).destroy();
  const canvas = document.getElementById(id);
  const options = { animation: false, responsive: true, maintainAspectRatio: false };
  configuration.options = Object.assign(options, configuration.options);
  charts.set(id, new Chart(canvas, configuration));
}

const axisTitle = (text) => ({ display: true, text });

/** Table of `columns` [{title, text: row => string, key: row => sortable, left}]. */
function table(columns, rows, total) {
  const body = element('tbody');
  const cell = (column, row) =>
    element('td', column.left ? { class: 'text' } : {}, column.text(row));
  const fill = (order) => {
    const lines = order.map((row) =>
      element('tr', {}, ...columns.map((column) => cell(column, row))));
    if (total) {
      lines.push(element('tr', { class: 'total' }, ...columns.map((column) => cell(column, total))));
    }
    body.replaceChildren(...lines);
  };
  const heads = columns.map((column) => {
    const head = element('th',
      { class: (column.left ? 'text ' : '') + 'sortable', scope: 'col', tabindex: '0' },
      column.title);
    const sort = () => {
      const down = head.getAttribute('aria-sort') !== 'descending' && !column.left ||
        head.getAttribute('aria-sort') === 'ascending';
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      fill([...rows].sort((a, b) => compare(column.key(a), column.key(b), down)));
    };
    head.addEventListener('click', sort);
    head.addEventListener('keydown', (event) => { if (event.key === 'Enter') sort(); });
    return head;
  });
  fill(rows);
  return element('div', { class: 'scroll' },
    element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body));
}

/** What is not known comes last, whichever way. */
function compare(a, b, down) {
  const known = (value) => value !== null && value !== undefined;
  if (!known(a) || !known(b)) return Number(known(b)) - Number(known(a));
  const order = typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
  return down ? -order : order;
}

const causeNames = (run) => Object.keys(run.total.cycles_by_cause || {});
/** Of `run`'s causes those that occur, each with its colour. */
const causesOf = (run) => causeNames(run)
  .map((cause, i) => ({ cause, colour: palette[i % palette.length] }))
  .filter(({ cause }) => run.total.cycles_by_cause[cause] > 0);
const energyNames = (run) => Object.keys(run.total.energy_pj);
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Picojoules of a layer or a total; null where they are not known. */
function energyOf(row) {
  const parts = Object.values(row.energy_pj);
  return parts.some((part) => part === null) ? null : sum(parts);
}
