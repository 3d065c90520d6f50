/**
 * Whether OpenTelemetry's own variables ask for traces: an exporter or an OTLP address is named and nothing switches them
 * off. The rest of those variables is read by its SDK.
 */
export function wantsTraces(variables: NodeJS.ProcessEnv): boolean {
  if (variables.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false;
  const exporter = variables.OTEL_TRACES_EXPORTER?.trim();
  if (exporter) return exporter !== 'none';
  return Boolean(variables.OTEL_EXPORTER_OTLP_ENDPOINT || variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}
