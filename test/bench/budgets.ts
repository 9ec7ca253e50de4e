import * as names from './names.ts';

/** What a figure may be at most. */
export interface Budget {
  /** The benchmark, and the group and subject of its row. */
  readonly benchmark: string;
  readonly group: string;
  readonly subject: string;
  /** What is limited: the ratio to what the row is compared with, or the value itself. */
  readonly of: 'ratio' | 'value';
  readonly limit: number;
  /** Whether it binds only where the subject was measured. */
  readonly optional?: boolean;
}

function perGroup(
  benchmark: string,
  subject: string,
  limits: Readonly<Record<string, number>>,
  of: Budget['of'] = 'ratio',
): Budget[] {
  return Object.entries(limits).map(([group, limit]) => ({ benchmark, group, subject, of, limit }));
}

/** Ratios of CPU time within one run; lower is better. Bundles in kilobytes of 1,000 bytes. */
export const budgets: readonly Budget[] = [
  // get / put / query of 100 / batch write of 25, network stubbed, through `tables`: against DocumentClient.
  ...perGroup('requests', names.OFFICIAL, { get: 0.1, put: 0.1, 'query of 100': 0.22, 'batch write of 25': 0.1 }),
  ...perGroup('requests', names.LEAN, { get: 0.08, put: 0.08, 'query of 100': 0.22, 'batch write of 25': 0.1 }),

  // The same over loopback TLS to a stub in another process, official client: against DocumentClient.
  ...perGroup('tls', names.OFFICIAL, { get: 0.35, put: 0.32, 'query of 100': 0.35, 'batch write of 25': 0.28 }),

  // Decode of a 100-row page: against JSON.parse of the same body.
  ...perGroup('codec', names.CODEC, { 'decode 100 rows': 1.25 }),
  { ...(perGroup('codec', names.ONE_PASS, { 'decode 100 rows': 0.7 })[0] as Budget), optional: true },

  // Encode of small / medium / 350 KB items to bytes: against JSON.stringify of the ready AttributeValue object.
  ...perGroup('codec', names.CODEC, { 'encode small': 1.5, 'encode medium': 2.1, 'encode 350 KB': 1.3 }),

  // Build of a put / query request by the fluent layer: against ElectroDB.
  ...perGroup('build', 'TableTheory', { put: 0.1, query: 0.1 }),

  // Init of the full preset (all middlewares, one precompiled schema, plugin-built): against Middy with the Powertools
  // logger, tracer and metrics, @middy/validator and DocumentClient, bundled by plain esbuild.
  // Prewarming is left out: it does work of the first request beforehand, and counts in the sum of the two below.
  ...perGroup('cold', names.PRESET_LEAN_UNWARMED, { init: 0.14 }),
  ...perGroup('cold', names.PRESET_OFFICIAL_UNWARMED, { init: 0.3 }),

  // First request after init, prewarmed / init + first request together: against the same stack.
  ...perGroup('cold', names.PRESET_LEAN, { 'first request': 0.15, 'init + first request': 0.25 }),
  ...perGroup('cold', names.PRESET_OFFICIAL, { 'first request': 0.15, 'init + first request': 0.25 }),

  // First use (import + construct + put + query, stubbed) of the data layer alone: against DocumentClient bundled by
  // plain esbuild.
  ...perGroup('cold', names.OFFICIAL, { 'first use of the data layer': 0.5 }),
  ...perGroup('cold', names.LEAN, { 'first use of the data layer': 0.15 }),

  // Bundle, minified: core + lean / full preset lean / full preset official.
  ...perGroup('cold', names.LEAN, { 'bundle of the data layer': 25 }, 'value'),
  ...perGroup('cold', names.PRESET_LEAN, { bundle: 130 }, 'value'),
  ...perGroup('cold', names.PRESET_OFFICIAL, { bundle: 330 }, 'value'),

  // Resident memory added by init, again without the connection that prewarming opens: against the Powertools stack.
  ...perGroup('cold', names.PRESET_LEAN_UNWARMED, { 'memory added by init': 0.25 }),
  ...perGroup('cold', names.PRESET_OFFICIAL_UNWARMED, { 'memory added by init': 0.4 }),

  // Warm overhead of the whole preset per request (unsampled trace, info line to a file): against Powertools logger,
  // tracer, metrics and validator doing the same.
  ...perGroup('warm', 'preset', { request: 0.45 }),

  // Scale: cost per item, against itself at the small size.
  ...perGroup('scale', 'TableTheory', {
    'query of 1,000 rows': 1.25,
    'query of 10,000 rows': 1.25,
    'batch write of 1,000': 1.25,
    'batch get of 1,000': 1.25,
    '64 concurrent gets': 1.25,
  }),
];
