/**
 * Blocks that cover what must not be seen (遮挡): faces, identity and bank numbers. Pure; in pixels of the kept picture.
 *
 * Blocks lie on the picture's own 16-pixel cells, always outwards: a JPEG is put together of such cells, so none holds both
 * something covered and something seen.
 */

export const CELL = 16;

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Block
 * @typedef {{width: number, height: number, blocks: Block[], past: Block[][], undone: Block[][]}} Mask  of a picture of that size
 */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Mask}
 */
export function newMask(width, height) {
  return { width, height, blocks: [], past: [], undone: [] };
}

/**
 * The block that covers everything between two corners.
 * @param {{width: number, height: number}} picture
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {Block}
 */
export function blockBetween(picture, from, to) {
  const across = covered(picture.width, from.x, to.x);
  const down = covered(picture.height, from.y, to.y);
  return { x: across.start, y: down.start, width: across.end - across.start, height: down.end - down.start };
}

/**
 * A block in the middle of what is looked at, a quarter as wide: the beginning for whoever moves it by keys.
 * @param {{width: number, height: number}} picture
 * @param {Block} seen the part of the picture that is looked at
 */
export function blockInSight(picture, seen) {
  const middle = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
  return blockBetween(picture, { x: middle.x - seen.width / 8, y: middle.y - seen.height / 16 },
    { x: middle.x + seen.width / 8, y: middle.y + seen.height / 16 });
}

/**
 * @param {Mask} mask
 * @param {Block} block
 */
export function withBlock(mask, block) {
  return changed(mask, [...mask.blocks, block]);
}

/**
 * @param {Mask} mask
 * @param {number} at
 */
export function withoutBlock(mask, at) {
  return changed(mask, mask.blocks.filter((_, place) => place !== at));
}

/**
 * A block moved by whole cells, never out of the picture.
 * @param {Mask} mask
 * @param {number} at
 * @param {{right: number, down: number}} by cells
 */
export function moved(mask, at, { right, down }) {
  const { x, y, width, height } = mask.blocks[at];
  return replaced(mask, at, {
    x: Math.max(0, Math.min(x + right * CELL, cellsEnd(mask.width) - width)),
    y: Math.max(0, Math.min(y + down * CELL, cellsEnd(mask.height) - height)), width, height,
  });
}

/**
 * A block made larger or smaller by whole cells at its right and lower edge, one cell at least.
 * @param {Mask} mask
 * @param {number} at
 * @param {{right: number, down: number}} by cells
 */
export function resized(mask, at, { right, down }) {
  const { x, y, width, height } = mask.blocks[at];
  return replaced(mask, at, {
    x, y, width: Math.max(CELL, Math.min(width + right * CELL, cellsEnd(mask.width) - x)),
    height: Math.max(CELL, Math.min(height + down * CELL, cellsEnd(mask.height) - y)),
  });
}

/** @param {Mask} mask */
export function undone(mask) {
  const before = mask.past.at(-1);
  if (!before) return mask;
  return { ...mask, blocks: before, past: mask.past.slice(0, -1), undone: [...mask.undone, mask.blocks] };
}

/** @param {Mask} mask */
export function redone(mask) {
  const after = mask.undone.at(-1);
  if (!after) return mask;
  return { ...mask, blocks: after, past: [...mask.past, mask.blocks], undone: mask.undone.slice(0, -1) };
}

/**
 * @param {Mask} mask
 * @param {number} at
 * @param {Block} block
 */
function replaced(mask, at, block) {
  const same = Object.entries(mask.blocks[at]).every(([name, value]) => block[/** @type {keyof Block} */ (name)] === value);
  return same ? mask : changed(mask, mask.blocks.map((one, place) => (place === at ? block : one)));
}

/**
 * @param {Mask} mask
 * @param {Block[]} blocks
 * @returns {Mask}
 */
function changed(mask, blocks) {
  return { ...mask, blocks, past: [...mask.past, mask.blocks], undone: [] };
}

/**
 * @param {number} length of the picture
 * @param {number} one
 * @param {number} other
 */
function covered(length, one, other) {
  const inside = (/** @type {number} */ at) => Math.max(0, Math.min(at, length));
  const start = Math.min(Math.floor(inside(Math.min(one, other)) / CELL) * CELL, cellsEnd(length) - CELL);
  return { start, end: Math.max(Math.ceil(inside(Math.max(one, other)) / CELL) * CELL, start + CELL) };
}

/**
 * Where the last cell ends; it may reach beyond the picture.
 * @param {number} length
 */
function cellsEnd(length) {
  return Math.ceil(length / CELL) * CELL;
}
