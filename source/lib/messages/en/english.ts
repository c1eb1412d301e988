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

/** What obwatch says, in English: strings, and functions that put names and numbers into one. No sentence is put together from pieces outside. */
export const english = {
	agents, cards, faults, help, keys, notices, operations, output, screens, tasks, usage, webhooks,
} as const;

type Widened<Value> = Value extends string ? string
	: Value extends (...values: infer Values) => string ? (...values: Values) => string
		: {readonly [Name in keyof Value]: Widened<Value[Name]>};

/** The messages of one language. One that lacks a message does not compile. */
export type Messages = Widened<typeof english>;

/** English for programs. Times of this machine's clock have their offset from UTC, because "local" means nothing on another machine. */
export const englishForPrograms: Messages = {...english, faults: {...english.faults, time: {...english.faults.time, local: (time, zone) => `${time} ${zone}`}}};
