// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What ran and what it came to; several runs side by side.
'use strict';

/** "builtin:resnet50 w8a8 on base, formula" */
const runName = (entry) =>
  [shortName(entry.run.model), entry.run.bits, 'on', entry.run.preset + ',', entry.run.engine].join(' ');

/** Short names that tell the runs apart: as few of model, bits, machine, ... as that takes. */
function shortNames(entries) {
  const parts = [(run) => run.bits, (run) => shortName(run.model), (run) => run.preset, (run) => run.engine,
    (run) => run.contract];
  const differing = parts.filter((part) =>
    new Set(entries.map((entry) => part(entry.run))).size > 1);
  const names = entries.map((entry) => differing.map((part) => part(entry.run)).join(' '));
  const unique = new Set(names).size === entries.length;
  return entries.map((entry, i) => unique && names[i] ? names[i] : entry.file);
}

const seconds = (run) => run.energy && run.total.cycles !== null
  ? run.total.cycles / (run.energy.clock_mhz * 1e6) : null;

/** Rows of the summary: [title, text of a run, figure for the ratio to the first run]. */
const figures = [
  ['cycles', (run) => count(run.total.cycles), (run) => run.total.cycles],
  ['time', (run) => seconds(run) === null ? '-' : (seconds(run) < 1e-4
    ? significant(1e6 * seconds(run), 4) + ' us' : significant(1e3 * seconds(run), 4) + ' ms') + ' at ' +
    run.energy.clock_mhz + ' MHz', (run) => seconds(run)],
  ['utilization', (run) => percent(run.total.utilization), (run) => run.total.utilization],
  ['MACs', (run) => count(run.total.macs), (run) => run.total.macs],
  ['energy', (run) => engineering(energyOf(run.total), 'pJ'), (run) => energyOf(run.total)],
  ['energy per MAC', (run) => run.energy && run.energy.pj_per_mac !== null
    ? significant(run.energy.pj_per_mac, 4) + ' pJ' : '-',
  (run) => run.energy ? run.energy.pj_per_mac : null],
  ['average power', (run) => run.energy && run.energy.average_watts !== null
    ? significant(run.energy.average_watts, 4) + ' W' : '-',
  (run) => run.energy ? run.energy.average_watts : null],
  ['bytes read', (run) => engineering(run.total.bytes_read, 'B'), (run) => run.total.bytes_read],
  ['bytes written', (run) => engineering(run.total.bytes_written, 'B'),
    (run) => run.total.bytes_written],
  ['accuracy', (run) => run.accuracy.images
    ? percent(run.accuracy.correct / run.accuracy.images) + ' of ' + count(run.accuracy.images) +
      ' images' : '-',
  (run) => run.accuracy.images ? run.accuracy.correct / run.accuracy.images : null],
  ['codes that differ', (run) => count(run.total.mismatches), () => null],
];

function ratioText(value, first) {
  if (value === null || value === undefined || !first) return '';
  return '  (' + significant(value / first, 3) + ' x)';
}

function summaryTable(entries, names) {
  const head = element('tr', {}, element('th', { class: 'text' }, ''),
    ...names.map((name) => element('th', { class: 'text' }, name)));
  const about = [['model', (run) => run.model], ['bits', (run) => run.bits],
    ['machine', (run) => run.preset], ['engine', (run) => run.engine],
    ['rounding contract', (run) => run.contract]];
  const lines = about.map(([title, text]) => element('tr', {}, element('td', { class: 'text' }, title),
    ...entries.map((entry) => element('td', { class: 'text' }, text(entry.run)))));
  const known = figures.filter(([, text]) => entries.some((entry) => text(entry.run) !== '-'));
  for (const [title, text, figure] of known) {
    const first = figure(entries[0].run);
    lines.push(element('tr', {}, element('td', { class: 'text' }, title),
      ...entries.map((entry, i) => element('td', { class: 'text' },
        text(entry.run) + (i > 0 ? ratioText(figure(entry.run), first) : '')))));
  }
  return element('div', { class: 'scroll' },
    element('table', { id: 'summary-table' }, element('thead', {}, head),
      element('tbody', {}, ...lines)));
}

function tiles(run) {
  const chosen = ['cycles', 'time', 'utilization', 'energy', 'energy per MAC', 'average power'];
  return element('div', { class: 'tiles' }, ...figures
    .filter(([title, text]) => chosen.includes(title) && text(run) !== '-')
    .map(([title, text]) =>
      element('div', { class: 'tile' }, element('b', {}, text(run)), element('span', {}, title))));
}

function addSummary(entries, names) {
  const parts = [];
  if (entries.length === 1) parts.push(tiles(entries[0].run));
  parts.push(summaryTable(entries, names));
  const scopes = [...new Set(entries.map((entry) => entry.run.energy)
    .filter((energy) => energy).map((energy) =>
      'Energy: ' + energy.scope + '; table "' + energy.table + '" (' + energy.technology + ').'))];
  scopes.forEach((text) => parts.push(note(text)));
  const wrong = entries.filter((entry) => entry.run.total.mismatches);
  wrong.forEach((entry) => parts.push(element('p', { class: 'bad' },
    entry.file + ': ' + count(entry.run.total.mismatches) + ' codes differ.')));
  section('summary', 'Summary', ...parts);
}

/** Where every figure comes from, and how to get it again. */
function addSources() {
  const line = (kind, entry, command) => element('tr', {},
    element('td', { class: 'text' }, kind), element('td', { class: 'text' }, entry.file),
    element('td', { class: 'text' }, element('code', {}, entry.sha256)),
    element('td', { class: 'text' }, element('code', {}, command || 'not stated')));
  const rows = [
    ...data.runs.map((entry) => line('run', entry, entry.run.command)),
    ...data.cards.map((entry) => line('card', entry, entry.card.command)),
    ...data.sweeps.map((entry) => line('sweep', entry, (entry.sweep.sweep || {}).command)),
  ];
  const head = ['kind', 'file', 'SHA-256', 'command that wrote it'].map((title) =>
    element('th', { class: 'text' }, title));
  section('sources', 'Sources',
    note('Every figure of this page is read from these files. The same command writes the same file again, but for the time that a simulation took.'),
    element('div', { class: 'scroll' }, element('table', {},
      element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows))));
}
