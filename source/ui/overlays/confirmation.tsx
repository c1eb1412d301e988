import {type ReactNode} from 'react';
import {cell, widest as widestOf} from '../../lib/columns.js';
import {messages} from '../../lib/messages/messages.js';
import {wrapText} from '../../lib/wrap.js';
import {type ActionRow, type ActionsView, type ConfirmationView} from '../../store/selectors/overlays.js';
import {type Size} from '../../store/state.js';
import {Title} from '../components/breadcrumb.js';
import {Lines} from '../components/line.js';
import {Footer, type ScreenProps} from '../components/screen.js';
import {markerOf} from '../components/table.js';
import {operationSpans, paragraph} from '../components/text.js';
import {actionLetters} from '../keys/table.js';
import {fitLine, type Line, span, type Span, widthOf} from '../span.js';
import {outcomeText, type SpanTone, type Theme, toneOf} from '../theme.js';
import {QuestionScreen} from './prompts.js';

const rowLine = ({action, why, isSelected}: ActionRow, width: number, theme: Theme): Line => {
	const {names, effects, no} = messages().screens.actions;
	const name = cell(names[action], widestOf(Object.values(names), 0, Infinity));
	return fitLine([
		markerOf(isSelected, theme),
		span(`${actionLetters[action]}  `, why === undefined ? 'accent' : 'quiet', why === undefined),
		span(`${name}  `, why === undefined ? 'plain' : 'quiet', isSelected),
		span(why === undefined ? effects[action] : no(why), why === undefined ? 'plain' : 'quiet'),
	], width, theme.glyphs.ellipsis);
};

/** How operations can be allowed, for a read-only program; if the config file forbids them, its place there. */
const howToAllow = (exemptReason: string | undefined): string => exemptReason === undefined
	? messages().screens.actions.readOnly
	: messages().screens.actions.exempt(exemptReason);

/** The actions for a task, and why the others are not offered. */
export const ActionsPanel = ({view, size: {columns}, theme, footer}: ScreenProps & {readonly view: ActionsView}): ReactNode => {
	const {task, rows, waitsFor, isReadOnly, exemptReason} = view;
	// A listener hears one line after the other, so what forbids all actions comes before them.
	const allowed = isReadOnly ? paragraph(howToAllow(exemptReason), columns, 'attention') : [];
	const above = [...(theme.isRead ? allowed : []), ...(waitsFor === undefined ? [] : paragraph(messages().screens.actions.waits(waitsFor.mainTask), columns, 'attention'))];
	const lines = [
		...above,
		...rows.map(row => rowLine(row, columns, theme)),
		...(theme.isRead ? [] : allowed),
	];
	return <>
		<Title title={messages().screens.actions.title(task)} width={columns} theme={theme}/>
		<Lines lines={lines} theme={theme} selected={{index: above.length + rows.findIndex(({isSelected}) => isSelected), width: columns}}/>
		<Footer {...footer} width={columns} theme={theme}/>
	</>;
};

const labelWidth = 9;

// More than that is harder to read.
const widest = 100;

const field = (label: string, text: string, width: number, tone: SpanTone = 'plain'): readonly Line[] =>
	wrapText(text, Math.min(width, widest) - labelWidth - 2).map((line, index): Line => [
		span(` ${cell(index === 0 ? label : '', labelWidth)}`, 'quiet'), span(line, tone),
	]);

const targetLines = ({plan: {order}, outcome}: ConfirmationView, width: number, theme: Theme): readonly Line[] => {
	const {confirmation: words} = messages().screens;
	return [
		...field(words.agent, order.agentLabel, width),
		...field(words.task, messages().output.named(messages().tasks.engineName(order.task), order.task), width),
		...(outcome ? [[span(` ${cell(words.now, labelWidth)}`, 'quiet'), span(words.outcome(outcomeText(outcome, theme), order.snapshot.stage), toneOf(outcome))]] : []),
		...field(order.target.kind === 'task' ? words.id : words.stageId, order.target.id, width),
	];
};

/** Everything to know before: exact target, stages, lock, hazards, and the equivalent command. */
const bodyLines = (view: ConfirmationView, {columns}: Size, theme: Theme): readonly Line[] => {
	const {plan: {touches, lock, hazards, command}} = view;
	const {confirmation: words} = messages().screens;
	return [
		[],
		...targetLines(view, columns, theme),
		...field(words.stages, touches, columns),
		...field(words.lock, lock, columns),
		...hazards.flatMap((hazard, index) => field(index === 0 ? words.hazard : '', hazard, columns, 'attention')),
		...field(words.note, words.mayRefuse, columns),
		...field(words.command, command === undefined ? words.noCommand : words.runs(command), columns, 'quiet'),
		[],
	].map(line => fitLine(line, columns, theme.glyphs.ellipsis));
};

/** An operation's line over as many lines as it needs, so that a refusal can be read completely. */
const wrapped = (spans: readonly Span[], columns: number): readonly Line[] => {
	if (widthOf(spans) + 2 <= columns) {
		return [[span(' '), ...spans]];
	}

	const [first] = spans;
	const lead = first?.text.trimEnd() ?? '';
	return wrapText(spans.map(({text}) => text).join(''), columns - 2).map((line, index): Line =>
		index === 0 && first && line.startsWith(lead) ? [span(' '), {...first, text: lead}, span(line.slice(lead.length))] : [span(` ${line}`)]);
};

const typedLine = ({typed}: ConfirmationView, {glyphs, isRead}: Theme): Line => isRead ? [span(messages().screens.reader.typed(typed))] : [span(` ${glyphs.selected} `, 'accent', true), span(typed), span(' ', 'match')];

/** Why the pressed keys confirm nothing; its line is reserved, so that nothing moves. */
const problemLine = ({problem}: ConfirmationView): Line => problem === undefined ? [] : [span(` ${messages().screens.confirmation.problems[problem]}`, 'bad')];

const told = (text: string, columns: number, tone: SpanTone): readonly Line[] => wrapText(text, columns - 2).map((line): Line => [span(` ${line}`, tone, true)]);

/** The last lines, which are always in sight: the question, or the response. */
const promptLines = (view: ConfirmationView, columns: number, theme: Theme): readonly Line[] => {
	const {phase, plan: {typed, order}, operation} = view;
	const {confirmation: words, actions} = messages().screens;
	switch (phase.type) {
		case 'read-only': {
			return told(howToAllow(view.exemptReason), columns, 'attention');
		}

		case 'changed': {
			return [...told(words.changed(phase.why), columns, 'bad'), ...told(words.decideAgain, columns, 'attention')];
		}

		case 'sent': {
			return operation ? wrapped(operationSpans(operation), columns) : [];
		}

		case 'asking': {
			const noun = actions.nouns[order.action];
			return typed.length === 0
				? [...told(words.press(noun), columns, 'accent'), problemLine(view)]
				: [...told(order.target.kind === 'task' ? words.typeTask(noun) : words.typeStage(noun), columns, 'accent'), typedLine(view, theme), problemLine(view)];
		}
	}
};

const roomFor = (prompt: readonly Line[], {rows}: Size): number => Math.max(1, rows - 1 - 2 - prompt.length);

/** How far the confirmation can scroll. */
export const lastConfirmationTop = (view: ConfirmationView, size: Size, theme: Theme): number =>
	Math.max(0, bodyLines(view, size, theme).length - roomFor(promptLines(view, size.columns, theme), size));

/** An action before it is sent: everything that it will do, and the question. */
export const ConfirmationScreen = ({view, size, theme, footer}: ScreenProps & {readonly view: ConfirmationView}): ReactNode => {
	const {columns} = size;
	const prompt = promptLines(view, columns, theme).map(line => fitLine(line, columns, theme.glyphs.ellipsis));
	const room = roomFor(prompt, size);
	const body = bodyLines(view, size, theme);
	const top = Math.min(view.top, lastConfirmationTop(view, size, theme));
	const isCut = body.length > room;
	const more = span(top + room < body.length ? messages().screens.confirmation.below : messages().screens.confirmation.above, 'attention');
	const lines = [...body.slice(top, top + room), ...prompt];
	const crumbs = [...view.breadcrumb, messages().screens.actions.names[view.plan.order.action]];
	return <QuestionScreen crumbs={crumbs} right={isCut ? [more, span(' ')] : []} lines={lines} size={size} theme={theme} footer={footer}/>;
};
