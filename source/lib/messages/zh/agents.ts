import {type Messages} from '../en/english.js';

export const agents: Messages['agents'] = {};
