/** The mark of each status, drawn: it says without colour what the fill says. The same shapes as `_marks.html`. */

/**
 * @typedef {import('./coverage.js').Status} Status
 * @typedef {Record<Status, string>} ByStatus
 * @typedef {object} Palette colours of the theme in use
 * @property {ByStatus} fill
 * @property {ByStatus} on the mark's own colour upon its fill
 * @property {string} ink
 * @property {string} paper
 * @property {string} line
 * @property {string} accent
 * @property {string} alert
 * @property {string} stale
 * @property {string} hatch
 */

const HATCH_PX = 8;

/**
 * Draw ◆ ● ◐ ○ – around a point.
 * @param {CanvasRenderingContext2D} context
 * @param {Status} status
 * @param {{x: number, y: number}} at pixels
 * @param {number} r half the mark's width, pixels
 * @param {string} colour
 */
export function drawMark(context, status, { x, y }, r, colour) {
  context.save();
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, r / 4);
  context.beginPath();
  if (status === 'covered_both') {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y);
    context.lineTo(x, y + r);
    context.lineTo(x - r, y);
    context.fill();
  } else if (status === 'excluded') {
    context.moveTo(x - r * 0.7, y);
    context.lineTo(x + r * 0.7, y);
    context.stroke();
  } else {
    context.arc(x, y, r * 0.8, 0, 2 * Math.PI);
    if (status === 'covered') context.fill();
    else context.stroke();
    if (status === 'visited_unverified') {
      context.beginPath();
      context.arc(x, y, r * 0.8, Math.PI / 2, Math.PI * 1.5);
      context.fill();
    }
  }
  context.restore();
}

/**
 * A ring with an exclamation mark around a mark: 存疑, compromised.
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number}} at
 * @param {number} r
 * @param {string} colour
 */
export function drawDoubt(context, { x, y }, r, colour) {
  context.save();
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, r + 2, 0, 2 * Math.PI);
  context.stroke();
  context.font = `700 ${Math.round(r * 2)}px sans-serif`;
  context.fillText('!', x + r + 5, y + r * 0.7);
  context.restore();
}

/**
 * Diagonal lines on a fill: 不计入, excluded.
 * @param {string} fill
 * @param {string} line
 * @returns {CanvasPattern | string} the plain fill where a browser makes no patterns
 */
export function hatch(fill, line) {
  const tile = document.createElement('canvas');
  tile.width = HATCH_PX;
  tile.height = HATCH_PX;
  const context = tile.getContext('2d');
  if (!context) return fill;
  context.fillStyle = fill;
  context.fillRect(0, 0, HATCH_PX, HATCH_PX);
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    context.beginPath();
    context.moveTo(shift, HATCH_PX);
    context.lineTo(shift + HATCH_PX, 0);
    context.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? fill;
}
