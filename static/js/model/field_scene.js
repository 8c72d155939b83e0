/** What the phone's map (手机地图) draws, made of the day's pack and a position. Pure. */

/** @import { Sample } from './fix.js' */
/** @import { Geometry, Point } from './place.js' */

/**
 * @typedef {'covered_both' | 'covered' | 'visited_unverified' | 'unvisited' | 'excluded'} Status
 * @typedef {{unit: string, name: string, latin: string | null, status: Status, outline: Geometry, own: boolean}} Ground  a
 *   township; `own`: the task's
 * @typedef {{lon: number, lat: number, name: string, chosen: boolean}} Spot  a village whose place is known
 * @typedef {{grounds: Ground[], spots: Spot[], here: {lon: number, lat: number, acc: number} | null, latin: boolean}} Scene
 * @typedef {{show: (scene: Scene) => void, whole: () => void, toHere: () => void, zoom: (step: 1 | -1) => void, remove: () => void}} Picture
 *   what draws scenes
 *
 * @typedef {{unit: string, unit_name: string, unit_latin?: string | null, outline: Geometry | null,
 *   villages: {id: string, name: string, lon?: number | null, lat?: number | null}[]}} Task
 * @typedef {{unit: string, name: string, latin: string | null, status: Status, outline: Geometry | null}} Township
 */

/**
 * @param {{task: Task | null, tasks: Task[], townships: Township[], chosen: string | null, best: Sample | null, latin: boolean}} given
 * @returns {Scene}
 */
export function fieldScene({ task, tasks, townships, chosen, best, latin }) {
  const outlines = new Map(tasks.map((one) => [one.unit, one.outline]));
  /** @type {Ground[]} */
  const grounds = townships.flatMap(({ unit, name, latin: other, status, outline: own }) => {
    const outline = own ?? outlines.get(unit);
    return outline ? [{ unit, name, latin: other, status, outline, own: unit === task?.unit }] : [];
  });
  // A pack of an earlier server has the task's own outline alone.
  if (task?.outline && !grounds.some((one) => one.own)) {
    grounds.push({ unit: task.unit, name: task.unit_name, latin: task.unit_latin ?? null, status: 'unvisited', outline: task.outline, own: true });
  }
  return {
    grounds, latin, here: best && { lon: best.lon, lat: best.lat, acc: best.acc },
    spots: (task?.villages ?? []).flatMap((one) => {
      const point = pointOf(one);
      return point ? [{ ...point, name: one.name, chosen: one.id === chosen }] : [];
    }),
  };
}

/**
 * Where a village lies, or null: no point is ever made up.
 * @param {{lon?: number | null, lat?: number | null}} village
 * @returns {Point | null}
 */
export function pointOf({ lon, lat }) {
  return typeof lon === 'number' && typeof lat === 'number' ? { lon, lat } : null;
}
