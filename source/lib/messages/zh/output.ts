import {type Messages} from '../en/english.js';

export const output: Messages['output'] = {};
