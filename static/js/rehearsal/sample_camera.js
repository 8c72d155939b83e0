/** A camera for a rehearsal: a canvas that draws a scene and its moment, as a stream of pictures. */

import { drawScene, SCENE_HEIGHT, SCENE_WIDTH } from './scene.js';

/** @import { Scene } from './scene.js' */

const PICTURES_A_SECOND = 8;

/**
 * A stream that draws what `scene` says until its tracks are stopped.
 * @param {() => Scene} scene
 * @returns {MediaStream}
 */
export function sampleStream(scene) {
  const { canvas, context } = sceneCanvas();
  drawScene(context, scene());
  const stream = canvas.captureStream(PICTURES_A_SECOND);
  const timer = setInterval(() => (stream.active ? drawScene(context, scene()) : clearInterval(timer)), 1000 / PICTURES_A_SECOND);
  return stream;
}

/**
 * One picture of a scene.
 * @param {Scene} scene
 * @returns {Promise<ImageBitmap>}
 */
export function samplePicture(scene) {
  const { canvas, context } = sceneCanvas();
  drawScene(context, scene);
  return createImageBitmap(canvas);
}

function sceneCanvas() {
  const canvas = Object.assign(document.createElement('canvas'), { width: SCENE_WIDTH, height: SCENE_HEIGHT });
  return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')) };
}
