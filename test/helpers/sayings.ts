// Everything that obwatch can say in one language: its messages, those with parameters said with samples.

import {type Language, type Messages} from '../../source/lib/messages/messages.js';

/** Chinese words for what has another word everywhere else: 监控, 目录, 筛选, 脱敏, 您, 套接字. */
export const secondWords = /监视|文件夹|过滤|隐去|掩码|你|(?<![.\w])socket\b/g;

export type Saying = {readonly path: string; readonly text: string};

type Samples = Readonly<Record<string, unknown>>;

/** Parameters that are words of the same language; all others are names, ids or figures. */
const words: Readonly<Record<Language, Samples>> = {
	en: {
		action: 'retry', effect: 'done', event: 'failing', instead: 'Use --once.', oneMeans: 'opens', origin: 'the command line', otherMeans: 'closes', outcome: 'failed', phase: 'paused', problem: 'too large', reason: 'too large',
		remedy: 'use K', when: 'now', why: 'too large', word: 'failed', work: 'copying', within: '5 s',
	},
	zh: {
		action: '重试', effect: '完成', event: '出错中', instead: '可用 --once。', oneMeans: '打开', origin: '命令行', otherMeans: '关闭', outcome: '失败', phase: '已暂停', problem: '过大', reason: '过大',
		remedy: '用 K', when: '现在', why: '过大', word: '失败', work: '复制', within: '5 秒',
	},
};

const runs = [[1, 2], [4, 6]];

const versions = [{version: '4.5.0.0-0', count: 2}, {version: '4.4.0.0-0', count: 1}];

/** Parameters that are neither texts nor plain figures, by name, and by place where a name means two things. */
const special: Samples = {
	agent: '10.0.0.11:2886', who: '10.0.0.11:2886', agents: 3, attempts: 3, bits: 2048, code: 1, count: 3, damaged: 2, day: 5, done: 2, from: 1, kilobytes: 70, lacking: 2, last: 11, least: '40x10', lines: [3, 7], limit: 20, lost: 2, minutes: 5,
	forms: ['Abc', 'Def'], members: ['Abc', 'Def'], month: 2, more: 2, named: ['Abc', 'Def'], namedBy: ['Abc', 'Def'], names: ['abc', 'def'], number: 2, others: 3, owners: ['abc', 'def'], percent: 50, pid: 41_233, port: 2886, rank: 2, reasons: 3, runs,
	seconds: 15, shells: ['bash', 'zsh'], size: '64MB', stage: 3, stages: 11, state: 7, status: 500, to: 9, total: 11, versions, year: 2026,
};

const specialAt: Readonly<Record<string, Samples>> = {
	'agents.passwords': {name: 'root@sys 密码'},
	'agents.and': {texts: ['Abc', 'Def']},
	'agents.entered': {others: '2 agents'},
	'agents.keys.damagedOf': {file: 'Abc'},
	'screens.task.outcome': {stages: {where: 'at', stage: 3, total: 11}, took: {duration: '12s', isSuccess: false}},
	'webhooks.titleOfSeveral': {parts: ['Abc', 'Def']},
	'usage.agents.otherGroups': {known: ['abc', 'def']},
	'usage.command.needs': {others: ['--abc', '--def']},
	'output.cause.place': {stage: {number: 3, name: 'Abc'}},
};

/** The same with one of each thing, and without what may be missing. */
const few: Samples = {
	agents: 1, attempts: 1, count: 1, damaged: 1, lacking: 0, last: 3, lines: [3], lost: 0, named: ['Abc'], namedBy: ['Abc'], rank: undefined, reasons: 1, runs: [[3, 3]],
	at: undefined, begin: undefined, commit: '', end: undefined, given: undefined, guess: undefined, mainTask: undefined, shortfall: undefined, signal: undefined,
};

const fewAt: Readonly<Record<string, Samples>> = {
	'screens.task.outcome': {stages: {where: 'all', stage: 3, total: 1}, took: undefined},
	'faults.response.redirect': {detail: ''},
	'faults.response.too-many-entries': {detail: ''},
	'faults.response.unknown-shape': {detail: ''},
};

/** By the code of a function; `{}` stands for one that is taken apart. */
const parametersOf = (code: string): readonly string[] =>
	code.slice(code.indexOf('(') + 1, code.indexOf(')')).replaceAll(/\{[^{}]*\}/g, '{}').split(',').map(name => name.trim()).filter(name => name !== '');

const placesOf = (path: string): readonly string[] => path.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'));

const sampleOf = (name: string, samples: Samples): unknown => {
	if (name === '{}') {
		return new Proxy({}, {get: (_, property) => sampleOf(String(property), samples)});
	}

	if (name.startsWith('...')) {
		return sampleOf(name.slice(3), {names: ['Abc', 'Def'], parts: ['Abc', 'Def'], ...samples});
	}

	return Object.hasOwn(samples, name) ? samples[name] : (name.startsWith('is') ? samples['flags'] : 'Abc');
};

const said = (say: (...values: readonly unknown[]) => string, samples: Samples): string => {
	const names = parametersOf(say.toString());
	const values = names.flatMap(name => {
		const sample = sampleOf(name, samples);
		return name.startsWith('...') && Array.isArray(sample) ? sample as readonly unknown[] : [sample];
	});
	return say(...values);
};

const collect = (value: unknown, path: string, language: Language): readonly Saying[] => {
	if (typeof value === 'string') {
		return [{path, text: value}];
	}

	if (typeof value === 'function') {
		const say = value as (...values: readonly unknown[]) => string;
		const samples = Object.assign({flags: true}, words[language], special, ...placesOf(path).map(place => specialAt[place] ?? {})) as Samples;
		const least = Object.assign({}, samples, few, {flags: false}, ...placesOf(path).map(place => fewAt[place] ?? {})) as Samples;
		// Not everything that may be missing may be so everywhere.
		return [...new Set([said(say, samples), said(say, least)])].filter(text => !text.includes('undefined')).map(text => ({path, text}));
	}

	return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, part]) => collect(part, path === '' ? name : `${path}.${name}`, language));
};

/** All messages of a catalogue, with their places in it. */
export const sayingsOf = (catalogue: Messages, language: Language): readonly Saying[] => collect(catalogue, '', language);
