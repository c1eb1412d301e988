// The fixed names of tasks, stages and sub-tasks have a Chinese one: those in obshell's source, and those of the demo.

import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {backupStory, initializeStory, pastStory, runningStory} from '../../source/demo/fleet-scenarios.js';
import {type Story, type TaskDefinition} from '../../source/demo/engine/model.js';
import {scenarios} from '../../source/demo/scenarios.js';
import {engineNameInChinese} from '../../source/lib/messages/zh/engine-names.js';

/** Of obshell 4.5 and its seekdb variant; %s is a parameter. */
const fixed: readonly string[] = readFileSync(path.join(import.meta.dirname, 'engine-names.txt'), 'utf8').trim().split('\n');

const agents = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] as const;

const day = 86_400_000;

const stories: readonly Story[] = [
	...Object.entries(scenarios).flatMap(([name, scenario]) => name === 'hostile' ? [] : [scenario(agents).story]),
	initializeStory(agents, 1),
	runningStory(agents),
	backupStory(agents[0]),
	pastStory(agents),
];

const namesOf = ({name, nodes}: TaskDefinition): readonly string[] => [name, ...nodes.map(node => node.name)];

const demoNames = new Set(stories.flatMap(story => story(-30 * day, day / 24).flatMap(input => input.type === 'create' ? namesOf(input.task) : [])));

const untranslated = (names: Iterable<string>): readonly string[] => [...names].filter(name => {
	const translated = engineNameInChinese(name.replace('%s', 'x1'));
	return !/\p{Script=Han}/u.test(translated) || (name.includes('%s') && !translated.endsWith(' x1'));
});

test('every name that obshell itself gives has a Chinese one', () => {
	expect(fixed).toHaveLength(180);
	expect(untranslated(fixed)).toEqual([]);
});

test('so has every name in the demo', () => {
	expect(demoNames.size).toBeGreaterThan(40);
	expect(untranslated(demoNames)).toEqual([]);
});
