import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type Figure} from '../figure.js';
import {simulate} from '../fleet.js';
import {clusterPassword} from '../messages.js';
import {countOf, kindsOf, observe, type Observation} from '../observe.js';
import {type Part} from '../part.js';
import {openProgram} from '../program.js';

const count = 100;

// 1.2 times what the same agents were asked before details were read ahead of every FAILED (commit 91f0e9d).
const budgets = {rest: 1.2 * 14, running: 1.2 * 34, failed: 1.2 * 14.3} as const;

const figureOf = (name: string, seen: Observation, budget: number): Figure =>
	({name: `an agent of a running cluster of ${count}, ${name}: requests a minute`, value: countOf(seen.requests) / seen.seconds * 60 / count, unit: 'requests', budget, compared: kindsOf(seen, count)});

/** A running cluster whose observers are started by a main task; one fails, and the others wait for it. */
export const measureCluster: Part = async ({isQuick, say, folder}) => {
	const fleet = await simulate({count, first: {type: 'rest'}, others: {type: 'rest'}, isCluster: true});
	const passwordFile = path.join(folder, 'password');
	writeFileSync(passwordFile, `${clusterPassword}\n`, {mode: 0o600});
	const program = openProgram({args: ['--agents-file', fleet.list(folder), '--password-file', passwordFile]});
	const seconds = isQuick ? 20 : 60;
	try {
		await program.until(lines => lines.filter(line => line.includes('no task yet')).length >= 17, 'all agents');
		await sleep(15_000);
		say('a running cluster at rest');
		const rest = await observe(program, fleet, seconds);
		fleet.happen('start', 0);
		say('a running cluster whose observers are started');
		await program.until(([head = '']) => Number(/· (\d{1,3}) running/.exec(head)?.[1]) >= 90, 'parts that run');
		// Each part takes 40 s.
		const running = await observe(program, fleet, 30);
		await program.until(([head = '']) => head.includes('1 failed') && !head.includes('running'), 'the end of the start');
		say('a running cluster whose start has failed');
		const failed = await observe(program, fleet, seconds);
		return [
			figureOf('at rest', rest, budgets.rest),
			figureOf('while its observers start', running, budgets.running),
			figureOf('after that failed', failed, budgets.failed),
		];
	} finally {
		await program.quit();
		await fleet.stop();
	}
};
