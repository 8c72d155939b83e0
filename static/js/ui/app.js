/**
 * What a screen is and what it is given. A screen is one file: `load` reads what it shows from the phone, `view` draws
 * it; what it holds in memory can be thrown away at any moment.
 *
 * @import { TemplateResult } from 'lit-html'
 * @import { Picture } from '../model/field_scene.js'
 * @import { Ports } from '../model/ports.js'
 * @import { Text } from '../model/texts.js'
 * @import { Place, Visit } from '../model/visit.js'
 * @import { Counts } from '../store/outbox.js'
 * @import { Change } from '../store/record.js'
 * @import { Server } from '../sync/calls.js'
 * @import { Outcome } from '../sync/round.js'
 * @import { PositionKeeper } from './position_keeper.js'
 *
 * @typedef {Record<string, any>} Params  of a screen; plain data, since they are kept across restarts
 * @typedef {{screen: string, params?: Params}} Destination
 * @typedef {{main: TemplateResult, thumb?: TemplateResult | null, immersive?: boolean, helpless?: boolean, open?: boolean, uncounted?: boolean, bare?: boolean}} View
 *   `thumb` is the bar at the thumb with the one primary button; an immersive screen hides the page's head, a bare one
 *   everything around it; help is not offered where `helpless`, hiding not where nothing needs it (`open`), figures not where none can be read (`uncounted`)
 *
 * @typedef {object} Screen
 * @property {(app: App, params: Params) => Promise<any>} load  the model; it may navigate instead and give null
 * @property {(app: App, model: any) => View} view
 * @property {(app: App, model: any) => void} [shown]  after the first drawing
 * @property {(app: App) => void} [leave]
 * @property {string[]} [typed]  members of the model that people are changing: reading it again leaves them alone
 * @property {(params: Params) => Destination | null} parent  where "back" leads; null for the outermost
 *
 * @typedef {object} Shown  what every screen shows around itself
 * @property {Counts} counts
 * @property {boolean} syncing
 * @property {Outcome | null} lastSync
 * @property {number | null} lastSuccess
 * @property {{code: string, values: Record<string, string | number>} | null} fault
 * @property {{key: string, values?: Record<string, string | number>, picture?: string, read: boolean} | null} said
 * @property {boolean} busy
 * @property {(() => void) | null} update
 * @property {boolean} resumed  the app was started anew and stands where it stood
 * @property {string} name  whose phone it is
 *
 * @typedef {object} App
 * @property {Text} t
 * @property {string} language
 * @property {string} version
 * @property {string} photoWorker
 * @property {Ports} ports
 * @property {Server} server
 * @property {PositionKeeper} position
 * @property {Shown} shown
 * `go` adds a step to the browser's history; what goes back or is done replaces its own.
 * @property {(screen: string, params?: Params, how?: {history?: 'push' | 'replace'}) => Promise<void>} go
 * @property {(params: Params, found: Params) => Promise<void>} settle  said while a screen opens: it stands at this too from now on
 * @property {() => Promise<void>} back
 * @property {() => Promise<void>} reload
 * @property {() => void} redraw
 * @property {(work: () => Promise<void>) => Promise<void>} act  one at a time; a fault is told, never thrown
 * @property {(key: string, values?: Record<string, string | number>, picture?: string) => void} say
 * @property {(visit: string, change: (visit: Visit | null) => Change, place?: Place) => Promise<Visit>} save  the save
 *   point; counts are fresh afterwards and a sync is under way
 * @property {() => Promise<{FieldMap: new (element: HTMLElement) => Picture}>} fieldMap  what draws the map, fetched when it is first wanted
 * @property {() => Promise<void>} sync
 * @property {() => void} hide  covers and locks the app at once
 * @property {() => Promise<void>} covered  until the keys have left the memory
 * @property {(how?: {later?: boolean}) => Promise<void>} uncover  goes on where the app stood, once it is unlocked
 * @property {(language: string) => Promise<void>} speak
 */

export {};
