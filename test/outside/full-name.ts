interface Named {
  readonly name: string;
  readonly suite?: Named | undefined;
}

/** Name of a case with the describe blocks it stands in, parted by " > ". */
export function fullNameOf({ name, suite }: Named): string {
  // A file is a suite without a name of its own in what a case is called.
  return suite === undefined || suite.name === '' ? name : `${fullNameOf(suite)} > ${name}`;
}
