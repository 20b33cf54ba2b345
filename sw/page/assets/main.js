// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The page from its parts. What went wrong is said on the page, not in a console only.
'use strict';

function build() {
  Chart.defaults.font.family = 'system-ui, sans-serif';
  Chart.defaults.color = '#1c2430';
  const names = shortNames(data.runs);
  const subtitle = data.runs.map(runName);
  document.getElementById('subtitle').textContent = subtitle.length <= 3 ? subtitle.join('; ')
    : subtitle.length + ' runs';
  if (data.runs.length > 0) {
    addSummary(data.runs, names);
    addComparison(data.runs, names);
    addLayers(data.runs, names);
    addActivity(data.runs, names);
    addRoofline(data.runs, names);
    addTimeline(data.runs, names);
  }
  addSweeps();
  addCards();
  addSources();
}

try {
  build();
  document.documentElement.dataset.state = 'drawn';
} catch (error) {
  document.documentElement.dataset.state = 'failed';
  document.getElementById('page').prepend(
    element('p', { class: 'bad' }, 'This page could not be drawn whole: ' + error.message));
  throw error;
}
