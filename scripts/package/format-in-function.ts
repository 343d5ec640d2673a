/** In the place of TypeBox's formats, 15 KB: schemas that name one are refused when a function is packaged. */
export const Format = {
  Has: (): boolean => false,
  Test: (format: string): never => {
    throw new Error(`a packaged function cannot check the format "${format}": see scripts/package/schemas.ts`);
  },
};
