// Tasks that are hard to display.

import {type Operation} from '../protocol/operation.js';
import {type Input, storyOf, type TaskDefinition} from './engine/model.js';
import {type Script} from './server/world.js';
import {
	alone,
	changeParameters,
	errorAfter,
	failedShare,
	failing,
	initializeCluster,
	local,
	noMemory,
	scaleOut,
	seconds,
	stage,
	startCluster,
	upgradeOceanBase,
	work,
} from './tasks.js';

const escape = '\u001B';

const bell = '\u0007';

const attacks = [
	`${escape}[2J${escape}[Hthe screen was cleared`,
	`${escape}]52;c;cm0gLXJmIH4K${bell}the clipboard was written (OSC 52)`,
	String.raw`${escape}]8;;https://example.invalid/${escape}\a link that is none${escape}]8;;${escape}\ (OSC 8)`,
	`${escape}]8;;https://example.invalid/${escape}]52;c;cm0gLXJmIH4K${bell}${escape}[6n${escape}\\hidden inside a link${escape}]8;;${escape}\\`,
	`${escape}]0;owned${bell}the title was set`,
	`${escape}[31mred${escape}[0m, ${escape}[?1049lthe main screen`,
	`${escape}cthe terminal was reset`,
	'\u009B31mC1 control sequence, \u009D0;title\u009C',
	'carriage return: all is well\rERROR: [Fake.Code]: overwritten',
	`backspaces: good${'\b'.repeat(4)}evil`,
	`null \u0000, delete \u007F, bell ${bell}`,
	'bidi: \u202Etxt.exe\u202C and \u2066isolated\u2069, mark \u200F',
	'line separators: one\u2028two\u2029three\u0085four',
	'zero width: a\u200Bb\u200Dc\uFEFFd',
] as const;

const wide = [
	'开始初始化集群，共 3 个节点',
	'サーバーを起動しています… 12%',
	'서버가 준비되었습니다',
	'emoji 🚀 with family 👨‍👩‍👧‍👦, flag 🇩🇪, keycap 1️⃣, heart ❤️, skin 👍🏽',
	`combining e${'\u0301'.repeat(12)} and Z${'\u0334\u0349'.repeat(8)}`,
	'ambiguous width: ①②③ ★ … ° ± “quotes”',
] as const;

const longLine = `long ${'0123456789'.repeat(20_000)} end`;

const hostileError = errorAfter(3, `ERROR: [Hostile.${escape}[31mCode${escape}[0m]: ${escape}]52;c;cm0gLXJmIH4K${bell}磁盘 /data \u202Elluf si`);

/** Names and logs full of control sequences, bidi overrides, wide characters and very long lines. Fails in its third stage. */
const hostileTask = (agent: string): TaskDefinition => ({name: `Grüße ${escape}]0;owned${bell} 升级集群 \u202Egnp.\u202C 🚀`, nodes: [
	alone(`clear ${escape}[2J${escape}[H screen`, agent, work(2, ...attacks)),
	alone('创建工作目录并检查所有节点的磁盘空间是否足够', agent, work(2, ...wide)),
	alone('two\nlines\tand a tab', agent, failing(work(2, 'first\nsecond\n\tthird, indented', longLine, 'ends in a newline\n', ''), hostileError)),
	alone('n'.repeat(500), agent, work(1, 'never reached')),
]});

const bigLine = (node: number, share: number, line: number): string =>
	`partition ${(node * 160) + (share * 8) + line}: ${1000 + (line * 37)} rows rebuilt, checksum ${(node * 7919) + (share * 104_729) + line}`;

/** Sixty stages with twenty sub-tasks each, several lines in each: about a megabyte towards its end. */
const bigTask = (agents: readonly [string, ...string[]]): TaskDefinition => ({
	name: 'Rebuild every partition',
	nodes: Array.from({length: 60}, (_node, node) => stage(`Partition group ${node + 1}`, ...Array.from({length: 20}, (_share, share) => local(
		agents[share % agents.length] ?? agents[0],
		{duration: seconds(1) + (share * 60), lines: Array.from({length: 8}, (_line, line) => [line * 100, bigLine(node, share, line)])},
	)))),
});

// The scenarios for a single agent, or a few. Times are ms; zero is when the agent starts.

/** The first agent owns the task. */
export type Scenario = (agents: readonly [string, ...string[]]) => Script;

export const script = (...inputs: readonly Input[]): Script => ({
	begin: Math.min(0, ...inputs.map(({at}) => at)) - seconds(1),
	story: storyOf(inputs),
});

export const start = (at: number, owner: string, task: TaskDefinition): Input => ({type: 'create', at: seconds(at), owner, task});

export const operate = (at: number, owner: string, {name}: TaskDefinition, operation: Operation): Input => ({type: 'operate', at: seconds(at), owner, task: name, operation});

/** One task that began that many seconds ago, and the operations on it since. */
export const once = (task: (agent: string) => TaskDefinition, age: number, ...operations: ReadonlyArray<readonly [at: number, operation: Operation]>): Scenario => ([agent]) => {
	const definition = task(agent);
	return script(start(-age, agent, definition), ...operations.map(([at, operation]) => operate(at, agent, definition, operation)));
};

export const hour = 3600;

export const scenarios = {
	initialize: agents => script(start(0, agents[0], initializeCluster(agents))),
	failing: once(upgradeOceanBase, 60),
	waiting: once(failedShare, 45),
	start: agents => script(start(-20, agents[0], startCluster(agents))),
	'failed-start': agents => script(start(-45, agents[0], startCluster(agents, noMemory))),
	'rolled-back': once(agent => scaleOut(agent, 1), 120, [-80, 'rollback']),
	'rolling-back': once(agent => scaleOut(agent, 30), 45, [-3, 'rollback']),
	cancelled: once(upgradeOceanBase, 60, [-53, 'cancel']),
	passed: once(agent => scaleOut(agent, 1), 120, [-60, 'pass']),
	succeeded: once(changeParameters, 60),
	idle: once(changeParameters, 3 * hour),
	none: () => script(),
	hostile: once(hostileTask, 30),
	big: agents => script(start(0, agents[0], bigTask(agents))),
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

export const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);

/** Every scenario's name, for messages and help. */
export const scenarioNames: readonly string[] = Object.keys(scenarios);

/** The scenario of that name; undefined if there is none. */
export const findScenario = (name: string): Scenario | undefined => isScenarioName(name) ? scenarios[name] : undefined;

/** Whether an agent that plays it alone becomes a cluster agent, after which clients need a password. */
export const joinsCluster = (scenario: Scenario): boolean => {
	const me = 'me';
	const {begin, story} = scenario([me]);
	return story(begin, Infinity).some(input => input.type === 'create' && input.task.nodes.some(({becomes}) => becomes?.[me] === 'CLUSTER AGENT'));
};
