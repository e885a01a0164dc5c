// A till as PouchDB: node pouchdb_client.js INSTALLED FOLDER, then a line of JSON each time:
//   {"do": "write", "database", "documents": file}    → {}   written to a database of its own, in LevelDB files
//   {"do": "push", "database", "url", "batch"}        → {"seconds"}   replicated to the server
//   {"do": "pull", "database", "url", "batch"}        → {"seconds", "count"}   replicated into a fresh database
//   {"do": "ingest", "documents", "url", "batch"}     → {"seconds"}   what a replication posts, ready-made, no client
// A batch of 0 is replication as it comes, of 100 documents.
const fs = require("fs");
const readline = require("readline");
const [, , installed, folder] = process.argv;
const PouchDB = require("module").createRequire(`${installed}/`)("pouchdb").defaults({ prefix: `${folder}/` });
const DOCUMENTS_AT_ONCE = 10000;
const REVISION = "0123456789abcdef0123456789abcdef";

async function timed(work) {
  const start = process.hrtime.bigint();
  const result = await work();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, result };
}

const batches = (batch) => (batch ? { batch_size: batch } : {});
const documents = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

async function post(url, method, body) {
  const answer = await fetch(url, { method, headers: { "content-type": "application/json" }, body });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status}`);
  await answer.text();
}

const does = {
  async write({ database, documents: file }) {
    const local = new PouchDB(database);
    const all = documents(file);
    for (let at = 0; at < all.length; at += DOCUMENTS_AT_ONCE) {
      await local.bulkDocs(all.slice(at, at + DOCUMENTS_AT_ONCE));
    }
    await local.close();
    return {};
  },
  async push({ database, url, batch }) {
    const local = new PouchDB(database);
    const { seconds } = await timed(() => local.replicate.to(url, batches(batch)));
    await local.close();
    return { seconds };
  },
  async pull({ database, url, batch }) {
    const local = new PouchDB(database);
    const { seconds } = await timed(() => local.replicate.from(url, batches(batch)));
    const count = (await local.info()).doc_count;
    await local.close();
    return { seconds, count };
  },
  async ingest({ documents: file, url, batch }) {
    const revised = documents(file).map((each) => ({
      ...each,
      _rev: `1-${REVISION}`,
      _revisions: { start: 1, ids: [REVISION] },
    }));
    const bodies = [];
    for (let at = 0; at < revised.length; at += batch) {
      bodies.push(JSON.stringify({ docs: revised.slice(at, at + batch), new_edits: false }));
    }
    await post(url, "PUT");
    const { seconds } = await timed(async () => {
      for (const body of bodies) await post(`${url}/_bulk_docs`, "POST", body);
    });
    return { seconds };
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    console.log(JSON.stringify(await does[question.do](question)));
  }
})();
