import {type ReadDeps} from '../../source/cli/command.js';
import {readCommandLine} from '../../source/cli/command-line.js';

export type ReadLine = {readonly type: string; readonly [name: string]: unknown};

/** What a command line asks for: the options, beside the name of what is loaded for them. */
export const readLine = async (argv: readonly string[], deps: ReadDeps): Promise<ReadLine> => {
	const line = await readCommandLine(argv, deps);
	return line.type === 'command' ? {type: line.name, ...line.options} : line;
};
