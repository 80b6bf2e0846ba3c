// Runs frontend/js/verify.js over cases from standard input, reading the log's files from a folder.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, input] = process.argv.slice(2);
const { verifyReceipt, verifyInclusion, verifyConsistency } = await import(pathToFileURL(module));
const bytes = (text) => Uint8Array.from(Buffer.from(text ?? "", "base64"));

const loader = (folder) => async (path) => {
  try {
    return new Uint8Array(await readFile(`${folder}/${path}`));
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  }
};

async function judge(vector) {
  const proof = (vector.proof ?? []).map(bytes);
  try {
    if ("leafIdx" in vector) {
      await verifyInclusion(vector.leafIdx, vector.treeSize, bytes(vector.leafHash), proof, bytes(vector.root));
    } else {
      await verifyConsistency(vector.size1, vector.size2, bytes(vector.root1), bytes(vector.root2), proof);
    }
    return true;
  } catch {
    return false;
  }
}

const cases = JSON.parse(await readFile(input, "utf-8"));
const answers = [];
for (const item of cases) {
  if (item.vector) answers.push(await judge(item.vector));
  else answers.push(await verifyReceipt(item.text, { keyText: item.key, load: item.folder ? loader(item.folder) : null }));
}
console.log(JSON.stringify(answers));
