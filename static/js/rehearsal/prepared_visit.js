/**
 * The visit that a rehearsal finds under way: begun 47 minutes ago, four households done, the companion confirmed. It is
 * recorded through the ordinary facts and save points, on a clock that is set back; nothing about it is special but that.
 */

import { companionProof } from '../model/companion.js';
import { fixTaken } from '../model/fix.js';
import { drawn } from '../model/household_draw.js';
import { newInterview } from '../model/interview.js';
import { settle, settledFacts, withRecorded } from '../model/proposal.js';
import { answersRecorded, companionConfirmed, householdDrawn, householdRecorded, visitOpened } from '../model/visit_events.js';
import { currentDevice } from '../store/devices.js';
import { HERE, interviewKey, writeDraft } from '../store/drafts.js';
import { placeOfTask, readPack } from '../store/pack.js';
import { save } from '../store/record.js';
import { writeSetting } from '../store/settings.js';
import { takePhoto } from '../ui/photo_taking.js';
import { sampleNear } from './given_position.js';
import {
  COMPANION_MINUTES, DRAW_MINUTES, FIFTH, HOUSEHOLD_ANSWERS, HOUSEHOLDS, HOUSE_QUESTION, HOUSES, OPENED_MINUTES, VILLAGE_ANSWERS,
  VILLAGE_MINUTES, villageNotes, VILLAGE_PHOTOS,
} from './prepared_answers.js';

/** @import { Source } from '../device/photo_frame.js' */
/** @import { Ports } from '../model/ports.js' */
/** @import { Point } from '../model/place.js' */
/** @import { Assignment, Pack } from '../store/pack.js' */

/**
 * @typedef {object} Rehearsal  what a prepared visit needs to know
 * @property {Ports} ports
 * @property {string} unit the township
 * @property {string} code everybody's companion code in a demonstration
 * @property {string} inspector account of the phone's own inspector
 * @property {string} version of the app
 * @property {string} worker address of the worker that makes pictures
 * @property {Point} point where the households are
 * @property {(house: number) => Promise<Source>} picture
 * @property {(number: number) => string} respondent
 * @property {string} seen the sentence that confirms the one proposal
 * @property {string} noCase why the other one is none
 * @property {string} noPhoto why no photo stands beside the first
 *
 * @typedef {ReturnType<typeof pastClock>} PastClock
 */

const MINUTE_MS = 60000;
/** Some 40 metres: no two households of the prepared visit stand on one spot. */
const BETWEEN_HOUSES_DEGREES = 0.0004;
const DRAW = 1;
const DECLARED = { not_notified: true, not_escorted: true, direct_entry: true };

/**
 * Records the visit on the enrolled phone, whose pack is held already, and leaves the app standing in it. Null where the
 * pack holds no assignment to the township.
 * @param {Rehearsal} given
 * @returns {Promise<string | null>} the visit
 */
export async function prepareVisit(given) {
  const pack = (await readPack())?.pack;
  const task = pack?.assignments.find((one) => one.unit === given.unit);
  if (!pack || !task) return null;
  // What the server gave now would say of lines in the past that their clock is wrong.
  await writeSetting('nonce', '');
  const clock = pastClock(given.ports.clock.now());
  const walk = new Walk({ ...given, ports: { ...given.ports, clock } }, clock, pack, task);
  await walk.open();
  await walk.confirm();
  await walk.draw();
  for (const at of HOUSEHOLDS.keys()) await walk.household(at);
  await walk.village();
  await walk.leaveOpen();
  return walk.visit;
}

/**
 * A clock that is set to minutes before a moment; its session began with the visit.
 * @param {number} now ms since 1970
 */
function pastClock(now) {
  const begin = now - OPENED_MINUTES * MINUTE_MS;
  let at = begin;
  return {
    now: () => at, mono: () => at - begin, session: crypto.randomUUID(),
    /** @param {number} minutes before now */
    setBack: (minutes) => { at = now - Math.round(minutes * MINUTE_MS); },
  };
}

class Walk {
  /**
   * @param {Rehearsal} given
   * @param {PastClock} clock
   * @param {Pack} pack
   * @param {Assignment} task
   */
  constructor(given, clock, pack, task) {
    this.given = given;
    this.clock = clock;
    this.pack = pack;
    this.task = task;
    this.visit = given.ports.crypto.uuid7(clock.now());
    /** @type {number[]} rows drawn, one a household */
    this.rows = [];
    /** @type {Map<string, number>} how many houses down the road a household lives */
    this.houses = new Map();
    this.here = { screen: 'visit', params: { visit: this.visit } };
    this.app = {
      ports: given.ports, photoWorker: given.worker, position: { fix: this.fix.bind(this) },
      save: (/** @type {string} */ visit, /** @type {any} */ change) => save(given.ports, visit, change),
    };
  }

  /**
   * The fix that goes with something, at the moment the clock shows.
   * @param {{purpose: any, household?: string | null}} what
   */
  fix({ purpose, household }) {
    const now = this.clock.now();
    const house = (household && this.houses.get(household)) || 0;
    const { lon, lat } = this.given.point;
    const watch = { since: now, samples: [sampleNear({ lon: lon + house * BETWEEN_HOUSES_DEGREES, lat }, now)] };
    return fixTaken({ fix: this.given.ports.crypto.uuid(), purpose, household }, watch, now);
  }

  async open() {
    const { pack, task, given } = this;
    const village = task.villages[0] ?? null;
    const opened = visitOpened({
      assignment: task.assignment, round: pack.round?.id ?? '', unit: task.unit, village: task.village ?? village?.id ?? null,
      team: task.team, checklist: pack.checklist.version, app: given.version, declarations: DECLARED,
    });
    const place = placeOfTask(task, task.village ? null : village);
    await save(given.ports, this.visit, () => ({ facts: [opened, this.fix({ purpose: 'start' })] }), place);
  }

  async confirm() {
    const { ports, code, inspector } = this.given;
    this.clock.setBack(COMPANION_MINUTES);
    const member = this.pack.members?.find((one) => one.id !== inspector);
    const proof = member && (await companionProof(ports.crypto, member, code, this.visit));
    if (proof) await save(ports, this.visit, () => ({ facts: [companionConfirmed(member.id, proof)] }));
  }

  /** Houses along the way, drawn as the phone draws them. */
  async draw() {
    const { crypto } = this.given.ports;
    const device = (await currentDevice())?.device ?? '';
    this.clock.setBack(DRAW_MINUTES);
    const draw = await drawn({ visit: this.visit, device, draw: DRAW, frame: FIFTH.frame, n: HOUSES }, crypto.sha256);
    this.rows = draw.rows;
    await save(this.given.ports, this.visit, () => ({ facts: [householdDrawn({ ...draw, photo: null })] }));
  }

  /** @param {number} at which of the prepared households */
  async household(at) {
    const { ports, respondent } = this.given;
    const { type, minutes } = HOUSEHOLDS[at];
    const household = ports.crypto.uuid();
    this.houses.set(household, at + 1);
    this.clock.setBack(minutes + 3);
    await this.photo({ kind: 'house', household, question: HOUSE_QUESTION }, at);
    this.clock.setBack(minutes);
    const fix = this.fix({ purpose: 'household', household });
    await save(ports, this.visit, () => ({
      facts: [fix, householdRecorded({
        household, number: at + 1, type, selection: FIFTH.selection, frame: FIFTH.frame, draw: DRAW, row: this.rows[at],
        outcome: 'complete', fix: fix?.body.fix,
        respondent: respondent(at + 1),
      }), answersRecorded('household', household, HOUSEHOLD_ANSWERS)],
    }));
  }

  async village() {
    const { visit } = this;
    for (const [at, slot] of VILLAGE_PHOTOS.entries()) {
      this.clock.setBack(VILLAGE_MINUTES + 2 - at);
      await this.photo({ ...slot, household: null }, HOUSEHOLDS.length + at);
    }
    this.clock.setBack(VILLAGE_MINUTES);
    const fresh = newInterview({ level: 'village', visit, checklist: this.pack.checklist.version });
    const interview = { ...fresh, answers: VILLAGE_ANSWERS, notes: villageNotes(this.given.seen, this.given.noCase, this.given.noPhoto) };
    const settled = settle(interview, this.pack.checklist, this.given.ports.crypto.uuid);
    const draft = withRecorded(interview, VILLAGE_ANSWERS, settled);
    await save(this.given.ports, visit, (open) => ({
      facts: [answersRecorded('village', null, VILLAGE_ANSWERS), ...settledFacts(settled, open)], drafts: { [interviewKey(visit, null)]: draft },
    }));
  }

  /** The fifth household stands at its door, and the app stands at the visit. */
  async leaveOpen() {
    const { visit } = this;
    const household = this.given.ports.crypto.uuid();
    const interview = newInterview({
      level: 'household', visit, household, number: HOUSEHOLDS.length + 1, checklist: this.pack.checklist.version });
    await writeDraft(interviewKey(visit, household), {
      ...interview, choices: { ...FIFTH }, place: { draw: DRAW, row: this.rows[HOUSEHOLDS.length] } });
    await writeDraft(HERE, this.here);
  }

  /**
   * @param {{kind: string, household: string | null, question: string}} slot
   * @param {number} house which drawn house the picture shows
   */
  async photo(slot, house) {
    await takePhoto(this.app, { ...slot, visit: this.visit, source: 'demo' }, () => this.given.picture(house), () => this.here);
  }
}
