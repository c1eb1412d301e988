// Writes a task's report in one of its formats.

import {messages} from '../lib/messages/messages.js';
import {writeNewFiles} from '../lib/write-file.js';
import {type ExportContext} from './context.js';
import {inChunks} from './log-text.js';
import {type Report, reportOf} from './report.js';
import {reportHtml} from './report-html.js';
import {reportMarkdown, reportTrace} from './report-text.js';
import {collectWithoutSecrets, savedOf, saveOpenTask, type WriteTask} from './save-task.js';

/** By the names that `--format` takes: the extension of the file, and its content. */
const formats = {
	html: {extension: '.html', write: reportHtml},
	markdown: {extension: '.md', write: reportMarkdown},
	trace: {extension: '.trace.json', write: reportTrace},
} as const satisfies Readonly<Record<string, {readonly extension: string; readonly write: (report: Report) => Iterable<string>}>>;

export type ReportFormat = keyof typeof formats;

export const reportFormats = ['html', 'markdown', 'trace'] as const satisfies readonly ReportFormat[];

// Characters of a file's name for each.
const longestPart = 40;

/** A part of a file's name: whatever an agent says, only letters, digits, dots, "_" and "-". */
const safeName = (text: string): string => text.split(/[^\w.]+/).filter(word => word !== '').join('-').slice(0, longestPart);

/** Writes a task with every log as a document, without secrets. */
export const writeReport = (format: ReportFormat): WriteTask => async (incident, context, onProgress) => {
	const collected = await collectWithoutSecrets(incident, context, onProgress);
	if (!collected) {
		return {type: 'stopped'};
	}

	const {logs, redact} = collected;
	const made = context.made();
	const report = reportOf(incident, logs, made, redact);
	const {extension, write} = formats[format];
	const {stem, ...place} = context.destination('report', made);
	const whose = [report.owner, redact(incident.dag.name)].map(text => safeName(text)).filter(text => text !== '');
	return savedOf(await writeNewFiles([{extension, content: () => inChunks(write(report))}], {...place, stem: [stem, ...whose].join('-')}), logs);
};

/** Saves the open task as a web page, and shows the result in a notice. */
export const saveReport = async (context: ExportContext): Promise<void> => {
	const {reportBegins, reportProgress, savedReport, reportNotSaved} = messages().output.exports;
	return saveOpenTask(context, writeReport('html'), {begins: reportBegins, progress: reportProgress, saved: savedReport, notSaved: reportNotSaved});
};
