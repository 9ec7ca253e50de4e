import { expect } from 'vitest';
import { METRIC_UNITS } from './metric-unit.ts';

/** A document of the embedded metric format, parsed. */
export type EmfDocument = Record<string, any> & {
  _aws: { Timestamp: number; CloudWatchMetrics: [{ Namespace: string; Dimensions: string[][]; Metrics: any[] }] };
};

/** A destination that keeps what is written to it, and refuses what CloudWatch would refuse. */
export interface DocumentSink {
  write(line: string): void;
  readonly documents: EmfDocument[];
  /** Every value of a metric, whatever its dimensions. */
  values(name: string): number[];
  /** The documents a metric is in. */
  of(name: string): EmfDocument[];
}

export function documentSink(): DocumentSink {
  const documents: EmfDocument[] = [];
  const of = (name: string): EmfDocument[] => documents.filter((document) => metricNames(document).includes(name));
  return {
    documents,
    write(line) {
      expect(line.endsWith('\n')).toBe(true);
      documents.push(checkedDocument(line));
    },
    of,
    values: (name) => of(name).flatMap((document) => document[name]),
  };
}

export function metricNames(document: EmfDocument): string[] {
  return document._aws.CloudWatchMetrics[0].Metrics.map((metric) => metric.Name);
}

/**
 * Parses a document and holds it against
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function checkedDocument(line: string): EmfDocument {
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256 * 1024);
  expect(line.trimEnd()).not.toContain('\n');
  const document = JSON.parse(line) as EmfDocument;
  expect(Object.keys(document._aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  expect(Number.isInteger(document._aws.Timestamp)).toBe(true);
  expect(document._aws.CloudWatchMetrics).toHaveLength(1);
  const [{ Namespace, Dimensions, Metrics }] = document._aws.CloudWatchMetrics;
  expect(Namespace).toMatch(/^.{1,255}$/);
  expect(Dimensions.length).toBeGreaterThan(0);
  for (const set of Dimensions) {
    expect(set.length).toBeLessThanOrEqual(30);
    expect(new Set(set).size).toBe(set.length);
    for (const name of set) {
      expect(name).toMatch(/^.{1,255}$/);
      expect(ownMember(document, name)).toMatch(/^.{1,1024}$/);
    }
  }
  expect(Metrics.length).toBeGreaterThan(0);
  expect(Metrics.length).toBeLessThanOrEqual(100);
  expect(new Set(metricNames(document)).size).toBe(Metrics.length);
  for (const { Name, Unit, StorageResolution } of Metrics) {
    expect(Name).toMatch(/^.{1,255}$/);
    expect(METRIC_UNITS).toContain(Unit);
    expect([undefined, 1]).toContain(StorageResolution);
    const values = [ownMember(document, Name)].flat();
    expect(values.length).toBeGreaterThan(0);
    expect(values.length).toBeLessThanOrEqual(100);
    for (const value of values) expect(Number.isFinite(value)).toBe(true);
  }
  return document;
}

function ownMember(document: EmfDocument, name: string): unknown {
  return Object.getOwnPropertyDescriptor(document, name)?.value;
}
