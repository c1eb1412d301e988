import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {configOf, parse} from './helpers.js';

const whole = `
lang: zh
discover: true
body_limit: 64MB
password_file: ~/.obwatch-password
intervals: {running: 2s, status: 10s, idle: 1m, members: 5m}
theme: {ascii: true, color: false}
keys: {down: [j, down], quit: Q}
notifications: {bell: false, title: true, on_change: [notify-send, obwatch]}
groups:
  prod:
    agents:
      - 10.0.0.1
      - address: https://db2.example:3886
        agent_password_file: two
    password_command: [pass, show, ob/prod]
    operate: true
`;

describe('a config file', () => {
	it('chooses the columns of the agents, with the agent first', () => {
		expect(configOf('agents_columns: [zone, role, started]').config.columns).toEqual(['agent', 'zone', 'role', 'started']);
		expect(configOf('agents_columns: [agent, zone]').config.columns).toEqual(['agent', 'zone']);
	});

	it('says all that there is to say', () => {
		const {config} = configOf(whole);
		expect(config).toMatchObject({
			lang: 'zh', discover: true, bodyLimit: 64 * 1024 * 1024,
			passwords: {root: {type: 'file', path: '/home/dba/.obwatch-password'}, agent: undefined},
			intervals: {running: 2000, status: 10_000, idle: 60_000, members: 300_000},
			columns: undefined,
			theme: {ascii: true, color: false, mode: undefined},
			notifications: {bell: false, title: true, onChange: ['notify-send', 'obwatch']},
		});
		expect([...config.keys]).toEqual([['down', ['j', 'down']], ['quit', ['Q']]]);
		expect(config.groups.get('prod')).toMatchObject({
			agents: [
				{address: {key: '10.0.0.1:2886'}, passwords: {root: undefined, agent: undefined}},
				// A path begins at the folder of the file.
				{address: {key: 'https://db2.example:3886'}, passwords: {agent: {type: 'file', path: '/home/dba/.config/obwatch/two'}}},
			],
			passwords: {root: {type: 'command', argv: ['pass', 'show', 'ob/prod']}},
			discover: undefined, operate: true,
		});
	});

	it.each(['', '# nothing yet\n', '{}', 'groups: {}'])('may say nothing: %j', text => {
		expect([...configOf(text).config.groups]).toEqual([]);
	});

	it('knows the line of each value', () => {
		const {placeOf} = configOf(whole);
		expect([placeOf(['lang']), placeOf(['groups', 'prod', 'agents', 1]), placeOf(['groups', 'prod', 'nothing'])]).toEqual(['config.yaml:2', 'config.yaml:14', 'config.yaml:12']);
	});

	it.each([
		['lang: en\nagents_columns: [role, outcom]', 'config.yaml:2: agents_columns[1]: unknown column "outcom", did you mean outcome?'],
		['agents_columns: [x]', 'config.yaml:1: agents_columns[0]: unknown column "x": expected agent, role, task, outcome, stage, why, time, zone, obshell, lock, started, usual'],
		['agents_columns: role', 'config.yaml:1: agents_columns: expected a list of columns'],
		['agents_columns: [zone, role, zone]', 'config.yaml:1: agents_columns[2]: the column zone is there twice'],
		['agents_columns: [role, agent]', 'config.yaml:1: agents_columns[1]: the column agent is always the first one'],
		['agents_columns: []', 'config.yaml:1: agents_columns: expected a list of columns'],
		['theme: {mode: drak}', 'config.yaml:1: theme.mode: "drak": expected one of auto, light, dark, contrast'],
		['operate: true', 'config.yaml:1: operate: belongs in a group: write it as groups: {NAME: {operate: …}}'],
		['grups: {}', 'config.yaml:1: grups: unknown key, did you mean groups?'],
		['lang: en\n\ngroups:\n  prod:\n    agent: [10.0.0.1]', 'config.yaml:5: groups.prod.agent: unknown key, did you mean agents?'],
		['groups:\n  prod:\n    agents: [10.0.0.1, x y]', 'config.yaml:3: groups.prod.agents[1]: bad agent "x y": expected HOST[:PORT], without path, user or password'],
		['groups: {prod: {agents: [root:secret@10.0.0.1]}}', 'config.yaml:1: groups.prod.agents[0]: bad agent "***@10.0.0.1": expected HOST[:PORT], without path, user or password'],
		['groups: {prod: {agents: [{address: 10.0.0.1, port: 1}]}}', 'config.yaml:1: groups.prod.agents[0].port: unknown key'],
		['groups: {prod: {agents: []}}', 'config.yaml:1: groups.prod.agents: contains no agent'],
		['groups: {prod: }', 'config.yaml:1: groups.prod: expected keys and values, found nothing'],
		['groups: {a b: {agents: [x]}}', 'config.yaml:1: groups.a b: a group name has only letters, digits, "_", "." and "-"'],
		['password: secret', 'config.yaml:1: password: passwords do not belong in this file. Use a password_file or a password_command.'],
		['groups:\n  prod:\n    agents: [x]\n    agent_password: secret', 'config.yaml:4: groups.prod.agent_password: passwords do not belong in this file. Use a password_file or a password_command.'],
		['password_command: pass show x', 'config.yaml:1: password_command: expected a list: the program, then its arguments'],
		['password_command: []', 'config.yaml:1: password_command: it names no program'],
		['password_file: a\npassword_command: [b]', 'config.yaml:2: password_command: there is also a password_file. Keep one of them.'],
		['intervals: {running: 500ms}', 'config.yaml:1: intervals.running: "500ms": expected a time from 1s to 24h, such as 5s or 2m'],
		['body_limit: 1TB', 'config.yaml:1: body_limit: "1TB": expected a size from 1MB to 256MB, such as 64MB'],
		['lang: fr', 'config.yaml:1: lang: "fr": expected en or zh'],
		['discover: maybe', 'config.yaml:1: discover: expected true or false'],
		['just a password', 'config.yaml:1: expected keys and values, found text'],
		['a: 1\na: 2', 'config.yaml:2: this key is there twice'],
		['a: [1', 'config.yaml:1: a bracket is not closed'],
		['lang: !!js/function x', 'config.yaml:1: unknown tag (!)'],
		['a: "x', 'config.yaml:1: a quote is not closed'],
		['groups:\n\tprod: 1', 'config.yaml:2: tabs cannot indent. Use spaces'],
		['lang: zh\nbell', 'config.yaml:2: a key needs a colon and a space after it'],
		['a: b: c', 'config.yaml:1: two colons in one line. Put the value in quotes, or on a line of its own'],
		['a: @b', 'config.yaml:1: the value begins with a reserved character. Put it in quotes'],
	])('says of %j what is wrong, and where', (text, problem) => {
		expect(parse(text)).toBe(problem);
	});

	it('is not a bomb', () => {
		const levels = Array.from({length: 12}, (_, index) => `a${index + 1}: &a${index + 1} [${Array.from({length: 10}, () => `*a${index}`).join(', ')}]`);
		expect(parse(['a0: &a0 x', ...levels].join('\n'))).toMatch(/^config\.yaml: /);
	});

	it('gives one printable line, whatever is in it', () => {
		fc.assert(fc.property(fc.oneof(fc.string(), fc.string({unit: 'binary'}), fc.json()), text => {
			const parsed = parse(text);
			expect(typeof parsed === 'string' ? parsed : '').not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
		}), {numRuns: 300});
	});
});
