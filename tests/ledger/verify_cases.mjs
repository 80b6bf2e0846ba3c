// Runs frontend/js/ledger over cases from standard input, reading the log's files from a folder.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [module, input] = process.argv.slice(2);
const { verifyReceipt } = await import(pathToFileURL(`${module}/receipts.js`));
const { verifyInclusion, verifyConsistency } = await import(pathToFileURL(`${module}/tree.js`));
const { compareStates } = await import(pathToFileURL(`${module}/growth.js`));
const { auditCopy } = await import(pathToFileURL(`${module}/audit.js`));
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
  const load = item.folder ? loader(item.folder) : null;
  if (item.vector) answers.push(await judge(item.vector));
  else if (item.audit) answers.push(await auditCopy(item.key, load).catch((error) => ({ wrong: error.message })));
  else if (item.states) answers.push(await compareStates(...item.states, { keyText: item.key, load }));
  else answers.push(await verifyReceipt(item.text, { keyText: item.key, policyText: item.policy, load }));
}
console.log(JSON.stringify(answers));
