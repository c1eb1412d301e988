import {type Messages} from '../en/english.js';
import {agents} from './agents.js';
import {cards} from './cards.js';
import {faults} from './faults.js';
import {help} from './help.js';
import {keys} from './keys.js';
import {notices} from './notices.js';
import {operations} from './operations.js';
import {output} from './output.js';
import {screens} from './screens.js';
import {tasks} from './tasks.js';
import {usage} from './usage.js';
import {webhooks} from './webhooks.js';

/** The same in Simplified Chinese. */
export const chinese: Messages = {
	agents, cards, faults, help, keys, notices, operations, output, screens, tasks, usage, webhooks,
};
