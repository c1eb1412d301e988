// Tasks that are hard on whoever shows them.

import {type TaskDefinition} from '../engine/definition.js';
import {alone, errorAfter, failing, local, seconds, stage, work} from './write.js';

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
export const hostileTask = (agent: string): TaskDefinition => ({name: `Grüße ${escape}]0;owned${bell} 升级集群 \u202Egnp.\u202C 🚀`, nodes: [
	alone(`clear ${escape}[2J${escape}[H screen`, agent, work(2, ...attacks)),
	alone('创建工作目录并检查所有节点的磁盘空间是否足够', agent, work(2, ...wide)),
	alone('two\nlines\tand a tab', agent, failing(work(2, 'first\nsecond\n\tthird, indented', longLine, 'ends in a newline\n', ''), hostileError)),
	alone('n'.repeat(500), agent, work(1, 'never reached')),
]});

const bigLine = (node: number, share: number, line: number): string =>
	`partition ${(node * 160) + (share * 8) + line}: ${1000 + (line * 37)} rows rebuilt, checksum ${(node * 7919) + (share * 104_729) + line}`;

/** Sixty stages with twenty sub-tasks each, several lines every one: about a megabyte towards its end. */
export const bigTask = (agents: readonly [string, ...string[]]): TaskDefinition => ({
	name: 'Rebuild every partition',
	nodes: Array.from({length: 60}, (_node, node) => stage(`Partition group ${node + 1}`, ...Array.from({length: 20}, (_share, share) => local(
		agents[share % agents.length] ?? agents[0],
		{duration: seconds(1) + (share * 60), lines: Array.from({length: 8}, (_line, line) => [line * 100, bigLine(node, share, line)])},
	)))),
});
