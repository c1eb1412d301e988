import {build} from 'esbuild';
import {shared} from './settings.ts';

/** The program text of the thread that reads large answers. A text, so that a thread can be started also where the program is one file, or is gone from the disk. */
export const buildReader = async (): Promise<string> => {
	const {outputFiles} = await build({
		...shared,
		entryPoints: ['source/client/aside/worker.ts'],
		outdir: 'unused',
		format: 'cjs',
		target: 'node22.10',
	});
	const [reader] = outputFiles;
	if (!reader) {
		throw new Error('the reader of large answers was not built');
	}

	return reader.text;
};
