// Runs frontend/js/lot over texts from a file: the steps of each, or "refused".
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, input] = process.argv.slice(2);
const { NoLot, check, parse } = await import(pathToFileURL(module));
const answers = [];
for (const text of JSON.parse(await readFile(input, "utf-8"))) {
  try {
    answers.push(check(parse(text)).map(({ name, status, facts }) => [name, status, facts]));
  } catch (error) {
    if (!(error instanceof NoLot)) throw error;
    answers.push("refused");
  }
}
console.log(JSON.stringify(answers));
