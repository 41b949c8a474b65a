/** Numbers that grow: a million of them are 8 MB, outside the heap. */
export class Column {
  private numbers = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length++] = value;
  }

  at(row: number): number {
    return this.numbers[row] as number;
  }

  set(row: number, value: number): void {
    this.numbers[row] = value;
  }
}

/** Rows of numbers, column by column. */
export class Table<Name extends string> {
  private readonly columns: Readonly<Record<Name, Column>>;
  length = 0;

  constructor(names: readonly Name[]) {
    this.columns = Object.fromEntries(names.map((name) => [name, new Column()])) as never;
  }

  /** The number of the new row. */
  push(row: Readonly<Record<Name, number>>): number {
    for (const name in this.columns) this.columns[name].push(row[name]);
    return this.length++;
  }

  get(row: number, name: Name): number {
    return this.columns[name].at(row);
  }

  set(row: number, name: Name, value: number): void {
    this.columns[name].set(row, value);
  }

  /** Its rows in order of these columns. */
  order(...by: readonly Name[]): Uint32Array {
    const columns = by.map((name) => this.columns[name]);
    return Uint32Array.from({ length: this.length }, (_, row) => row).sort((a, b) => {
      for (const column of columns) {
        const difference = column.at(a) - column.at(b);
        if (difference !== 0) return difference;
      }
      return a - b;
    });
  }
}

/** Names as numbers, from 0. */
export class Names {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  name(number: number): string {
    return this.names[number] ?? '?';
  }
}
