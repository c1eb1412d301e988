import {type Messages} from '../en/english.js';

export const tasks: Messages['tasks'] = {};
