// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Each layer against what the array and the memory allow.
'use strict';

/** MACs per byte of the busier direction: reading and writing have a port each. */
function intensity(layer) {
  const bytes = Math.max(layer.bytes_read, layer.bytes_written);
  return bytes > 0 ? layer.macs / bytes : null;
}

function roofs(run, low, high) {
  const machine = run.energy.machine;
  const int8 = 4 * machine.rows * machine.columns;
  const bytes = run.memory.bytes_per_cycle;
  return [['int8', int8], ['int4', 2 * int8]].map(([name, peak], i) => ({
    label: name + ' roof: ' + count(peak) + ' MAC/cycle, ' + bytes + ' B/cycle',
    type: 'line', pointRadius: 0, borderColor: palette[7 + 3 * i], borderWidth: 1.5,
    borderDash: i ? [6, 4] : [],
    data: [low, peak / bytes, high].filter((x) => x >= low && x <= high)
      .map((x) => ({ x, y: Math.min(peak, bytes * x) })),
  }));
}

function drawRoofline(run) {
  const shown = run.layers.filter((layer) => layer.macs > 0 && layer.cycles > 0 && intensity(layer));
  const at = shown.map(intensity);
  const peak = 8 * run.energy.machine.rows * run.energy.machine.columns;
  const low = Math.min(...at, 1) / 2;
  const high = Math.max(...at, peak / run.memory.bytes_per_cycle) * 2;
  const bits = [...new Set(shown.map((layer) => layer.bits))];
  const points = bits.map((width, i) => ({
    label: width, backgroundColor: palette[i], pointRadius: 4,
    data: shown.filter((layer) => layer.bits === width).map((layer) =>
      ({ x: intensity(layer), y: layer.macs / layer.cycles, layer })),
  }));
  draw('roofline', {
    type: 'scatter',
    data: { datasets: [...points, ...roofs(run, low, high)] },
    options: {
      scales: {
        x: { type: 'logarithmic', min: low, max: high,
          title: axisTitle('MACs per byte of the busier direction') },
        y: { type: 'logarithmic', title: axisTitle('MACs per cycle') },
      },
      plugins: {
        tooltip: {
          callbacks: {
            label: (item) => item.raw.layer
              ? layerLabel(item.raw.layer) + ': ' + significant(item.raw.y, 4) + ' MAC/cycle at ' +
                significant(item.raw.x, 4) + ' MAC/B' : item.dataset.label,
          },
        },
      },
    },
  });
}

function addRoofline(entries, names) {
  const able = entries.map((entry, i) => [i, names[i]])
    .filter(([i]) => entries[i].run.energy && entries[i].run.total.macs > 0);
  if (able.length === 0) return;
  const choose = choice('run', able, (i) => drawRoofline(entries[i].run));
  section('roofline-section', 'Roofline',
    note('A layer cannot pass a roof by itself; with weights that were loaded ahead it can seem to, because the cycles of that load are an earlier layer\'s.'),
    element('div', { class: 'controls' }, choose.box), chartBox('roofline', 420));
  choose.start();
}
