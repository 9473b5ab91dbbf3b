// Opening an exported file in the programs that people open it in.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const OFFICE = "/usr/bin/soffice";
// Debian's own Python has Debian's pandas, whatever other one comes first on the path.
const PYTHON = "/usr/bin/python3";

/** Separator, quote, UTF-8, from the first line on, and each of the nine columns as text. */
const AS_TEXT = `CSV:44,34,76,1,${Array.from({ length: 9 }, (_, index) => `${index + 1}/2`).join("/")}`;
/** Tabs between cells, nothing quoted that needs no quotes, UTF-8, as they are shown. */
const TABBED = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true";

/** What to say where LibreOffice is missing; nothing where it is not. */
export function officeIsMissing(): string | undefined {
  return existsSync(OFFICE) ? undefined : `no ${OFFICE}; install libreoffice-calc`;
}

/** What to say where pandas is missing; nothing where it is not. */
export async function pandasIsMissing(): Promise<string | undefined> {
  return run(PYTHON, ["-c", "import pandas"]).then(
    () => undefined,
    () => `no pandas for ${PYTHON}; install python3-pandas`,
  );
}

/** The cells as LibreOffice Calc shows them, the head first. No value may hold a tab. */
export async function openInOffice(csv: string): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), "agent-ledger-office-"));
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  await run(OFFICE, [
    profile,
    "--headless",
    `--infilter=${AS_TEXT}`,
    "--convert-to",
    TABBED,
    "--outdir",
    join(folder, "out"),
    csv,
  ]);
  const text = await readFile(join(folder, "out", basename(csv)), "utf8");
  const unquoted = (cell: string) => (/^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t").map(unquoted));
}

/** The cells as pandas reads them, the head first. */
export async function openInPandas(csv: string): Promise<string[][]> {
  const script = new URL("open-in-pandas.py", import.meta.url).pathname;
  const { stdout } = await run(PYTHON, [script, csv], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as string[][];
}
