// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Points of a sweep: any figure against any other, and which points no other one beats.
'use strict';

/** [title, figure of a point, better is: 1 more, -1 less, logarithmic axis] */
const sweepFigures = {
  cycles: ['cycles', (point) => point.cycles, -1, true],
  energy: ['energy, uJ', (point) => point.energy_total_pj / 1e6, -1, true],
  accuracy: ['accuracy, %', (point) => point.accuracy
    ? 100 * point.accuracy.correct / point.accuracy.images : null, 1, false],
  pj_per_mac: ['pJ/MAC', (point) => point.pj_per_mac, -1, false],
  watts: ['average power, W', (point) => point.average_watts, -1, true],
  utilization: ['utilization, %', (point) => 100 * point.utilization, 1, false],
  size: ['int8 MACs per cycle', (point) => point.macs_per_cycle, -1, true],
  buffers: ['buffers, KiB', (point) => point.buffer_bytes / 1024, -1, true],
  bytes: ['bytes moved', (point) => point.bytes_read + point.bytes_written, -1, true],
};

/** A machine's mark on a plot; colours tell something else. */
const marks = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'cross', 'crossRot'];

/** Points that are not worse than any other in both figures and better in one. */
function paretoOf(points, x, y) {
  const [, xOf, xBetter] = sweepFigures[x];
  const [, yOf, yBetter] = sweepFigures[y];
  const known = points.filter((point) => xOf(point) !== null && yOf(point) !== null);
  const order = [...known].sort((a, b) =>
    xBetter * (xOf(b) - xOf(a)) || yBetter * (yOf(b) - yOf(a)));
  let best = null;
  return order.filter((point) => {
    const value = yBetter * yOf(point);
    const kept = best === null || value > best;
    if (kept) best = value;
    return kept;
  });
}

/** Draws each point's interval, where it has one, as a vertical line. */
const whiskers = {
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    chart.data.datasets.forEach((dataset, d) => dataset.data.forEach((raw, i) => {
      if (!raw.interval || !chart.isDatasetVisible(d)) return;
      const { x } = chart.getDatasetMeta(d).data[i];
      const context = chart.ctx;
      context.strokeStyle = dataset.backgroundColor;
      context.beginPath();
      context.moveTo(x, chart.scales.y.getPixelForValue(raw.interval[0]));
      context.lineTo(x, chart.scales.y.getPixelForValue(raw.interval[1]));
      context.stroke();
    }));
  },
};

const pointName = (point) => [point.model, point.bits, 'on', point.machine, 'memory',
  point.memory_latency, 'cycles', point.memory_bytes_per_cycle, 'B/cycle'].join(' ');

function drawSweep(id, points, x, y, group) {
  const [xTitle, xOf, , xLog] = sweepFigures[x];
  const [yTitle, yOf, , yLog] = sweepFigures[y];
  const interval = (point) => y === 'accuracy' && point.accuracy
    ? [100 * point.accuracy.low, 100 * point.accuracy.high] : null;
  const known = points.filter((point) => xOf(point) !== null && yOf(point) !== null);
  const machines = [...new Set(points.map((point) => point.machine))];
  const mark = (point) => machines.length <= marks.length ? marks[machines.indexOf(point.machine)]
    : marks[0];
  const groups = [...new Set(known.map((point) => point[group]))];
  const datasets = groups.map((name, i) => ({
    label: String(name), backgroundColor: palette[i % palette.length], pointRadius: 4,
    borderColor: palette[i % palette.length],
    pointStyle: known.filter((point) => point[group] === name).map(mark),
    data: known.filter((point) => point[group] === name)
      .map((point) => ({ x: xOf(point), y: yOf(point), point, interval: interval(point) })),
  }));
  datasets.push({
    label: 'not beaten', type: 'line', borderColor: '#1c2430', borderWidth: 1,
    backgroundColor: 'transparent', pointRadius: 8,
    data: paretoOf(known, x, y).map((point) => ({ x: xOf(point), y: yOf(point) })),
  });
  // Room around the points; Chart.js gives none on a logarithmic axis.
  const axis = (title, log, of) => {
    const values = known.map(of);
    return log ? { type: 'logarithmic', title: axisTitle(title), min: Math.min(...values) / 1.2,
      max: Math.max(...values) * 1.2 } : { type: 'linear', title: axisTitle(title), grace: '5%' };
  };
  draw(id, {
    type: 'scatter',
    data: { datasets },
    plugins: [whiskers],
    options: {
      scales: { x: axis(xTitle, xLog, xOf), y: axis(yTitle, yLog, yOf) },
      plugins: {
        tooltip: {
          callbacks: {
            label: (item) => item.raw.point ? pointName(item.raw.point) + ': ' + xTitle + ' ' +
              significant(item.raw.x, 5) + ', ' + yTitle + ' ' + significant(item.raw.y, 5) : '',
          },
        },
      },
    },
  });
}

function sweepPlot(id, points, x, y) {
  const options = Object.entries(sweepFigures)
    .filter(([, [, of]]) => points.some((point) => of(point) !== null && !Number.isNaN(of(point))))
    .map(([key, [title]]) => [key, title]);
  const networks = [...new Set(points.map((point) => point.model))];
  let ready = false;
  const choose = {};
  const update = () => {
    if (!ready) return;
    const network = choose.network.select.value;
    const shown = network === '' ? points : points.filter((point) => point.model === network);
    drawSweep(id, shown, choose.x.select.value, choose.y.select.value, choose.by.select.value);
  };
  choose.network = choice('network',
    [...(networks.length > 1 ? [['', 'all']] : []), ...networks.map((name) => [name, shortName(name)])],
    update);
  choose.x = choice('across', options, update);
  choose.y = choice('up', options, update);
  choose.by = choice('colour', [['bits', 'precision'], ['model', 'network'], ['machine', 'machine']], update);
  choose.x.select.value = x;
  choose.y.select.value = y;
  // Networks of one task can be held against each other by accuracy, others only by themselves.
  if (y !== 'accuracy') choose.network.select.value = networks[0];
  const box = element('div', {},
    element('div', { class: 'controls' }, choose.x.box, choose.y.box, choose.by.box,
      choose.network.box),
    chartBox(id, 420));
  return { box, start: () => { ready = true; update(); } };
}

/** Of [key, title] those in which the points differ. */
const varying = (points, keys) =>
  keys.filter(([key]) => new Set(points.map((point) => point[key])).size > 1);

function pointColumns(points) {
  return [
    words('network', (point) => point.model), words('bits', (point) => point.bits),
    words('machine', (point) => point.machine),
    ...varying(points, [['width', 'width'], ['residual', 'residual'], ['contract', 'contract'],
      ['memory_latency', 'memory latency'], ['memory_bytes_per_cycle', 'memory B/cycle']])
      .map(([key, title]) => words(title, (point) => String(point[key] ?? ''))),
    ...Object.values(sweepFigures).map(([title, of]) =>
      figure(title, of, (value) => Number.isInteger(value) ? count(value) : significant(value, 5))),
    words('build', (point) => point.build || ''), words('verify', (point) => point.verify),
  ];
}

function addSweeps() {
  data.sweeps.forEach((entry, i) => {
    const { points, refused } = entry.sweep;
    const accurate = points.some((point) => point.accuracy);
    const plots = accurate ? [['cycles', 'accuracy'], ['energy', 'accuracy']]
      : [['cycles', 'energy'], ['size', 'cycles']];
    const made = plots.map(([x, y], k) => sweepPlot('sweep-' + i + '-' + k, points, x, y));
    section('sweep-section-' + i, 'Sweep: ' + entry.file,
      note(count(points.length) + ' points' + (refused.length
        ? ', and ' + count(sum(refused.map((one) => one.points))) + ' combinations that were refused (they are in the file)' : '') +
        '. The line joins points that no other one beats in both figures.' +
        (new Set(points.map((point) => point.machine)).size <= marks.length
          ? ' A machine is a mark: ' + [...new Set(points.map((point) => point.machine))]
            .map((name, k) => name + ' ' + marks[k]).join(', ') + '.' : '') +
        (accurate ? ' Vertical lines are 95 % intervals of the accuracy.' : '')),
      element('div', { class: 'two' }, ...made.map((plot) => plot.box)),
      element('h3', {}, 'Points, each with the commands that build and verify it'),
      table(pointColumns(points), points));
    made.forEach((plot) => plot.start());
  });
}
