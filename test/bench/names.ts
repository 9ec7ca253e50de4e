// The subjects' names, as tables, charts and budgets have them.
export const OFFICIAL = 'TableTheory, official client';
export const LEAN = 'TableTheory, lean client';
export const OFFICIAL_CACHED = 'TableTheory, official client, compile cache';
export const LEAN_CACHED = 'TableTheory, lean client, compile cache';
export const DOCUMENT_CLIENT = 'DocumentClient';
export const RAW_CLIENT = 'client + util-dynamodb';
export const ELECTRODB = 'ElectroDB';
export const TOOLBOX = 'DynamoDB-Toolbox';
export const ONETABLE = 'OneTable';
export const AWS_LITE = 'aws-lite';

export const CODEC = 'TableTheory';
export const ONE_PASS = 'TableTheory, one-pass reader';
export const JSON_ALONE = 'JSON alone';
export const UTIL_DYNAMODB = 'util-dynamodb';

export const PRESET_OFFICIAL = 'preset, official client';
export const PRESET_LEAN = 'preset, lean client';
export const PRESET_OFFICIAL_UNWARMED = 'preset, official client, not prewarmed';
export const PRESET_LEAN_UNWARMED = 'preset, lean client, not prewarmed';
export const PRESET_OFFICIAL_CACHED = 'preset, official client, compile cache';
export const PRESET_LEAN_CACHED = 'preset, lean client, compile cache';
export const POWERTOOLS = 'Powertools stack';
export const POWERTOOLS_PRECOMPILED = 'Powertools stack, schema precompiled';
export const POWERTOOLS_VALIDATION = 'Powertools stack, its own validation';
export const EMPTY = 'empty handler';

export const isOurs = (subject: string): boolean => /^(TableTheory|preset)/.test(subject);
