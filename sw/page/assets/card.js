// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Quantization cards, as `halfbyte card --json` writes them.
'use strict';

function cardText(value, missing) {
  if (value === null || value === undefined) return missing;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? grouped(value) : significant(value, 7);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cardSection(part) {
  const rows = part.fields.map((field) => {
    const note = field.note ? field.value === null ? field.note : ' (' + field.note + ')' : '';
    const value = field.value === null && note ? '' : cardText(field.value, 'not stated');
    return element('tr', {}, element('td', { class: 'text' }, field.label),
      element('td', { class: 'text wrap' }, value + note));
  });
  return element('div', {}, element('h3', {}, part.title),
    element('div', { class: 'scroll' }, element('table', {}, element('tbody', {}, ...rows))));
}

/** A table with a column for each key of its objects. */
function objectTable(rows) {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return table(keys.map((key) => ({
    title: key.replace(/_/g, ' '), left: typeof rows[0][key] === 'string',
    text: (row) => cardText(row[key], '-'), key: (row) => row[key],
  })), rows);
}

function addCards() {
  data.cards.forEach((entry, i) => {
    const tables = [['layers', 'Layers'], ['additions', 'Additions'],
      ['choices', 'What each choice costs on this machine']]
      .filter(([key]) => (entry.card[key] || []).length > 0)
      .map(([key, title]) => element('div', {}, element('h3', {}, title), objectTable(entry.card[key])));
    section('card-' + i, 'Quantization card: ' + entry.card.model,
      element('div', { class: 'two' }, ...entry.card.sections.map(cardSection)), ...tables);
  });
}
