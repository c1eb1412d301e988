import os from 'node:os';
import process from 'node:process';
import {randomBytes} from '../lib/clock.js';
import {errorCode} from '../lib/errno.js';
import {type Messages} from '../lib/messages/en/english.js';
import {messages} from '../lib/messages/messages.js';
import {describeFileError} from '../lib/private-files.js';
import {printable} from '../lib/printable.js';
import {type Request} from '../store/actions.js';
import {saveBundle} from './bundle.js';
import {createExportContext, type ExportContext, saveFolders, type ExportDeps} from './context.js';
import {copy, saveLog, showInPager} from './save-log.js';
import {saveReport} from './save-report.js';

/** The requests that it handles. */
type ExportRequest = Extract<Request, {type: 'copy' | 'save-log' | 'open-pager' | 'save-bundle' | 'save-report'}>;

/** Takes text out of the program: to the clipboard, into files, into a pager. A notice shows the result. */
export type Exporter = {
	readonly request: (request: ExportRequest) => void;
	/** Ends everything in progress at once; resolves when nothing of it is left. */
	readonly stop: () => Promise<void>;
};

type Work = {readonly name: keyof Messages['output']['exports']['works']; readonly run: (context: ExportContext) => Promise<void>};

const works = {
	line: {name: 'copy', run: async context => copy(context, 'line')},
	screen: {name: 'copy', run: async context => copy(context, 'screen')},
	'save-log': {name: 'saveLog', run: saveLog},
	'open-pager': {name: 'openPager', run: showInPager},
	'save-bundle': {name: 'saveBundle', run: saveBundle},
	'save-report': {name: 'saveReport', run: saveReport},
} as const satisfies Readonly<Record<Exclude<ExportRequest['type'], 'copy'> | 'line' | 'screen', Work>>;

/** A system error has a code; anything else is a bug and shown as it is. */
const wordsOf = (error: unknown): string => errorCode(error) === '' ? printable(String(error)) : describeFileError(error);

export const createExporter = (deps: ExportDeps): Exporter => {
	const controller = new AbortController();
	const context = createExportContext(deps, controller.signal);
	const underWay = new Map<Work, Promise<void>>();

	const finish = async (work: Work): Promise<void> => {
		try {
			await work.run(context);
		} catch (error) {
			const {works: names, failed} = messages().output.exports;
			context.say(failed(names[work.name], wordsOf(error)));
		} finally {
			underWay.delete(work);
		}
	};

	/** Only one of each kind at a time. */
	const begin = (work: Work): void => {
		if (underWay.has(work)) {
			const {works: names, underWay: busy} = messages().output.exports;
			context.say(busy(names[work.name]));
			return;
		}

		underWay.set(work, finish(work));
	};

	return {
		request(request) {
			switch (request.type) {
				case 'copy': {
					begin(works[request.what]);
					break;
				}

				case 'save-log':
				case 'open-pager':
				case 'save-bundle':
				case 'save-report': {
					begin(works[request.type]);
					break;
				}
			}
		},
		async stop() {
			controller.abort();
			await Promise.allSettled(underWay.values());
		},
	};
};

/** The exporter with the files and programs of this machine. */
export const createOwnExporter = (deps: Omit<ExportDeps, 'env' | 'folders' | 'temporaryFolder' | 'token'>): Exporter => createExporter({
	...deps, env: process.env, folders: saveFolders, temporaryFolder: os.tmpdir(), token: () => randomBytes(6).toString('hex'),
});
