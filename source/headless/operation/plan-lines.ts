import {outcomeWords} from '../../ui/theme.js';
import {wrapWords} from '../../text/wrap-words.js';
import {type Outcome} from '../../protocol/outcome.js';
import {type Plan} from '../../store/operate/plan.js';

const width = 80;
const labelWidth = 9;

const field = (label: string, text: string): readonly string[] =>
	wrapWords(text, width - labelWidth).map((line, index) => `${(index === 0 ? label : '').padEnd(labelWidth)}${line}`);

/** What the screen's confirmation shows, as lines. */
export const planLines = ({order, touches, lock, hazards, command}: Plan, outcome: Outcome): readonly string[] => [
	...field('agent', order.agentLabel),
	...field('task', order.task),
	...field('now', `${outcomeWords(outcome)}, stage ${order.stand.stage}`),
	...field(order.target.kind === 'task' ? 'id' : 'stage id', order.target.id),
	...field('stages', touches),
	...field('lock', lock),
	...hazards.flatMap(hazard => field('beware', hazard)),
	...field('and', 'The agent may refuse: only it knows what its stages allow.'),
	...(command === undefined ? [] : field('same as', command)),
];
