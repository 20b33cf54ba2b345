// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// When load, array, post-processor and store worked.
'use strict';

const units = [['load', 'load'], ['array', 'array'], ['post_processor', 'post-processor'],
  ['store', 'store']];

/** Bars a window is drawn with at most, per unit: more than a screen has columns. */
const resolution = 1500;

/** Spans of a unit in [from, to), those of a layer joined where no eye could part them. */
function spansIn(run, unit, from, to) {
  const gap = (to - from) / resolution;
  const open = new Map();
  const spans = [];
  for (let i = 0; i < unit.start.length; i += 1) {
    const start = Math.max(unit.start[i], from);
    const end = Math.min(unit.end[i] ?? run.total.cycles, to); // none: the run ended before
    if (end <= start) continue;
    const last = open.get(unit.layer[i]);
    if (last && start - last.end <= gap && start >= last.start) {
      last.end = Math.max(last.end, end);
    } else {
      const span = { layer: unit.layer[i], start, end };
      open.set(unit.layer[i], span);
      spans.push(span);
    }
  }
  return spans;
}

function drawTimeline(run, from, to) {
  const labels = units.map(([, label]) => label);
  const bars = units.flatMap(([key, label]) => spansIn(run, run.timeline[key], from, to)
    .map((span) => ({ x: [span.start, span.end], y: label, layer: span.layer })));
  const name = (index) => {
    const found = run.layers.find((layer) => layer.index === index);
    return found ? layerLabel(found) : 'no layer';
  };
  draw('timeline', {
    type: 'bar',
    data: {
      labels,
      datasets: [{
        data: bars, barPercentage: 0.95, categoryPercentage: 0.9, minBarLength: 1,
        backgroundColor: bars.map((bar) =>
          bar.layer === null ? '#bbbbbb' : palette[bar.layer % (palette.length - 1)]),
      }],
    },
    options: {
      indexAxis: 'y',
      scales: { x: { type: 'linear', min: from, max: to, title: axisTitle('cycle') } },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: (items) => items[0].raw.y,
            label: (item) => name(item.raw.layer) + ': cycles ' + count(item.raw.x[0]) + ' to ' +
              count(item.raw.x[1]),
          },
        },
      },
    },
  });
}

/** The cycles that each layer owns: [from, to). */
function ownedCycles(run) {
  let end = 0;
  return run.layers.map((layer) => {
    const from = end;
    end += layer.cycles;
    return [from, end];
  });
}

function addTimeline(entries, names) {
  const able = entries.map((entry, i) => [i, names[i]]).filter(([i]) => entries[i].run.timeline);
  if (able.length === 0) return;
  let run = null;
  let from = 0;
  let to = 0;
  const layers = element('select', { 'aria-label': 'layer' });
  const show = (a, b) => {
    const width = Math.min(Math.max(Math.round(b - a), 50), run.total.cycles);
    from = Math.min(Math.max(Math.round(a), 0), run.total.cycles - width);
    to = from + width;
    drawTimeline(run, from, to);
  };
  const button = (text, a, b) => element('button', {
    type: 'button', onclick: () => show(from + a * (to - from), from + b * (to - from)),
  }, text);
  layers.addEventListener('change', () => {
    const [a, b] = layers.value === '' ? [0, run.total.cycles] : ownedCycles(run)[layers.value];
    show(a, b);
  });
  const choose = choice('run', able, (i) => {
    run = entries[i].run;
    layers.replaceChildren(element('option', { value: '' }, 'whole run'),
      ...run.layers.map((layer, k) => element('option', { value: k }, layerLabel(layer))));
    show(0, run.total.cycles);
  });
  section('timeline-section', 'Timeline',
    note('A colour is a layer. A layer shows the cycles that it owns; its loads may lie before them.'),
    element('div', { class: 'controls' }, choose.box, element('label', {}, 'show ', layers),
      button('zoom in', 0.25, 0.75), button('zoom out', -0.5, 1.5), button('earlier', -0.5, 0.5),
      button('later', 0.5, 1.5)),
    chartBox('timeline', 230));
  choose.start();
}
