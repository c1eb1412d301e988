import {formatTime, localOffset, type Timestamp} from '../../lib/time.js';
import {isActive, type Outcome, outcomeLabel} from '../../protocol/outcome.js';
import {withKey} from '../../store/selectors/connection.js';
import {type OperationView} from '../../store/selectors/overlays.js';
import {actionNouns} from '../format.js';
import {fitLine, type Line, type Span, span, spinner} from '../span.js';
import {type Theme, toneOf} from '../theme.js';

const at = (time: Timestamp): string => formatTime(time, localOffset(time));

const observed = (movedAt: Timestamp | undefined, outcome: Outcome | undefined, nothingYet: string): readonly Span[] => {
	if (movedAt === undefined || !outcome) {
		return [span(nothingYet, 'quiet')];
	}

	return isActive(outcome)
		? [span(', '), span(outcomeLabel(outcome), toneOf(outcome)), span(` since ${at(movedAt)}`, 'quiet')]
		: [span(', now '), span(outcomeLabel(outcome), toneOf(outcome))];
};

/** An operation in one line: that it was sent, its response, and what was seen since. Times are local. */
export const operationSpans = ({action, agent, response, movedAt, outcome}: OperationView): readonly Span[] => {
	const noun = actionNouns[action];
	if (!response) {
		return [spinner('accent'), span(` sending ${noun} to ${agent}`), ...(movedAt === undefined ? [] : observed(movedAt, outcome, ''))];
	}

	const {at: time, response: what} = response;
	const audit = what.auditProblem === undefined ? [] : [span(`  not written down: ${what.auditProblem}`, 'bad')];
	switch (what.type) {
		case 'accepted': {
			return [span(`${noun} accepted ${at(time)}`, 'plain', true), ...observed(movedAt, outcome, ', nothing seen of it yet'), ...audit];
		}

		case 'refused': {
			return [span(`${noun} refused ${at(time)}: `, 'bad', true), span(what.words), ...audit];
		}

		case 'unknown': {
			return [span(`${noun} unknown, watching: `, 'attention', true), span(`${what.words} (${at(time)})`), ...observed(movedAt, outcome, ', nothing seen of it yet'), ...audit];
		}

		case 'not-sent': {
			return [span(`${noun} not sent: `, 'bad', true), span(withKey({text: what.words, key: what.key})), ...audit];
		}
	}
};

/** The same as a screen's line; none without an operation. */
export const operationLines = (operation: OperationView | undefined, width: number, theme: Theme): readonly Line[] =>
	operation ? [fitLine([span(' '), ...operationSpans(operation)], width - 1, theme.glyphs.ellipsis)] : [];
