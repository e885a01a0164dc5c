// express-pouchdb on loopback, its databases in LevelDB files: node pouchdb_server.js INSTALLED FOLDER
// Its first line of output is {"port": n}; it ends with its standard input.
const [, , installed, folder] = process.argv;
const load = require("module").createRequire(`${installed}/`);
const PouchDB = load("pouchdb").defaults({ prefix: `${folder}/` });
const app = load("express")();

app.use("/", load("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB", inMemoryConfig: true }));
const server = app.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on("end", () => process.exit(0)).resume();
