// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Runs with --activity: energy from toggled bits beside energy from counts.
'use strict';

const toggled = (row) => sum(Object.values(row.activity.energy_pj_toggles));
const counted = (row) => sum(Object.values(row.activity.energy_pj_counts));

/** Share of clocked bits that toggled, of one kind of register. */
const toggleRate = (row, kind) => row.activity.clocked_bits[kind] > 0
  ? row.activity.toggled_bits[kind] / row.activity.clocked_bits[kind] : null;

function drawActivity(run) {
  const bars = (label, energy, colour) => ({
    label, backgroundColor: colour, data: run.layers.map((layer) => energy(layer) / 1e6),
  });
  draw('activity', {
    type: 'bar',
    data: {
      labels: run.layers.map(layerLabel),
      datasets: [bars('from counts', counted, palette[7]), bars('from toggles', toggled, palette[0])],
    },
    options: {
      scales: {
        x: layerAxis(), y: { title: axisTitle('energy of MACs, registers and buffers, uJ') },
      },
    },
  });
}

function activityColumns() {
  return [
    { title: '#', text: (row) => row.index || '', key: (row) => row.index },
    words('layer', (row) => row.name || 'total'),
    ...['operand', 'weight', 'accumulator'].map((kind) =>
      figure(kind + ' bits that toggle', (row) => toggleRate(row, kind), percent)),
    figure('from counts, nJ', (row) => counted(row) / 1e3, (nj) => significant(nj, 4)),
    figure('from toggles, nJ', (row) => toggled(row) / 1e3, (nj) => significant(nj, 4)),
    figure('ratio', (row) => row.activity.ratio, (ratio) => significant(ratio, 3)),
  ];
}

function addActivity(entries, names) {
  const able = entries.map((entry, i) => [i, names[i]])
    .filter(([i]) => entries[i].run.total.activity);
  if (able.length === 0) return;
  const box = element('div');
  const choose = choice('run', able, (i) => {
    const run = entries[i].run;
    drawActivity(run);
    box.replaceChildren(table(activityColumns(), run.layers, run.total));
  });
  section('activity-section', 'Activity',
    note('Counts charge every action alike. Toggled bits show what zeros, empty channels and small values save; memory, post-processor and leakage have no toggles and are left out of both.'),
    element('div', { class: 'controls' }, choose.box), chartBox('activity', 330), box);
  choose.start();
}
