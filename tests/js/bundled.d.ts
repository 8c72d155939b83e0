/** Constants that run.py puts into the bundles. */

/** Paths that the service worker keeps: the phone's page and everything it loads. */
declare const ASSETS: string[];
/** Paths that it keeps besides, as soon as it can: the pictures of help. */
declare const PICTURES: string[];
/** Changes whenever anything kept changes. */
declare const VERSION: string;
/** Path of the worker that makes photos smaller. */
declare const PHOTO_WORKER: string;
/** The program's version, as setup.cfg names it. */
declare const APP_VERSION: string;
/** The parts of Leaflet by their files: typed as the whole where they are used, which names `leaflet`. */
declare module 'leaflet/src/*';
