// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Several runs beside each other: totals by cause and component, and layer by layer.
'use strict';

function totalsChart(id, entries, names, keys, value, unit) {
  draw(id, {
    type: 'bar',
    data: {
      labels: names,
      datasets: keys.map(({ key, colour }) => ({
        label: key, data: entries.map((entry) => value(entry.run, key)), backgroundColor: colour,
      })),
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: { stacked: true, title: axisTitle(unit) },
        y: { stacked: true, ticks: { autoSkip: false } },
      },
    },
  });
}

const layerFigures = {
  cycles: ['cycles', (layer) => layer.cycles],
  energy: ['energy, uJ', (layer) => energyOf(layer) === null ? null : energyOf(layer) / 1e6],
  read: ['bytes read', (layer) => layer.bytes_read],
  written: ['bytes written', (layer) => layer.bytes_written],
};

/** Names of all runs' layers; one that the first run has not follows its own run's layer before. */
function layerNames(entries) {
  const names = [];
  for (const { run } of entries) {
    let place = 0;
    for (const { name } of run.layers) {
      const known = names.indexOf(name);
      if (known < 0) names.splice(place, 0, name);
      place = (known < 0 ? place : known) + 1;
    }
  }
  return names;
}

function drawLayers(entries, names, key) {
  const [unit, value] = layerFigures[key];
  const labels = layerNames(entries);
  const of = (run) => {
    const byName = new Map(run.layers.map((layer) => [layer.name, layer]));
    return labels.map((name) => byName.has(name) ? value(byName.get(name)) : null);
  };
  draw('compare-layers', {
    type: 'bar',
    data: {
      labels: labels.map(shortName),
      datasets: entries.map((entry, i) => ({
        label: names[i], data: of(entry.run), backgroundColor: palette[i % palette.length],
      })),
    },
    options: { scales: { x: layerAxis(), y: { title: axisTitle(unit) } } },
  });
}

function addComparison(entries, names) {
  if (entries.length < 2) return;
  const timed = entries.map((entry, i) => ({ entry, name: names[i] }))
    .filter(({ entry }) => entry.run.total.cycles !== null);
  const shown = timed.map(({ entry }) => entry);
  const shownNames = timed.map(({ name }) => name);
  const choose = choice('compare', Object.entries(layerFigures).map(([key, [unit]]) => [key, unit]),
    (key) => drawLayers(entries, names, key));
  const height = 120 + 34 * shown.length;
  section('comparison', 'Comparison',
    element('div', { class: 'two' },
      element('div', {}, element('h3', {}, 'Cycles by cause'), chartBox('compare-causes', height)),
      element('div', {}, element('h3', {}, 'Energy by component'),
        chartBox('compare-energy', height))),
    element('h3', {}, 'Layer by layer'), element('div', { class: 'controls' }, choose.box),
    chartBox('compare-layers', 330));
  if (shown.length > 0) {
    const causes = new Map(shown.flatMap((entry) => causesOf(entry.run))
      .map(({ cause, colour }) => [cause, { key: cause, colour }]));
    totalsChart('compare-causes', shown, shownNames, [...causes.values()],
      (run, cause) => run.total.cycles_by_cause[cause], 'cycles');
    totalsChart('compare-energy', shown, shownNames,
      energyNames(shown[0].run).map((key, i) => ({ key, colour: palette[i] })),
      (run, part) => run.total.energy_pj[part] / 1e6, 'energy, uJ');
  }
  choose.start();
}
