// What the screens show, as values: made by the selectors, drawn by the ui, printed by the modes without a screen. Durations are ms, instants UTC ms.

import {type AgentsView} from './views/agents.js';
import {type CardView, type ClusterView} from './views/cards.js';
import {type HistoryView} from './views/history.js';
import {type JournalView} from './views/journal.js';
import {type LinksView} from './views/links.js';
import {type LogView} from './views/log.js';
import {type NodeView} from './views/node.js';
import {type Staleness} from './views/parts.js';
import {type TaskView} from './views/task.js';

export type * from './views/agents.js';
export type * from './views/cards.js';
export type * from './views/history.js';
export type * from './views/journal.js';
export type * from './views/links.js';
export type * from './views/log.js';
export type * from './views/node.js';
export type * from './views/parts.js';
export type * from './views/task.js';

/** An agent opened before it has a task to show (single agent mode, or a task that is gone). `isWaiting`: an answer is on its way. */
export type NothingView = {readonly type: 'nothing'; readonly breadcrumb: readonly string[]; readonly text: string; readonly isWaiting: boolean; readonly staleness: Staleness | undefined};

export type ScreenView = AgentsView | TaskView | NodeView | LogView | LinksView | NothingView | CardView | ClusterView | HistoryView | JournalView;
