/** The picture that a rehearsal's camera shows: a drawn village, marked as a demonstration (演示) in its pixels. */

export const SCENE_WIDTH = 1280;
export const SCENE_HEIGHT = 960;

/** Wall, roof and field of one place after another, so that no two houses look alike. */
const COLOURS = [
  ['#E9DCC3', '#8C4A36', '#9DB37A'], ['#D8D9D0', '#55666B', '#B7BE7E'], ['#EAD0B0', '#7A5A3C', '#8FAE84'],
  ['#F0E6D2', '#9C6B3F', '#A9B987'], ['#DCE3DD', '#6B4438', '#93A870'],
];
const MARK = '#A6264F';

/**
 * @typedef {{sign: string, mark: string, written: string, house: number}} Scene  `sign` stands on the village's stone,
 *   `mark` says that it is drawn, `written` (a moment, a number) makes each picture another
 */

/**
 * @param {CanvasRenderingContext2D} context of a canvas of SCENE_WIDTH × SCENE_HEIGHT
 * @param {Scene} scene
 */
export function drawScene(context, { sign, mark, written, house }) {
  const [wall, roof, field] = COLOURS[house % COLOURS.length];
  fill(context, '#DCE9EC', [[0, 0], [1280, 0], [1280, 620], [0, 620]]);
  fill(context, '#A8BFB4', [[0, 470], [260, 330], [520, 450], [820, 300], [1280, 460], [1280, 640], [0, 640]]);
  fill(context, field, [[0, 560], [1280, 560], [1280, 960], [0, 960]]);
  fill(context, '#CDBF9F', [[560, 960], [640, 600], [700, 600], [860, 960]]);
  drawHouse(context, wall, roof, house);
  drawStone(context, sign);
  context.fillStyle = 'rgb(251 250 246 / 0.88)';
  context.fillRect(0, 864, 1280, 96);
  context.fillStyle = MARK;
  write(context, mark, 40, 912, 44, 'left');
  write(context, written, 1240, 912, 36, 'right');
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} wall
 * @param {string} roof
 * @param {number} house
 */
function drawHouse(context, wall, roof, house) {
  const left = 700 + (house % 3) * 40;
  fill(context, wall, [[left, 400], [left + 400, 400], [left + 400, 690], [left, 690]]);
  fill(context, roof, [[left - 40, 410], [left + 60, 290], [left + 340, 290], [left + 440, 410]]);
  fill(context, '#5B4636', [[left + 160, 520], [left + 240, 520], [left + 240, 690], [left + 160, 690]]);
  for (const x of [left + 50, left + 290]) {
    fill(context, '#FBFAF6', [[x, 500], [x + 64, 500], [x + 64, 570], [x, 570]]);
    fill(context, '#9FB2B4', [[x + 8, 508], [x + 56, 508], [x + 56, 562], [x + 8, 562]]);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} sign
 */
function drawStone(context, sign) {
  fill(context, '#C9C8C3', [[120, 800], [140, 600], [200, 548], [500, 548], [560, 610], [576, 800]]);
  fill(context, '#A9A8A2', [[100, 800], [596, 800], [596, 832], [100, 832]]);
  context.fillStyle = MARK;
  write(context, sign, 348, 690, 60, 'center', 380);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {number[][]} corners
 */
function fill(context, colour, corners) {
  context.fillStyle = colour;
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {CanvasTextAlign} align
 * @param {number} [widest]
 */
function write(context, words, x, y, size, align, widest) {
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillText(words, x, y, widest);
}
