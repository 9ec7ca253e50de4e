interface LambdaGlobal {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId?(): string | undefined } };
}

/**
 * The X-Ray trace id of the request that is starting. Where an environment runs several requests at once, Lambda
 * leaves the variable unset and keeps the header in its invoke store.
 */
export function lambdaTraceId(): string | undefined {
  const store = (globalThis as LambdaGlobal).awslambda?.InvokeStore;
  const header = store?.getXRayTraceId?.() ?? process.env._X_AMZN_TRACE_ID;
  return header === undefined ? undefined : /Root=([^;\s]+)/.exec(header)?.[1];
}
