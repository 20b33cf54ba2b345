// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Layer by layer: cycles by cause, energy by component, utilization, and the table of all of it.
'use strict';

/** A name in at most 26 columns, its end kept: in a network that tells one from the other. */
const shortName = (name) => name.length <= 26 ? name : '..' + name.slice(-24);
const layerLabel = (layer) => layer.index + ' ' + shortName(layer.name);

const layerAxis = () => ({ ticks: { autoSkip: false, font: { size: 9 }, maxRotation: 90 } });

function stackedChart(id, layers, series, unit, text) {
  draw(id, {
    type: 'bar',
    data: {
      labels: layers.map(layerLabel),
      datasets: series.map(({ name, values, colour }) =>
        ({ label: name, data: values, backgroundColor: colour })),
    },
    options: {
      scales: {
        x: Object.assign(layerAxis(), { stacked: true }),
        y: { stacked: true, title: axisTitle(unit) },
      },
      plugins: {
        tooltip: { callbacks: { label: (item) => item.dataset.label + ': ' + text(item) } },
      },
    },
  });
}

function drawCauses(run) {
  const series = causesOf(run).map(({ cause, colour }) =>
    ({ name: cause, colour, values: run.layers.map((layer) => layer.cycles_by_cause[cause]) }));
  stackedChart('causes', run.layers, series, 'cycles', (item) => count(item.raw) + ' cycles (' +
    percent(item.raw / (run.layers[item.dataIndex].cycles || 1)) + ' of the layer)');
}

function drawEnergy(run) {
  const series = energyNames(run).map((part, i) => ({
    name: part, colour: palette[i], values: run.layers.map((layer) => layer.energy_pj[part] / 1e6),
  }));
  stackedChart('energy', run.layers, series, 'energy, uJ',
    (item) => significant(item.raw, 4) + ' uJ');
}

function drawUtilization(run) {
  draw('utilization', {
    type: 'bar',
    data: {
      labels: run.layers.map(layerLabel),
      datasets: [{
        label: 'utilization',
        data: run.layers.map((layer) => layer.utilization === null ? null : 100 * layer.utilization),
        backgroundColor: palette[0],
      }],
    },
    options: {
      scales: { x: layerAxis(), y: { min: 0, title: axisTitle('% of peak') } },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (item) => item.raw.toFixed(1) + ' %' } },
      },
    },
  });
}

const figure = (title, get, text = count) => ({ title, text: (row) => text(get(row)), key: get });
const words = (title, get) => ({ title, text: (row) => get(row) || '', key: get, left: true });

function layerColumns(run) {
  return [
    { title: '#', text: (row) => row.index || '', key: (row) => row.index },
    words('layer', (row) => row.name || 'total'),
    words('op', (row) => row.op), words('shape', (row) => row.shape), words('bits', (row) => row.bits),
    figure('MACs', (row) => row.macs), figure('cycles', (row) => row.cycles),
    figure('utilization', (row) => row.utilization, percent),
    ...causesOf(run).map(({ cause }) => figure(cause, (row) => row.cycles_by_cause[cause])),
    figure('bytes read', (row) => row.bytes_read), figure('bytes written', (row) => row.bytes_written),
    ...energyNames(run).map((part) => figure(part + ', nJ', (row) =>
      row.energy_pj[part] === null ? null : row.energy_pj[part] / 1e3, (nj) => significant(nj, 4))),
    figure('energy, nJ', (row) => energyOf(row) === null ? null : energyOf(row) / 1e3,
      (nj) => significant(nj, 4)),
    figure('pJ/MAC', (row) => row.macs && energyOf(row) !== null ? energyOf(row) / row.macs : null,
      (value) => significant(value, 4)),
    figure('codes that differ', (row) => row.mismatches),
  ];
}

function addLayers(entries, names) {
  const box = element('div', { id: 'layer-table' });
  const timed = element('div', {},
    element('h3', {}, 'Cycles by cause'), chartBox('causes', 330),
    element('h3', {}, 'Energy by component'), chartBox('energy', 330),
    element('h3', {}, 'Utilization'), chartBox('utilization', 230));
  const choose = choice('run', names.map((name, i) => [i, name]), (i) => {
    const run = entries[i].run;
    timed.hidden = run.total.cycles === null;
    if (run.total.cycles !== null) {
      drawCauses(run);
      drawEnergy(run);
      drawUtilization(run);
    }
    box.replaceChildren(table(layerColumns(run), run.layers, run.total));
  });
  section('layers', 'Layers',
    note('A layer owns the cycles from the end of all earlier layers to its own; every cycle has one cause, so causes add up to the cycles and layers to the total. Work done ahead (weights of later layers) can lift a layer above 100 %.'),
    element('div', { class: 'controls' }, choose.box), timed,
    element('h3', {}, 'Table (a click on a title sorts)'), box);
  choose.start();
}
