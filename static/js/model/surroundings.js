/** Whether this browser can keep field work at all, and how a phone is told who it is. Pure. */

/**
 * In-app views lose storage and reload after the camera (pitfall 4), and nothing that a page can ask tells so: they are
 * known by their names alone.
 */
const IN_APP = [
  ['wechat', /MicroMessenger/i],
  ['qq', /\bQQ\//i],
  ['weibo', /Weibo/i],
  ['dingtalk', /DingTalk/i],
  ['alipay', /AlipayClient/i],
  ['feishu', /Lark\/|Feishu/i],
  ['baidu', /baiduboxapp/i],
  ['webview', /; wv\)/],
];
/** Browsers of their own that are refused only where they lack something, and are then called by name. */
const OTHERS = [['uc', /UCBrowser|UCWEB/i], ['qq_browser', /MQQBrowser/i]];
/** Apps whose menu is the dots at the top right. */
export const NAMED = /** @type {const} */ (['wechat', 'qq', 'weibo', 'dingtalk', 'alipay', 'feishu', 'baidu', 'uc', 'qq_browser']);

/**
 * Why this page must not take field work, as a text key part, or null where it may.
 * @param {{userAgent: string, secure: boolean, able: boolean}} here `able`: storage, crypto and locks of today exist
 * @returns {'insecure' | 'in_app' | 'too_old' | null}
 */
export function unfitReason({ userAgent, secure, able }) {
  if (inAppView(userAgent)) return 'in_app';
  if (!secure) return 'insecure';
  return able ? null : 'too_old';
}

/**
 * The app in whose inner view this page runs, or null in a browser of its own.
 * @param {string} userAgent
 * @returns {string | null}
 */
export function inAppView(userAgent) {
  const found = IN_APP.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(userAgent));
  return found ? /** @type {string} */ (found[0]) : null;
}

/**
 * What people call the app or browser that does not do, or null where it has no name they would know.
 * @param {string} userAgent
 * @returns {typeof NAMED[number] | null}
 */
export function appName(userAgent) {
  const other = OTHERS.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(userAgent))?.[0];
  return NAMED.find((name) => name === (inAppView(userAgent) ?? other)) ?? null;
}

/**
 * The typed code that a link's token carries (docs/protocol.md §5.4), to be read off and typed in elsewhere.
 * @param {string} hash the address after and with `#`
 * @returns {string | null}
 */
export function codeOfLink(hash) {
  return /\.([2-9A-HJ-NP-Z]{8})$/.exec(tokenOfLink(hash) ?? '')?.[1] ?? null;
}

/**
 * The enrolment token of a link `/phone/#enrol=<token>`; it never reaches a server's log and is not used up by opening.
 * @param {string} hash the address after and with `#`
 * @returns {string | null}
 */
export function tokenOfLink(hash) {
  return /^#enrol=([\w.~-]+)$/.exec(hash)?.[1] ?? null;
}

/**
 * The join code of a link `/phone/#join=<code>` that a team-mate's phone shows as a QR code.
 * @param {string} hash the address after and with `#`
 * @returns {string | null}
 */
export function joinOfLink(hash) {
  return /^#join=([0-9A-Za-z]{8})$/.exec(hash)?.[1] ?? null;
}

/**
 * A typed 8-character code as the server knows it: upper case, without the spaces and hyphens people add, or null
 * while it is not one.
 * @param {string} typed
 * @returns {string | null}
 */
export function tidyCode(typed) {
  const code = typed.normalize('NFKC').toUpperCase().replace(/[^0-9A-Z]/g, '');
  return code.length === 8 ? code : null;
}
