import {formatDate, formatTime, localOffset} from '../../store/clock-time.js';
import {isFault, type Outcome} from '../../protocol/outcome.js';
import {changeWords} from '../../store/select/change-words.js';
import {isAboutKey, withoutHint} from '../../store/select/problem-words.js';
import {type Tone} from '../../store/views.js';
import {changeDocument} from '../../take-away/change-document.js';
import {columnsOf} from '../../text/columns.js';
import {outcomeWords, toneOf} from '../../ui/theme.js';
import {type HappeningDocument} from '../json/happening-schema.js';
import {type Paint} from '../text/paint.js';
import {type Happening, type Sighting} from './happenings.js';

type Words = {readonly text: string; readonly tone: Tone};

const stageWords = ({stage, stages, outcome}: Sighting): string =>
	stages === 0 || outcome.word === 'succeeded' || outcome.word === 'rolled back' ? '' : `, stage ${stage}/${stages}`;

const ofOutcome = (task: string, outcome: Outcome, behind: string): Words => ({text: `${task}: ${outcomeWords(outcome)}${behind}`, tone: toneOf(outcome)});

const tones = {
	'task-begun': 'active', 'task-moved': 'active', 'task-failing': 'bad', 'agent-troubled': 'bad', 'agent-recovered': 'good', 'agent-restarted': 'attention', 'agent-joined': 'plain', 'agent-left': 'attention', 'agent-returned': 'plain',
} as const satisfies Record<Exclude<Happening['what']['type'], 'task-seen' | 'outcome-changed'>, Tone>;

const wordsOf = ({what, label}: Happening): Words => {
	switch (what.type) {
		case 'task-seen': {
			return ofOutcome(what.name + what.mark, what.outcome, (what.isFailing ? ', failing' : '') + stageWords(what) + (what.why === undefined ? '' : `: ${what.why}`));
		}

		case 'outcome-changed': {
			const {task, detail} = changeWords(what);
			return ofOutcome(task, what.outcome, detail === '' ? '' : `${what.why === undefined && isFault(what.outcome) ? ', ' : ': '}${detail}`);
		}

		case 'agent-troubled': {
			return {text: `${withoutHint(what.words)}${isAboutKey(what.trouble) ? `: obwatch trust ${label}` : ''}`, tone: tones[what.type]};
		}

		case 'task-begun':
		case 'task-moved':
		case 'task-failing':
		case 'agent-recovered':
		case 'agent-restarted':
		case 'agent-joined':
		case 'agent-left':
		case 'agent-returned': {
			const {task, event, detail} = changeWords(what);
			return {text: [...(task === '' ? [] : [task]), event, ...(detail === '' ? [] : [detail])].join(': '), tone: tones[what.type]};
		}
	}
};

// Most addresses: beyond, the rest moves to the right.
const labelColumns = 21;

/** What happened in one line: "2026-03-01 10:41:59  10.0.0.1:2886  Initialize cluster: stage 3/11: Start observer". The time is this machine's. */
export const happeningLine = (happening: Happening, paint: Paint): string => {
	const {at, label} = happening;
	const offset = localOffset(at);
	const {text, tone} = wordsOf(happening);
	const place = label + ' '.repeat(Math.max(0, labelColumns - columnsOf(label)));
	return `${paint(`${formatDate(at, offset)} ${formatTime(at, offset)}`, 'quiet')}  ${place}  ${paint(text, tone)}`;
};

/** The same in the shape that `--json-schema` documents: what a program of `--on-change` is told, and what was seen first. */
export const happeningDocument = ({at, label, what}: Happening): HappeningDocument => {
	if (what.type !== 'task-seen') {
		return {version: 1, ...changeDocument({at, label, transition: what})};
	}

	const {id, name, outcome, stage, stages, stageName, isFailing, why} = what;
	return {version: 1, at: new Date(at).toISOString(), type: what.type, agent: label, task: {id, name, stage, stages, stageName, outcome: outcomeWords(outcome), ...(isFailing && {failing: true}), why}};
};
