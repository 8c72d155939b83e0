/** What is missing has the rules' own reasons: tests/rules/coverage_cases.json is run here too, where a phone can know. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { coreQuestions } from '../../static/js/model/checklist.js';
import { missing, needsOf } from '../../static/js/model/missing.js';
import { visitPlace } from '../../static/js/model/place.js';
import { foldLine } from '../../static/js/model/visit.js';
import { CHECKLIST, DECLARED, OPENED, PLACE, VISIT } from './phone.js';

const { params: PARAMS, cases: CASES } = JSON.parse(readFileSync(new URL('../rules/coverage_cases.json', import.meta.url), 'utf8'));
const BOOK = JSON.parse(readFileSync(new URL('../rules/visit_cases.json', import.meta.url), 'utf8'));
const AT = '2026-11-23T01:00:00.000Z';
const SQUARE = { type: 'Polygon', coordinates: [[[112, 30], [112.1, 30], [112.1, 30.1], [112, 30.1], [112, 30]]] };
const GROUND = { outline: SQUARE, boundary_error_m: 0 };
/** What the office alone knows: whether it was reviewed, a place is confirmed, somebody is recused. */
const OFFICE = ['not_reviewed', 'recused'];

const said = (kind, body, minute = 0) => ({ kind, visit: VISIT, at: later(minute), body });
const later = (minutes) => new Date(Date.parse(AT) + minutes * 60000).toISOString();
const folded = (...messages) => messages.reduce((state, one) => foldLine(state, one, PLACE), null);
const opened = (declarations = DECLARED) => said('visit.opened', { ...OPENED.body, declarations });
const house = (n, type = 'poor', more = {}) => said('household.recorded', { household: `h${n}`, number: n, type, selection: 'random', outcome: 'complete', ...more });
const photo = (kind, household, source = 'camera') => said('photo.taken', { photo: `p${kind}${household}`, sha256: 's', sealed_sha256: 'z', kind, household, source });
const companion = said('companion.confirmed', { inspector: 'a2', how: 'code', proof: '0'.repeat(64) });
const fix = (minute, lon = 112.05, lat = 30.05, acc = 20) => said('fix.taken', { fix: `f${minute}`, purpose: 'watch', lon, lat, acc, t: later(minute) }, minute);
const core = (values = {}) => said('answers.recorded', {
  level: 'village',
  answers: coreQuestions(CHECKLIST, 'village', {}, {}).map(({ code }) => (
    code in values ? { code, state: 'answered', value: values[code] } : { code, state: 'na', reason_private: 'hash' })),
});
const reasons = (visit, minutes = 60, ground = GROUND) => missing(visit, CHECKLIST, needsOf(PARAMS), Date.parse(later(minutes)), ground).flatMap((one) => one.reasons);

/** A phone's visit out of a case's evidence. */
function visitOf({ inspectors, declared_ok, place_photo, core_complete, fixes, hh, V44 = [] }) {
  return folded(
    opened({ ...DECLARED, not_escorted: declared_ok }),
    ...(inspectors > 1 ? [companion] : []),
    ...fixes.map(({ t, lon, lat, acc }) => fix(t, lon, lat, acc)),
    ...hh.flatMap(({ type }, at) => [house(at, type), photo('house', `h${at}`)]),
    ...(core_complete ? [core({ V44 })] : []),
    ...(place_photo ? [photo('place', null)] : []),
  );
}

test('a phone names the same reasons as the rules, case by case', () => {
  const known = CASES.filter(({ visits }) => visits.length === 1 && visits[0].type === 'covert' && visits[0].state !== 'rejected');
  assert.ok(known.length >= 13);
  for (const { id, polygon, visits: [evidence], expected } of known) {
    const ground = { outline: polygon && { type: 'Polygon', coordinates: [[...polygon, polygon[0]]] }, boundary_error_m: 0 };
    const last = Math.max(55, ...evidence.fixes.map((one) => one.t));
    const minutes = evidence.fixes.length && expected.reasons.includes('duration') ? evidence.fixes.at(-1).t : last;
    const found = reasons(visitOf(evidence), minutes, ground).filter((one) => !(evidence.location_confirmed && /nofix|border|nopolygon/.test(one)));
    assert.deepEqual(found, expected.reasons.filter((one) => !OFFICE.includes(one)), id);
  }
});

test('line by line a phone and the server find the same things missing', () => {
  for (const { name, leave = [], change = {}, add = [], declared = {}, answers = {}, reasons: expected } of BOOK.cases) {
    const lines = [...BOOK.good, ...add].filter(({ id }) => !leave.includes(id)).sort((one, other) => one.minute - other.minute)
      .map(({ id, minute, kind, core: whole, body }) => (whole ? { ...core(answers), at: later(minute) } : said(kind, {
        ...body, ...change[id], ...(kind === 'visit.opened' ? { declarations: { ...DECLARED, ...declared } } : {}),
      }, minute)));
    const visit = folded(...lines, fix(0), fix(59));
    assert.deepEqual([...new Set(reasons(visit, 60))].sort(), [...expected].sort(), name);
  }
});

test('a fresh visit lacks everything but what the office decides, the next thing first', () => {
  assert.deepEqual(reasons(folded(opened()), 0), [
    'households', 'township_households', 'township_listed', 'township_other', 'core', 'place_photo', 'inspectors', 'location_nofix', 'duration']);
});

test('only complete, covert, unwatched households with a photo or a reason count', () => {
  const lacks = (...messages) => missing(folded(opened(), ...messages), CHECKLIST, needsOf(PARAMS), Date.parse(AT), GROUND)
    .filter((one) => one.reasons.includes('households')).map((one) => [one.key, one.values.n ?? one.values.number]);
  const cadre = said('cadre.arrived', {});
  assert.deepEqual(lacks(house(1, 'poor', { outcome: 'not_home' }), said('identity.disclosed', {}), house(2)), [['households_late', 3]]);
  assert.deepEqual(lacks(house(1), house(2, 'poor', { photo_refused_private: 'f'.repeat(64) })), [['households', 1], ['household_photo', 1]]);
  assert.deepEqual(lacks(house(1, 'poor', { alone: false }), photo('house', 'h1'), cadre, house(2, 'poor', { alone: false }), house(3), photo('house', 'h3')), [['households', 1]]);
});

test('a household without a photo counts for the township once the reason is given', () => {
  const listed = (...messages) => missing(folded(opened(), ...messages), CHECKLIST, needsOf(PARAMS), Date.parse(AT), GROUND)
    .flatMap((one) => one.parts ?? []).find((one) => one.key === 'township_listed')?.values.n;
  assert.deepEqual([listed(house(1)), listed(house(1, 'poor', { photo_refused_private: 'f'.repeat(64) }))], [2, 1]);
});

test('a visit is where enough of its positions are, and nowhere with more than a fifth of them outside', () => {
  const { accuracy, outsideShare, border, fixes } = needsOf(PARAMS);
  const place = (...points) => visitPlace(points.map(([lon, acc = 20]) => ({ lon, lat: 30.05, acc })), SQUARE, 0, { accuracy, outsideShare, border, fixes });
  const [inside, edge, outside] = [[112.05], [112.101], [112.2]];
  assert.equal(place(inside, inside, inside, inside, outside), 'inside');
  assert.equal(place(inside, inside, inside, outside), 'outside');
  assert.equal(place(inside, edge), 'border');
  assert.equal(place(inside, [112.05, 180]), 'nofix');
});

test('what the team itself marked is left to the review, in its own words, and ends nothing', () => {
  const marked = folded(opened(), said('visit.doubted', { reason: 'leak' }), core({ V44: ['leak'] }));
  const later = missing(marked, CHECKLIST, needsOf(PARAMS), Date.parse(AT), GROUND).filter((one) => !one.here);
  assert.deepEqual(later.map(({ key, reasons: codes, go }) => [key, codes, go]), [['doubted', ['compromised'], null]]);
});

test('a place photo out of the gallery does not stand for the place', () => {
  assert.ok(reasons(folded(opened(), photo('place', null, 'file'))).includes('place_photo'));
  assert.ok(!reasons(folded(opened(), photo('place', null))).includes('place_photo'));
});

test('what only the review can settle is told apart and offers no way there', () => {
  const visit = folded(opened({ ...DECLARED, direct_entry: false }), fix(0), fix(40));
  const later = missing(visit, CHECKLIST, needsOf(PARAMS), Date.parse(AT), null).filter((one) => !one.here);
  assert.deepEqual(later.map((one) => [one.reasons[0], one.go]), [['location_nopolygon', null], ['compromised', null]]);
});

test('a visit that was sealed and returned lacks only what it lacked, with answers and places sealed away', () => {
  const before = [opened(), companion, fix(0), fix(40), core({ V10: 'no' }), house(1), photo('house', 'h1')];
  const mending = folded(...before, said('visit.sealed', { photos: [], declarations: DECLARED, heads: [] }, 50), said('visit.reopened', { returned: 'line' }, 90));
  assert.deepEqual([mending.state, mending.returned, mending.ended_at], ['open', 'line', null]);
  assert.deepEqual(reasons(mending, 90), reasons(folded(...before), 90));
  assert.deepEqual(reasons(folded(...before), 90), ['households', 'township_households', 'township_listed', 'township_other', 'place_photo']);
});

test('the round’s own thresholds are the ones that hold', () => {
  const lax = needsOf({ visit_min_hh: 1, min_minutes: 0, min_inspectors: 1, twp_min_hh: 1, twp_min_listed: 1, twp_min_other: 0 });
  const visit = folded(opened(), fix(0), fix(1), core(), house(1), photo('house', 'h1'), photo('place', null));
  assert.deepEqual(missing(visit, CHECKLIST, lax, Date.parse(AT), GROUND), []);
});

test('after disclosure nobody is sent to households that would not count', () => {
  const late = missing(folded(opened(), said('identity.disclosed', {})), CHECKLIST, needsOf({}), Date.parse(AT), GROUND);
  assert.deepEqual(late.filter((one) => one.go?.screen === 'household'), []);
  assert.deepEqual(late.find((one) => one.key === 'households_late')?.values, { n: 3 });
});

test('a waived village asks for no more listed households than it has, another village for all of them', () => {
  const visit = visitOf({ inspectors: 2, declared_ok: true, place_photo: true, core_complete: true, fixes: [],
    hh: ['poor', 'edge', 'edge', 'general', 'general'].map((type) => ({ type })) });
  const lacking = (waived) => missing({ ...visit, village: 'v1' }, CHECKLIST, needsOf({ ...PARAMS, waived }), Date.parse(later(60)), GROUND)
    .flatMap((one) => one.reasons).filter((reason) => reason.startsWith('township'));
  assert.deepEqual([lacking({ v1: 1 }), lacking({ v2: 1 }), lacking(undefined)], [[], ['township_listed'], ['township_listed']]);
});
