import {type LogOptions, type State} from '../state.js';
import {withNotice, withView} from './view.js';

const withLogOptions = (state: State, options: Partial<LogOptions>): State => withView(state, {logOptions: {...state.view.logOptions, ...options}});

const severities = ['all', 'warnings', 'errors'] as const;

const nextSeverity = ({severity}: LogOptions): LogOptions['severity'] =>
	severities[(severities.indexOf(severity) + 1) % severities.length] ?? 'all';

/** Changes how all logs are shown. */
export const changeLogOptions = (state: State, change: 'wrap-toggled' | 'times-toggled' | 'repeats-toggled' | 'severity-cycled'): State => {
	const {logOptions} = state.view;
	switch (change) {
		case 'wrap-toggled': {
			return withLogOptions(state, {isWrapped: !logOptions.isWrapped});
		}

		case 'times-toggled': {
			return withLogOptions(state, {hasTimes: !logOptions.hasTimes});
		}

		case 'repeats-toggled': {
			const isCollapsed = !logOptions.isCollapsed;
			// A log without repeats looks the same.
			return withNotice(withLogOptions(state, {isCollapsed}), isCollapsed ? 'repeated lines are shown once, with their number' : 'repeated lines are all shown');
		}

		case 'severity-cycled': {
			return withLogOptions(state, {severity: nextSeverity(logOptions)});
		}
	}
};
