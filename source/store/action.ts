import {type PollEvent} from './event.js';

/** What the user did, as past-tense facts. */
export type UserAction =
	/** `last`: the last place, where the store cannot know it (the help). */
	| {readonly type: 'selection-moved'; readonly by: number | 'page' | '-page' | 'half-page' | '-half-page' | 'start' | 'end'; readonly last?: number}
	| {readonly type: 'scrolled-sideways'; readonly by: number}
	| {readonly type: 'entered'}
	| {readonly type: 'left'}
	| {readonly type: 'agent-jumped-to'; readonly index: number}
	| {readonly type: 'follow-toggled'}
	| {readonly type: 'time-zone-toggled'}
	| {readonly type: 'help-toggled'}
	| {readonly type: 'overlay-closed'}
	| {readonly type: 'password-asked-for'}
	| {readonly type: 'password-scope-toggled'}
	| {readonly type: 'key-question-opened'}
	| {readonly type: 'notice-shown'; readonly text: string}
	| {readonly type: 'resized'; readonly columns: number; readonly rows: number}
	| {readonly type: 'focus-changed'; readonly isFocused: boolean};

/** Wishes that reach beyond the store; the composition root fulfils them. */
export type Request =
	| {readonly type: 'quit'}
	| {readonly type: 'refresh'}
	| {readonly type: 'redraw'}
	| {readonly type: 'suspend'}
	| {readonly type: 'accept-key'; readonly agent: string};

export type Action = UserAction | PollEvent;
