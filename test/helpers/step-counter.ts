import {Session, type Profiler} from 'node:inspector';

/**
Begins to count how often the functions, branches and loops of the program's own source are run through: only of modules that are loaded later. Unlike time, that is the same on every machine.

Returns what counts the steps of something.
*/
export const newStepCounter = (): ((run: () => void) => number) => {
	const session = new Session();
	session.connect();
	session.post('Profiler.enable');
	session.post('Profiler.startPreciseCoverage', {callCount: true, detailed: true});

	const stepsSinceLast = (): number => {
		let scripts: readonly Profiler.ScriptCoverage[] = [];
		session.post('Profiler.takePreciseCoverage', (_, {result}) => {
			scripts = result;
		});
		let steps = 0;
		for (const {count} of scripts.filter(({url}) => url.includes('/source/')).flatMap(({functions}) => functions.flatMap(({ranges}) => ranges))) {
			steps += count;
		}

		return steps;
	};

	return run => {
		stepsSinceLast();
		run();
		return stepsSinceLast();
	};
};
