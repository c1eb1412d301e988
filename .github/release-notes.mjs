// Prints the section of a version in the changelog: release-notes.mjs v0.1.0 docs/CHANGELOG.md

import {readFileSync} from 'node:fs';
import process from 'node:process';

const [tag = '', file = ''] = process.argv.slice(2);
const version = tag.replace(/^v/, '');
const sections = readFileSync(file, 'utf8').split(/^## /m);
const section = sections.find(text => text.split('\n', 1)[0]?.split(' ', 1)[0] === version);
if (section === undefined) {
	process.stderr.write(`${file} has no section "## ${version}"\n`);
	process.exitCode = 1;
} else {
	process.stdout.write(`${section.split('\n').slice(1).join('\n').trim()}\n`);
}
