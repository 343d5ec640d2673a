import { describe, expect, it } from 'vitest';
import { catalogue } from './index.ts';
import { renderCatalogueMarkdown } from './markdown.ts';

describe('renderCatalogueMarkdown', () => {
  const page = renderCatalogueMarkdown(catalogue);

  it('names every offering, region and source once in its table', () => {
    for (const { id } of catalogue.offerings) expect(page.split(`\n| ${id} |`)).toHaveLength(2);
    for (const { id } of catalogue.regions) expect(page.split(`\n| ${id} |`)).toHaveLength(2);
    expect(page).toContain('infracost golden file lb_test');
  });

  it('prints exact prices with their quality and date', () => {
    expect(page).toContain('$0.04048/vcpu-hour (B, 2026-10-09), $0.004445/gib-hour (B, 2026-10-09)');
    expect(page).toContain('$12.88871/1000 vcpu-hour (B, 2026-09-28)');
  });

  it('says what its round trips rest on', () => {
    expect(page).toContain('Estimate, not a measurement');
  });

  it('says what is absent', () => {
    expect(page).toMatch(/\| azure\/brazilsouth\/container-apps \| yes \| absent \| included \|/);
    expect(page).toContain('consumption prices in this region');
  });

  it('has rows as wide as their heads, and is the same each time', () => {
    for (const block of page.split('\n\n').filter((text) => text.startsWith('|'))) {
      const widths = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
    expect(renderCatalogueMarkdown(catalogue)).toBe(page);
  });
});
