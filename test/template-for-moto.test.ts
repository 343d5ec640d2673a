import { describe, expect, it } from 'vitest';
import {
  forMoto,
  referencesIn,
  templateGaps,
  type Template,
  type TemplateGap,
} from './outside/hub/template-for-moto.ts';

const gaps: readonly TemplateGap[] = [
  { types: ['A::Alarm'], moto: 'none', instead: 'nothing' },
  { types: ['A::Queue'], moto: 'slow', instead: 'fast', rewrite: (of) => ({ ...of, Timeout: 1 }) },
];
const template = (Resources: Template['Resources']): Template => ({ Resources });

describe('a template for moto', () => {
  it('leaves out and rewrites what a gap says, and nothing else', () => {
    const ours = template({
      one: { Type: 'A::Alarm' },
      two: { Type: 'A::Queue', Properties: { Timeout: 99, Name: 'q' } },
      three: { Type: 'A::Table', Properties: { Of: { Ref: 'two' } } },
    });
    const { template: made, leftOut, unmet } = forMoto(ours, gaps);
    expect(leftOut).toEqual(['one']);
    expect(unmet).toEqual([]);
    expect(made.Resources['two']?.Properties).toEqual({ Timeout: 1, Name: 'q' });
    expect(made.Resources['three']).toEqual(ours.Resources['three']);
    expect(ours.Resources['two']?.Properties?.['Timeout']).toBe(99);
  });

  it('names a gap that the template no longer meets', () => {
    const { unmet } = forMoto(template({ two: { Type: 'A::Queue' } }), gaps);
    expect(unmet.map(({ types }) => types)).toEqual([['A::Alarm']]);
  });

  it('refuses to leave out what something that stays refers to', () => {
    const ours = template({
      one: { Type: 'A::Alarm' },
      two: { Type: 'A::Table', Properties: { Deep: [{ 'Fn::GetAtt': ['one', 'Arn'] }] } },
    });
    expect(() => forMoto(ours, gaps)).toThrow('two refers to one');
  });

  it('has one gap for a type', () => {
    const types = templateGaps.flatMap((gap) => gap.types);
    expect(types).toEqual([...new Set(types)]);
  });

  it('finds references wherever they stand', () => {
    expect(referencesIn({ a: [{ Ref: 'x' }], b: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['y', 'Arn'] }, 'z']] } })).toEqual(
      ['x', 'y'],
    );
  });
});
