/** What `GET /api/v1/coverage` says, and what changed between two answers. Pure. */

/**
 * @typedef {import('./geometry.js').Area} Area
 * @typedef {'covered_both' | 'covered' | 'visited_unverified' | 'unvisited' | 'excluded'} Status
 * @typedef {object} Township
 * @property {string} unit
 * @property {string} name
 * @property {string | null} latin the name in machine pinyin
 * @property {string} county
 * @property {string} county_name
 * @property {string | null} county_latin
 * @property {Status} status
 * @property {string[]} flags
 * @typedef {{type: 'Feature', properties: Township, geometry: Area}} Feature
 * @typedef {{features: Feature[]}} Coverage
 */

/**
 * The townships whose status or flags are not what they were; none on the first answer.
 * @param {Coverage | null} before
 * @param {Coverage} after
 * @returns {Township[]}
 */
export function changedTownships(before, after) {
  if (!before) return [];
  const known = new Map(before.features.map(({ properties }) => [properties.unit, standing(properties)]));
  return after.features.map((feature) => feature.properties)
    .filter((township) => known.get(township.unit) !== standing(township));
}

/** @param {Township} township */
function standing(township) {
  return [township.status, ...township.flags].join();
}

/**
 * A place's name for this reader: machine pinyin stands beside the Chinese for readers of English.
 * @param {string} name
 * @param {string | null} latin
 * @param {string} language
 */
export function placeName(name, latin, language) {
  return language === 'zh' || !latin ? name : `${name} ${latin}`;
}
