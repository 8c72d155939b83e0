/** A QR code drawn on this phone, without a network. */

import { generate } from 'lean-qr';
import { html } from 'lit-html';

/** Blank modules around the code, without which cameras do not find it (ISO/IEC 18004). */
const QUIET = 4;

/**
 * @param {string} text what it says
 * @param {string} label for those who do not see it
 */
export function qrCode(text, label) {
  const code = generate(text);
  const side = code.size + 2 * QUIET;
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${label}><path d=${path}></path></svg>`;
}
