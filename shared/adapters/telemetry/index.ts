export { startTelemetry, type ControlPlaneFigures, type Telemetry, type TelemetryOptions } from './telemetry.ts';
