import {type CardView} from '../../store/views.js';
import {type Timestamp} from '../../protocol/timestamp.js';
import {bodyHeight} from '../../store/layout.js';
import {type Size} from '../../store/state.js';
import {breadcrumbLine} from '../parts/breadcrumb.js';
import {factLines, type Fact} from '../parts/facts.js';
import {footerLine} from '../parts/footer.js';
import {frameLines, type Line} from '../parts/frame-lines.js';
import {positionPieces} from '../parts/position.js';
import {instantWords} from '../parts/instant.js';
import {mixWords} from '../parts/mix.js';
import {type ScreenProps} from './screen-props.js';

type When = (time: Timestamp | undefined) => string;

const connectionFacts = ({isConnected, trouble, error, lastSeenAt}: CardView, local: When): readonly Fact[] => [
	{name: 'connection', value: trouble ?? (isConnected ? 'answers' : 'connecting'), tone: trouble === undefined ? (isConnected ? 'good' : 'quiet') : 'bad'},
	...error,
	{name: 'last answer', value: local(lastSeenAt)},
];

const processWords = ({process}: CardView, when: When): string => {
	if (!process) {
		return '';
	}

	return `${process.pid}${process.startedAt === undefined ? '' : `, started ${when(process.startedAt)}`}`;
};

const restartFact = ({process}: CardView, local: When): Fact => process?.restarts
	? {name: 'restarts', value: `${process.restarts} while watched, the last ${local(process.restartedAt)}`, tone: 'attention'}
	: {name: 'restarts', value: process ? 'none while watched' : ''};

const lockFact = ({isLocked}: CardView): Fact => isLocked
	? {name: 'lock', value: 'held: it refuses new maintenance until its task is done or somebody decides', tone: 'attention'}
	: {name: 'lock', value: isLocked === undefined ? '' : 'free'};

const factsOf = (view: CardView, when: When, local: When): readonly Fact[] => {
	const {cluster} = view;
	return [
		{name: 'address', value: view.address},
		{name: 'its name', value: view.name ?? ''},
		...connectionFacts(view, local),
		{name: 'role', value: view.role},
		{name: 'zone', value: view.zone},
		{name: 'cluster', value: cluster ? `${cluster.name}: ${cluster.members.join(' ')}` : ''},
		{name: 'obshell', value: view.version},
		{name: view.database.name, value: view.database.version},
		...view.mixes.map((mix): Fact => ({name: 'mixed', value: mixWords(mix), tone: 'attention'})),
		{name: 'observer', value: view.observer},
		lockFact(view),
		{name: 'process', value: processWords(view, when)},
		restartFact(view, local),
		{name: 'machine', value: view.architecture},
		{name: 'clock', value: view.skewWords, tone: Math.abs(view.skew ?? 0) < noticeableSkew ? 'plain' : 'attention'},
		{name: 'passwords', value: view.auth},
		{name: 'key', value: view.fingerprint ?? ''},
		{name: 'its log', value: view.logFolder ?? ''},
	];
};

// In ms: clocks of machines of one cluster agree far better than that.
const noticeableSkew = 5000;

const linesOf = (view: CardView, {size, timeZone, hour}: Pick<ScreenProps, 'size' | 'timeZone' | 'hour'>): readonly Line[] => {
	const when: When = time => time === undefined ? '' : instantWords(time, {utcOffset: view.utcOffset, timeZone, hour});
	const local: When = time => time === undefined ? '' : instantWords(time, {utcOffset: undefined, timeZone, hour});
	return factLines(factsOf(view, when, local), size.columns);
};

const lastTop = (lines: number, {rows}: Size): number => Math.max(0, lines - bodyHeight({type: 'card', rows}));

/** How far the card can scroll: the topmost line of its last page. */
export const lastCardTop = (view: CardView, props: Pick<ScreenProps, 'size' | 'timeZone' | 'hour'>): number => lastTop(linesOf(view, props).length, props.size);

/** All that is known of an agent, a line for each fact. */
export const cardScreen = (view: CardView, props: ScreenProps): readonly Line[] => {
	const {size, theme, footer} = props;
	const lines = linesOf(view, props);
	const top = Math.min(view.top, lastTop(lines.length, size));
	const inSight = lines.slice(top, top + bodyHeight({type: 'card', rows: size.rows}));
	return frameLines({
		head: [breadcrumbLine(view.breadcrumb, size.columns, theme, positionPieces({rows: inSight, top, total: lines.length}, theme))],
		body: inSight,
		foot: footerLine(footer, size.columns, theme),
	}, size.rows - 1);
};
